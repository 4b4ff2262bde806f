/** What the picture says in words: the numbers of the frame, the note, and the formula. */

import { element, setText } from "./dom.js";

/** Labelled numbers in a row; a field never gets narrower, so that nothing jumps. */
class Readout {
  constructor() {
    this.root = element("dl", { class: "stage-readout" });
    this.entries = new Map();
  }

  show(readout, slots) {
    for (const [label, entry] of this.entries) {
      if (label in readout && !slots.has(label)) continue;
      entry.box.remove();
      this.entries.delete(label);
    }
    for (const [label, value] of Object.entries(readout)) {
      if (slots.has(label)) continue;
      const entry = this.entries.get(label) ?? this.#add(label);
      setText(entry.value, value);
      if (value.length > entry.widest) entry.value.style.minWidth = `${(entry.widest = value.length)}ch`;
    }
  }

  #add(label) {
    const value = element("dd");
    const box = element("div", {}, element("dt", {}, label), value);
    this.root.append(box);
    const entry = { box, value, widest: 0 };
    this.entries.set(label, entry);
    return entry;
  }
}

/**
 * The formula, its blanks filled from the readout; with several, a choice of one. A formula
 * none of whose blanks a frame can fill is not offered: it is about something that is not there.
 */
class Formula {
  constructor() {
    this.choice = element("div", { class: "stage-choice", role: "radiogroup", "aria-label": "Formula" });
    this.body = element("div", { class: "stage-math", tabindex: 0, role: "group" }); // focusable, as it may scroll
    this.root = element("div", { class: "stage-formula", hidden: true }, this.choice, this.body);
    this.formulas = {};
    this.blanks = new Map();
    this.slots = new Set();
    this.offered = "";
    this.chosen = "";
    this.readout = {};
    this.away = new Set();
    this.choice.addEventListener("keydown", (event) => this.#key(event));
  }

  set(formulas) {
    if (JSON.stringify(formulas) === JSON.stringify(this.formulas)) return;
    this.formulas = formulas;
    const blanks = (drawn) => [...drawn.matchAll(/data-slot="([^"]*)"/g)].map((found) => found[1]);
    this.blanks = new Map(Object.entries(formulas).map(([title, drawn]) => [title, blanks(drawn)]));
    this.slots = new Set([...this.blanks.values()].flat());
    this.offered = null;
  }

  /** Offer the formulas that a readout can fill, but for those of other views. */
  #offer(readout) {
    const fills = (blanks) => !blanks.length || blanks.some((name) => name in readout);
    const here = [...this.blanks].filter(([title, blanks]) => !this.away.has(title) && fills(blanks));
    const titles = here.map(([title]) => title);
    if (this.offered === titles.join("\n")) return;
    this.offered = titles.join("\n");
    this.root.hidden = titles.length === 0;
    this.choice.hidden = titles.length < 2;
    this.choice.replaceChildren(
      ...titles.map((title) => element("button", { type: "button", role: "radio", click: () => this.choose(title) }, title)),
    );
    if (titles.length) this.choose(titles.includes(this.chosen) ? this.chosen : titles[0]);
  }

  choose(title) {
    this.chosen = title;
    for (const option of this.choice.children) {
      const on = option.textContent === title;
      option.setAttribute("aria-checked", on);
      option.tabIndex = on ? 0 : -1;
    }
    this.body.setAttribute("aria-label", title);
    this.body.innerHTML = this.formulas[title]; // MathML written by labcore, never by a learner
    this.show(this.readout);
  }

  show(readout, away = this.away) {
    this.away = away;
    if (this.offered && ![...this.slots].some((name) => name in readout)) return; // an answer has no step to fill it with
    this.readout = readout;
    this.#offer(readout);
    for (const slot of this.body.querySelectorAll("[data-slot]")) setText(slot, readout[slot.dataset.slot] ?? "·");
  }

  #key(event) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const options = [...this.choice.children];
    const at = options.findIndex((option) => option.tabIndex === 0);
    const next = options[(at + by + options.length) % options.length];
    this.choose(next.textContent);
    next.focus();
  }
}

export class Words {
  constructor() {
    this.tells = {};
    this.away = new Set();
    this.readout = new Readout();
    this.formula = new Formula();
    this.noteText = element("span", { role: "status", "aria-live": "polite" });
    this.noteSpace = element("span", { class: "stage-note-space", "aria-hidden": "true" });
    this.note = element("p", { class: "stage-note", hidden: true }, this.noteSpace, this.noteText);
    this.root = element("div", { class: "stage-words" }, this.readout.root, this.note, this.formula.root);
  }

  /** A new run. */
  set(head) {
    this.tells = head.tells ?? {};
    this.formula.set(head.formulas ?? {});
  }

  /** The view on screen: numbers and formulas that are about other views alone are not shown. */
  look(view) {
    const own = this.tells[view] ?? [];
    this.away = new Set(Object.values(this.tells).flat().filter((title) => !own.includes(title)));
  }

  /** The numbers of the view. */
  seen(readout) {
    return Object.fromEntries(Object.entries(readout ?? {}).filter(([label]) => !this.away.has(label)));
  }

  /** Show one frame's words. `longest` is the longest note there is: it keeps the place. */
  show({ readout = {}, note = "" }, longest = note) {
    this.readout.show(this.seen(readout), this.formula.slots);
    this.formula.show(readout, this.away);
    this.note.hidden = !longest;
    setText(this.noteSpace, longest);
    setText(this.noteText, note);
    this.note.toggleAttribute("data-empty", !note);
  }
}

/** A panel in words: what it shows, and the numbers of the frame. */
export function altText(alt, readout) {
  const numbers = Object.entries(readout ?? {}).map(([label, value]) => `${label} ${value}`);
  return [alt, numbers.join(", ")].filter(Boolean).join(" ");
}
