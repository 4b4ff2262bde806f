/**
 * Grabs: what the learner can take hold of on a panel, by pointer or by keyboard.
 *
 * Plotly's own clicks snap to its grids and its editable shapes lose a drag whenever the
 * plot is redrawn, so one layer of our own reads the pointer through the axes. Each mark
 * has a small round handle over it: the keyboard's way in, and on a phone the only spot
 * that does not scroll the page.
 */

import { element, threeDigits } from "./dom.js";

const REACH = 24; // pixels around a mark within which it is meant
const SLACK = 8; // how far a finger moves sideways before it is a drag and not a tap
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function clamp(value, { low, high }) {
  return Math.min(Math.max(value, low ?? -Infinity), high ?? Infinity);
}

/** The control values that a place stands for. */
function controlsAt(grab, [x, y]) {
  return { [grab.x.name]: Number(x.toPrecision(4)), [grab.y.name]: Number(y.toPrecision(4)) };
}

export class Grabs {
  /**
   * @param panels the Panels
   * @param actor what the stage does about it: `{begin(), move(values), commit(values), cancel()}`,
   *     and `holds()`, whether the picture follows the hand
   */
  constructor(panels, actor, signal) {
    this.panels = panels;
    this.actor = actor;
    this.handles = new Map(); // "panel/uid" → {grab, panel, button, place}
    this.held = null; // {handle, offset, pointer, from}
    this.tap = null; // a finger that may become a tap or a drag
    const { root } = panels;
    root.addEventListener("pointerdown", (event) => this.#down(event), { signal, capture: true });
    root.addEventListener("pointermove", (event) => this.#move(event), { signal, capture: true });
    root.addEventListener("pointerup", (event) => this.#up(event), { signal, capture: true });
    root.addEventListener("pointercancel", () => this.#drop(), { signal, capture: true });
    addEventListener("keydown", (event) => event.key === "Escape" && this.#drop(), { signal });
  }

  /** Whether something is in the learner's hand. */
  get active() {
    return this.held !== null || [...this.handles.values()].some((handle) => handle.nudged);
  }

  /** A new run: keep the handles that are still meant, so that focus stays where it is. */
  set(grabs) {
    const wanted = new Map(grabs.map((grab) => [`${grab.panel}/${grab.uid}`, grab]));
    for (const [key, handle] of this.handles) {
      if (wanted.has(key)) continue;
      handle.button.remove();
      this.handles.delete(key);
    }
    for (const { box } of this.panels.byName.values()) {
      box.removeAttribute("data-grabs");
      box.removeAttribute("data-anywhere");
    }
    for (const [key, grab] of wanted) {
      const panel = this.panels.byName.get(grab.panel);
      if (!panel) continue;
      const handle = this.handles.get(key) ?? this.#handle(panel);
      Object.assign(handle, { grab, panel });
      this.handles.set(key, handle);
      panel.box.toggleAttribute("data-grabs", true);
      if (grab.anywhere) panel.box.toggleAttribute("data-anywhere", true);
    }
    this.place();
  }

  #handle(panel) {
    const handle = { nudged: false };
    handle.button = element("button", {
      type: "button",
      class: "stage-handle",
      keydown: (event) => this.#key(event, handle),
      blur: () => this.#settle(handle),
    });
    panel.box.append(handle.button);
    return handle;
  }

  /** Put the handles where their marks are; after each draw and each change of size. */
  place() {
    for (const handle of this.handles.values()) {
      const { grab, panel, button } = handle;
      const inHand = this.actor.holds() && panel.marks.get(grab.uid); // the plot is a moment behind the hand
      handle.place = inHand || (panel.markAt(grab.uid) ?? grab.at);
      const pixels = panel.toPixels(grab.uid, handle.place);
      if (!pixels) continue;
      const transform = `translate(${pixels[0].toFixed(1)}px, ${pixels[1].toFixed(1)}px)`;
      if (button.style.transform === transform) continue;
      button.style.transform = transform;
      const [x, y] = handle.place.map(threeDigits);
      button.setAttribute("aria-label", `${grab.label}: ${x}, ${y}; arrow keys move it`);
    }
  }

  /** The handle meant by a pointer: the nearest one in reach, or else one that may be put anywhere. */
  #meant(event) {
    let best = null;
    for (const handle of this.handles.values()) {
      if (!handle.panel.box.contains(event.target)) continue;
      const at = this.#pixels(event, handle);
      const mark = handle.panel.toPixels(handle.grab.uid, handle.place);
      if (!mark) continue;
      const offset = [mark[0] - at[0], mark[1] - at[1]];
      const distance = Math.hypot(...offset);
      const near = distance <= REACH;
      if (!near && !(handle.grab.anywhere && handle.panel.holds(handle.grab.uid, at))) continue;
      const rank = near ? distance : 1e6 + distance;
      if (!best || rank < best.rank) best = { handle, near, rank, offset: near ? offset : [0, 0] };
    }
    return best;
  }

  #pixels(event, { panel }) {
    const corner = panel.plot.getBoundingClientRect();
    return [event.clientX - corner.left, event.clientY - corner.top];
  }

  #down(event) {
    if (event.button !== 0 || !event.isPrimary || this.held) return;
    const meant = this.#meant(event);
    if (!meant) return;
    if (event.pointerType === "touch" && !meant.near) {
      this.tap = { meant, event }; // the finger may be about to scroll the page
      return;
    }
    event.preventDefault(); // no text selection, and no drag of Plotly's
    this.#take(meant, event);
  }

  #take({ handle, offset }, event) {
    handle.panel.pressed = false; // this drag is ours: a field may follow the hand
    handle.panel.box.setPointerCapture(event.pointerId);
    this.panels.root.toggleAttribute("data-grabbing", true);
    this.held = { handle, offset };
    this.actor.begin();
    this.#follow(event);
  }

