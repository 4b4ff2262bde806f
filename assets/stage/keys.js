/** Key pads: a panel played with keys, each press one letter more in a text control. */

import { element } from "./dom.js";
import { handKey } from "./hands.js";

const SIGNS = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", " ": "space" };
const WORDS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", " ": "space" };

/** The pad of one panel: a button a key, and one to take the last press back. */
class Pad {
  constructor(actor) {
    this.actor = actor;
    this.buttons = element("div", { class: "stage-pad-buttons" });
    this.name = element("span", { class: "stage-pad-name" });
    this.root = element(
      "div",
      { class: "stage-pad", role: "group", tabindex: 0, "data-keys": true, keydown: (event) => this.#key(event), focusout: (event) => this.#left(event) },
      this.name, this.buttons,
    );
    this.playing = false;
  }

  set(spec, panel) {
    if (this.playing) return;
    this.letters = spec.at;
    if (this.root.parentNode !== panel.box) {
      panel.box.append(this.root);
      panel.box.toggleAttribute("data-pad", true);
      panel.resize(); // the plot stands above the pad
    }
    if (JSON.stringify(spec.keys) === JSON.stringify(this.spec?.keys)) return void (this.spec = spec);
    this.spec = spec;
    this.name.textContent = spec.label;
    this.root.setAttribute("aria-label", `${spec.label}: press a key, Backspace takes it back`);
    this.buttons.replaceChildren(
      ...Object.keys(spec.keys).map((key) => this.#button(SIGNS[key] ?? key, WORDS[key] ?? key, () => this.#press(key))),
      this.#button("Undo", "take the last step back", () => this.#press("Backspace")),
      this.#button("Again", "begin again", () => this.#become("")),
    );
  }

  #button(sign, label, click) {
    return element("button", { type: "button", class: "stage-pad-key", "aria-label": label, title: label, click }, sign);
  }

  #press(key) {
    if (key === "Backspace") this.#become(this.letters.slice(0, -1));
    else if (key in this.spec.keys) this.#become(this.letters + this.spec.keys[key]);
    else return false;
    return true;
  }

  #become(letters) {
    this.letters = letters;
    if (!this.playing) this.actor.begin();
    this.playing = true;
    this.actor.move({ [this.spec.control]: letters });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target === this.root) this.finish();
    else if (event.key === " " && event.target !== this.root) return; // the button's own
    else if (!this.#press(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #left(event) {
    if (!this.root.contains(event.relatedTarget)) this.finish();
  }

  /** The keys are left: what was played goes into the controls. */
  finish() {
    if (!this.playing) return;
    this.playing = false;
    this.actor.commit({ [this.spec.control]: this.letters }, this.spec);
  }

  /** As if no key had been pressed. */
  forget() {
    this.playing = false;
    this.letters = this.spec.at;
  }
}

/** All pads of a stage. */
export class Pads {
  /** @param actor as for Grabs */
  constructor(panels, actor) {
    this.panels = panels;
    this.actor = actor;
    this.byKey = new Map();
  }

  set(specs) {
    const wanted = new Map(
      specs.filter(({ kind, panel }) => kind === "keys" && this.panels.byName.has(panel)).map((spec) => [handKey(spec), spec]),
    );
    for (const [key, pad] of this.byKey) {
      if (wanted.has(key)) continue;
      pad.root.parentNode?.removeAttribute("data-pad");
      pad.root.remove();
      this.byKey.delete(key);
    }
    for (const [key, spec] of wanted) {
      if (!this.byKey.has(key)) this.byKey.set(key, new Pad(this.actor));
      this.byKey.get(key).set(spec, this.panels.byName.get(spec.panel));
    }
  }

  get active() {
    return [...this.byKey.values()].some(({ playing }) => playing);
  }

  forget() {
    this.byKey.forEach((pad) => pad.forget());
  }
}
