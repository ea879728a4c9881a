// Inside a shop's page: tells that page, and no other, how high this one is.
(() => {
  "use strict";
  const hosts = document.currentScript.dataset.hosts.split(" ");
  let host;
  const tell = () =>
    host && parent.postMessage({ trackServiceHeight: document.body.offsetHeight }, host);
  addEventListener("message", ({ origin, source, data }) => {
    if (source !== parent || !hosts.includes(origin) || data !== "track-service") return;
    host = origin;
    tell();
  });
  new ResizeObserver(tell).observe(document.body);
})();