  #move(event) {
    if (this.tap && Math.abs(event.clientX - this.tap.event.clientX) > SLACK) {
      const { meant } = this.tap;
      this.tap = null;
      this.#take(meant, event);
    } else if (this.held) {
      this.#follow(event);
    }
  }

  #follow(event) {
    const { handle, offset } = this.held;
    const at = this.#pixels(event, handle);
    this.#bring(handle, [at[0] + offset[0], at[1] + offset[1]]);
  }

  /** Bring a mark to a place on the panel, within its bounds. */
  #bring(handle, pixels) {
    const { grab, panel } = handle;
    const [x, y] = panel.toData(grab.uid, pixels);
    const place = [clamp(x, grab.x), clamp(y, grab.y)];
    if (!place.every(Number.isFinite)) return;
    handle.place = place;
    panel.marks.set(grab.uid, place);
    this.actor.move(controlsAt(grab, place));
  }

  #up(event) {
    if (this.tap) {
      const { meant } = this.tap;
      this.tap = null;
      this.#take(meant, event);
    }
    if (!this.held) return;
    const { handle } = this.held;
    this.#letGo();
    this.actor.commit(controlsAt(handle.grab, handle.place));
  }

  #letGo() {
    this.held = null;
    this.panels.root.toggleAttribute("data-grabbing", false);
  }

  /** Escape, or the browser took the pointer away: as if nothing had been moved. */
  #drop() {
    this.tap = null;
    const nudged = [...this.handles.values()].filter((handle) => handle.nudged);
    if (!this.held && !nudged.length) return;
    for (const handle of nudged) handle.nudged = false;
    this.#letGo();
    this.forget();
    this.actor.cancel();
  }

  /** Marks are where the run has them. */
  forget() {
    for (const { grab, panel } of this.handles.values()) panel.marks.delete(grab.uid);
  }

  #key(event, handle) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.#settle(handle);
      return;
    }
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // arrows on a handle move it and do not scrub
    const { grab, panel } = handle;
    const share = event.shiftKey ? 0.1 : 0.01;
    const pixels = panel.toPixels(grab.uid, handle.place);
    const lengths = panel.axes(grab.uid).map((axis) => axis._length);
    if (!handle.nudged) this.actor.begin();
    handle.nudged = true;
    this.#bring(handle, pixels.map((pixel, i) => pixel + arrow[i] * share * lengths[i]));
  }

  #settle(handle) {
    if (!handle.nudged) return;
    handle.nudged = false;
    this.actor.commit(controlsAt(handle.grab, handle.place));
  }
}
