// Keeps an open page fresh. The page is whole without it.
(() => {
  "use strict";
  const EVERY = 60_000;
  const main = document.querySelector("main");
  const news = document.getElementById("news");
  const here = location.href.split("#")[0];

  // An open, visible page lets its parcel be asked for more often.
  const watch = () =>
    fetch(`${location.pathname}/watching`, { method: "POST" }).catch(() => {});

  const refresh = async () => {
    const answer = await fetch(here, { cache: "no-cache" });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = next.querySelector("main");
    const reading = main.contains(document.activeElement) || !getSelection().isCollapsed;
    if (!fresh || reading || fresh.innerHTML === main.innerHTML) return;
    main.replaceChildren(...fresh.childNodes);
    if (document.title === next.title) return;
    document.title = next.title;
    news.textContent = main.querySelector("h1").textContent; // told to who cannot see it
  };

  const tick = () => {
    if (document.visibilityState !== "visible") return;
    watch();
    refresh().catch(() => {});
  };

  if (document.visibilityState === "visible") watch();
  setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", tick);
})();
