// <track-service-order> and <track-service-reviews>: our pages inside the shop's own, as
// high as they are. Until the frame has answered, and where it may not, what the element
// holds itself stays.
(() => {
  "use strict";
  const HOME = document.currentScript.src.replace(/\/embed\.js.*$/, "");
  const ORIGIN = new URL(HOME).origin;
  const TALLEST = 20000;

  class Framed extends HTMLElement {
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
      const { path, hash } = this.page((name) => this.getAttribute(name));
      if (!path.every(Boolean)) return;
      const url = new URL(`${HOME}/embed/${path.map(encodeURIComponent).join("/")}`);
      const language = this.getAttribute("language");
      if (language) url.searchParams.set("lang", language);
      if (hash) url.hash = hash;
      this.frame?.remove();
      const frame = (this.frame = document.createElement("iframe"));
      frame.title = this.textContent.trim() || this.constructor.title;
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

  class Order extends Framed {
    static observedAttributes = ["token", "brand", "order", "language"];
    static title = "Order tracking";

    page(of) {
      if (of("token")) return { path: ["t", of("token")] };
      const order = of("order"); // in the hash: never sent
      return { path: [of("brand")], hash: order && new URLSearchParams({ order }) };
    }
  }

  class Reviews extends Framed {
    static observedAttributes = ["brand", "product", "language"];
    static title = "Reviews";

    page(of) {
      return { path: ["reviews", of("brand"), of("product")] };
    }
  }

  for (const [name, element] of Object.entries({ order: Order, reviews: Reviews }))
    customElements.get(`track-service-${name}`) ||
      customElements.define(`track-service-${name}`, element);
})();
