// "Tell me when it moves": this browser follows the parcel, or leaves.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const call = async (method, path, body) => {
  const answer = await fetch(location.pathname + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(answer.status);
  return answer;
};

const subscribe = async (ready) => {
  const there = await ready.pushManager.getSubscription();
  if (there) return there;
  const { key } = await (await call("POST", "/push/key", {})).json();
  return ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
};

export const offer = (box) => {
  const button = box.querySelector("button");
  const on = button.textContent;
  const kept = `follows ${location.pathname}`;
  const show = () => {
    button.textContent = localStorage.getItem(kept) ? box.dataset.off : on;
  };

  const follow = async () => {
    if ((await Notification.requestPermission()) !== "granted") {
      box.hidden = Notification.permission === "denied";
      return;
    }
    await navigator.serviceWorker.register("/push.js", { scope: "/t/" });
    const made = await subscribe(await navigator.serviceWorker.ready);
    await call("POST", "/push", { ...made.toJSON(), language: document.documentElement.lang });
    localStorage.setItem(kept, "1");
  };

  const leave = async () => {
    const there = await navigator.serviceWorker.getRegistration("/t/");
    const made = await there?.pushManager.getSubscription();
    if (made) await call("DELETE", "/push", { endpoint: made.endpoint });
    localStorage.removeItem(kept);
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await (localStorage.getItem(kept) ? leave() : follow());
      show();
    } catch {
      document.getElementById("news").textContent = button.textContent = box.dataset.failed;
    }
    button.disabled = false;
  });
  show();
};
