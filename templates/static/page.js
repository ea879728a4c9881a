// Keeps an open page fresh. The page is whole without it.
(() => {
  "use strict";
  const EVERY = 60_000;
  const SLOWEST = 16; // minutes between tries while the service is away
  const main = document.querySelector("main");
  const news = document.getElementById("news");
  const here = location.href.split("#")[0];
  let timer, seen, held, wait = 1, busy = false;

  // An open, visible page lets its parcel be asked for more often. Its first word counts
  // as a view, by brand and day.
  let body = new URLSearchParams("opened=1");
  const watch = () => {
    fetch(`${location.pathname.replace(/^\/embed/, "")}/watching`, { method: "POST", body }).catch(() => {});
    body = null;
  };

  // What a reader is at, or has begun to fill in, stays.
  const inUse = (part) =>
    part.nodeType === Node.ELEMENT_NODE &&
    (part.contains(document.activeElement) ||
      [...part.querySelectorAll("input:not([type=hidden]), textarea")].some(
        (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked,
      ));

  // What makes two parts the same part of the page.
  const mark = (part) => part.nodeName + (part.id || part.getAttribute?.("aria-labelledby") || "");

  // Makes `old` what `fresh` is, and leaves alone what is the same: so focus, fields,
  // open details and the place on the page stay. What scripts set is `data-keep`.
  const patch = (old, fresh) => {
    if (old.isEqualNode(fresh) || old.dataset?.keep !== undefined) return;
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.nodeValue = fresh.nodeValue;
      return;
    }
    for (const { name } of [...old.attributes]) {
      if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    let at = old.firstChild;
    for (const part of [...fresh.childNodes]) {
      let same = at;
      while (same && mark(same) !== mark(part)) same = same.nextSibling;
      if (!same) {
        old.insertBefore(part, at);
        continue;
      }
      at = clear(at, same).nextSibling;
      patch(same, part);
    }
    clear(at, null);
  };

  const clear = (from, until) => {
    while (from !== until) {
      const next = from.nextSibling;
      if (inUse(from)) held = true;
      else from.remove();
      from = next;
    }
    return until;
  };

  const refresh = async () => {
    const answer = await fetch(here, { cache: "no-cache" });
    if (!answer.ok) throw new Error(answer.status);
    const tag = answer.headers.get("ETag");
    if (tag && tag === seen) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = next.querySelector("main");
    if (!fresh) throw new Error("no page");
    held = false;
    patch(main, fresh);
    seen = held ? null : tag;
    if (document.title === next.title) return;
    document.title = next.title;
    news.textContent = main.querySelector("h1").textContent; // told to who cannot see it
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(tick, wait * EVERY);
  };

  const tick = async () => {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    later();
    if (busy) return;
    busy = true;
    watch();
    try {
      await refresh();
      wait = 1;
    } catch {
      wait = Math.min(2 * wait, SLOWEST);
      later();
    }
    busy = false;
  };

  // A link to share goes to the phone's own sharing, or is copied; else it just opens.
  const share = async (link) => {
    if (navigator.share) return navigator.share({ url: link.href });
    await navigator.clipboard.writeText(link.href);
    news.textContent = link.textContent = link.dataset.done;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-share]");
    if (!link || !(navigator.share || navigator.clipboard)) return;
    event.preventDefault();
    share(link).catch((error) => {
      if (error.name !== "AbortError") location.assign(link.href);
    });
  });

  // That an offer was followed is told beside the link, which leads to the shop itself.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-pick]");
    const path = link?.closest("[data-path]")?.dataset.path;
    if (path) navigator.sendBeacon(`${path}/picked`, new URLSearchParams({ product: link.dataset.pick }));
  });

  // Told by the browser itself, where it can and the reader has not forbidden it. What
  // that takes is loaded by who wants it.
  const follow = async (push) => {
    const follows = localStorage.getItem(`follows ${location.pathname}`);
    push.hidden = false;
    if (!follows) await new Promise((done) => push.addEventListener("click", done, { once: true }));
    const { offer } = await import(push.dataset.src);
    offer(push);
    if (!follows) push.querySelector("button").click();
  };
  const push = document.getElementById("push");
  if (push && self === top && "PushManager" in self && navigator.serviceWorker &&
      self.Notification?.permission !== "denied") {
    follow(push).catch(() => { push.hidden = true; });
  }

  if (document.visibilityState === "visible") watch();
  later();
  document.addEventListener("visibilitychange", tick);
})();
