/** Views: titled choices of panels. Another view shows other panels of the same run. */

import { element } from "./dom.js";

export class Views {
  /** @param chosen called with the title of the view the learner has chosen */
  constructor(chosen) {
    this.chosen = chosen;
    this.root = element("div", { class: "stage-choice stage-views", role: "radiogroup", "aria-label": "View", hidden: true });
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.views = {};
    this.wish = ""; // a view may be missing in one run and there again in the next
  }

  /** The views a run has. */
  set(views) {
    this.views = views;
    const titles = Object.keys(views);
    this.root.hidden = titles.length < 2;
    if (titles.join("\n") !== [...this.root.children].map((child) => child.textContent).join("\n")) {
      this.root.replaceChildren(
        ...titles.map((title) => element("button", { type: "button", role: "radio", click: () => this.#choose(title) }, title)),
      );
    }
    this.#mark();
  }

  /** The view a link asks for; an unknown one is the first. */
  open(title) {
    this.wish = title;
    this.#mark();
  }

  get title() {
    return this.wish in this.views ? this.wish : (Object.keys(this.views)[0] ?? "");
  }

  /** The figures that stand in the view: its own, and those that no view names. */
  filter(figures) {
    const named = new Set(Object.values(this.views).flat());
    const own = this.views[this.title] ?? [];
    const order = [...own, ...Object.keys(figures).filter((name) => !named.has(name))];
    return Object.fromEntries(order.filter((name) => name in figures).map((name) => [name, figures[name]]));
  }

  #mark() {
    for (const option of this.root.children) {
      const on = option.textContent === this.title;
      option.setAttribute("aria-checked", on);
      option.tabIndex = on ? 0 : -1;
    }
  }

  #choose(title) {
    if (title === this.title) return;
    this.open(title);
    this.chosen(title);
  }

  #key(event) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const options = [...this.root.children];
    const at = options.findIndex((option) => option.tabIndex === 0);
    const next = options[(at + by + options.length) % options.length];
    this.#choose(next.textContent);
    next.focus();
  }
}
