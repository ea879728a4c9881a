// <track-service-order>: a shopper's order inside the shop's own page, as high as it is.
// Until its frame has answered, and where it may not, the element's own content stays.
(() => {
  "use strict";
  const HOME = document.currentScript.src.replace(/\/embed\.js.*$/, "");
  const ORIGIN = new URL(HOME).origin;
  const TALLEST = 20000;

  class Order extends HTMLElement {
    static observedAttributes = ["token", "brand", "order", "language"];

    connectedCallback() {
      addEventListener("message", this);
      this.show();
    }

    disconnectedCallback() {
      removeEventListener("message", this);
      this.frame?.remove();
      this.frame = null;
    }

    attributeChangedCallback() {
      if (this.frame) this.show();
    }

    show() {
      const { token, brand, order, language } = Object.fromEntries(
        Order.observedAttributes.map((name) => [name, this.getAttribute(name)]),
      );
      if (!token && !brand) return;
      const url = new URL(`${HOME}/embed/${encodeURIComponent(token ? "t" : brand)}`);
      if (token) url.pathname += `/${encodeURIComponent(token)}`;
      if (language) url.searchParams.set("lang", language);
      if (order && !token) url.hash = new URLSearchParams({ order }); // never sent
      this.frame?.remove();
      const frame = (this.frame = document.createElement("iframe"));
      frame.title = this.textContent.trim() || "Order tracking";
      frame.style.cssText = "display:block;width:100%;height:0;border:0";
      frame.onload = () => frame.contentWindow.postMessage("track-service", ORIGIN);
      frame.src = url;
      this.style.display = "block";
      this.append(frame);
    }

    handleEvent({ origin, source, data }) {
      const { frame } = this;
      if (origin !== ORIGIN || !frame || source !== frame.contentWindow) return;
      const height = data?.trackServiceHeight;
      if (!(height > 0 && height <= TALLEST)) return;
      frame.style.height = `${Math.ceil(height)}px`;
      while (this.firstChild !== frame) this.firstChild.remove();
    }
  }

  customElements.get("track-service-order") ||
    customElements.define("track-service-order", Order);
})();
