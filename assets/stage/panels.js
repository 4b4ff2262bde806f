/** The panels side by side: their grid, their size, and drawing all of them. */

import { Panel } from "./panel.js";
import { element } from "./dom.js";

/** All panels of a stage: large ones share the width, small ones stand in a column beside them. */
export class Panels {
  constructor(signal) {
    this.side = element("div", { class: "stage-side" });
    this.root = element("div", { class: "stage-panels" }, this.side);
    this.byName = new Map();
    this.drawn = () => {}; // called when a panel has been drawn or has another size
    this.#watchSize(signal);
    const release = () => this.byName.forEach((panel) => (panel.pressed = false));
    addEventListener("pointerup", release, { signal, capture: true });
    addEventListener("pointercancel", release, { signal, capture: true });
  }

  #watchSize(signal) {
    let timer = 0;
    const observer = new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        await Promise.all([...this.byName.values()].map((panel) => panel.resize()));
        this.drawn();
      }, 60);
    });
    observer.observe(this.root);
    signal.addEventListener("abort", () => (clearTimeout(timer), observer.disconnect()));
  }

  /** Show the figures of a run at one frame. */
  async show(figures, changeOf, style) {
    for (const [name, panel] of this.byName) {
      if (!(name in figures)) {
        panel.remove();
        this.byName.delete(name);
      }
    }
    for (const name of Object.keys(figures)) if (!this.byName.has(name)) this.byName.set(name, new Panel(name, () => this.drawn()));
    this.#arrange(figures);
    await Promise.all(
      Object.entries(figures).map(([name, figure]) => this.byName.get(name).show(figure, changeOf(name), style)),
    );
  }

  #arrange(figures) {
    const small = Object.keys(figures).filter((name) => figures[name].layout?.meta?.size === "small");
    const large = Object.keys(figures).filter((name) => !small.includes(name));
    const aside = large.length ? small : [];
    const across = large.length || small.length;
    this.root.style.setProperty("--stage-large", across > 3 ? Math.ceil(across / 2) : across);
    this.root.toggleAttribute("data-side", aside.length > 0);
    this.side.toggleAttribute("data-many", aside.length > 3);
    for (const name of Object.keys(figures)) {
      const { box } = this.byName.get(name);
      const place = aside.includes(name) ? this.side : this.root;
      if (box.parentNode !== place) place.append(box); // a node that moves loses its WebGL picture
    }
    for (const [place, names] of [[this.root, large.length ? large : small], [this.side, aside]]) {
      const boxes = names.map((name) => this.byName.get(name).box);
      const standing = [...place.children].filter((child) => boxes.includes(child));
      if (boxes.some((box, i) => box !== standing[i])) place.append(...boxes);
    }
    if (this.root.lastChild !== this.side) this.root.append(this.side);
  }

  /** Draw changes by panel. */
  draw(changeOf, options) {
    for (const [name, panel] of this.byName) {
      const change = changeOf(name);
      if (change) panel.draw(change, options);
    }
  }

  /** Redraw what is owed and whose turn has come; returns whether some still wait. */
  payOwed(now) {
    return [...this.byName.values()].map((panel) => panel.payOwed(now)).some(Boolean);
  }

  count(what) {
    return [...this.byName.values()].reduce((sum, panel) => sum + panel[what], 0);
  }

  remove() {
    this.byName.forEach((panel) => panel.remove());
  }
}
