/**
 * From pointers and keys to hands: what the learner takes hold of on a panel.
 *
 * Plotly's own clicks snap to its grids and its editable shapes lose a drag whenever the
 * plot is redrawn, so one layer of our own reads the pointer through the axes. Each place
 * has a small round handle over it: the keyboard's way in, and on a phone the only spot
 * that does not scroll the page.
 */

import { element } from "./dom.js";
import { clamp } from "./hand.js";
import { handKey, handOf } from "./hands.js";

const REACH = 24; // pixels around a mark within which it is meant
const SLACK = 8; // how far a finger moves sideways before it is a drag and not a tap
const OFF = 30; // pixels beyond the axes where a mark has left the panel
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Grabs {
  /**
   * @param panels the Panels
   * @param actor what the stage does about it: `{begin(), move(values), commit(values, spec), cancel()}`
   */
  constructor(panels, actor, signal) {
    this.panels = panels;
    this.actor = actor;
    this.hands = new Map(); // by handKey
    this.handles = new Map(); // hand → its buttons, one a place
    this.held = null; // {hand, index, offset}
    this.nudged = null; // the hand that the keyboard moves
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
    return this.held !== null || this.nudged !== null;
  }

  /** A new run: keep the hands that are still meant, so that focus stays where it is. */
  set(specs, config) {
    const wanted = new Map(specs.map((spec) => [handKey(spec), spec]));
    for (const [key, hand] of this.hands) {
      if (wanted.has(key) && this.panels.byName.has(hand.spec.panel)) continue;
      this.handles.get(hand).forEach((button) => button.remove());
      this.handles.delete(hand);
      this.hands.delete(key);
    }
    for (const [key, spec] of wanted) {
      const panel = this.panels.byName.get(spec.panel);
      const hand = panel && (this.hands.get(key) ?? handOf(spec, panel));
      if (!hand) continue;
      hand.set(spec, panel);
      this.hands.set(key, hand);
      if (!this.handles.has(hand)) this.handles.set(hand, []);
    }
    this.configure(config);
  }

  /** The controls are these: a brush may paint another letter now, or nothing. */
  configure(config) {
    for (const { box } of this.panels.byName.values()) {
      box.removeAttribute("data-grabs");
      box.removeAttribute("data-anywhere");
    }
    for (const hand of this.hands.values()) {
      hand.config = config;
      if (!hand.active()) continue;
      hand.panel.box.toggleAttribute("data-grabs", true);
      if (hand.accepts()) hand.panel.box.toggleAttribute("data-anywhere", true);
    }
    this.place();
  }

  #handle(hand, index) {
    const button = element("button", {
      type: "button",
      class: "stage-handle",
      keydown: (event) => this.#key(event, hand, index),
      blur: () => this.#settle(hand),
    });
    hand.panel.box.append(button);
    return button;
  }

  /** Put the handles where their marks are; after each draw and each change of size. */
  place() {
    for (const [hand, buttons] of this.handles) {
      hand.follow?.();
      const count = hand.active() ? hand.places.length : 0;
      while (buttons.length > count) this.#discard(buttons);
      while (buttons.length < count) buttons.push(this.#handle(hand, buttons.length));
      buttons.forEach((button, index) => this.#lay(hand, button, index));
    }
  }

  /** The last handle goes; the focus it had goes to the one before it. */
  #discard(buttons) {
    const last = buttons.pop();
    const focused = last === document.activeElement;
    if (focused) buttons.at(-1)?.focus();
    last.remove();
  }

  #lay(hand, button, index) {
    const place = hand.places[index];
    const known = place?.every(Number.isFinite); // a mark the lab does not draw now is nowhere
    const pixels = known ? hand.panel.toPixels(hand.spec.uid, place) : null;
    button.hidden = !pixels;
    if (!pixels) return;
    const { clientWidth, clientHeight } = hand.panel.box;
    const [x, y] = [clamp(pixels[0], { low: 0, high: clientWidth }), clamp(pixels[1], { low: 0, high: clientHeight })];
    const transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`; // a mark beyond the picture waits at its edge
    if (button.style.transform === transform) return;
    button.style.transform = transform;
    button.setAttribute("aria-label", hand.label(index));
  }

  /** What a pointer means: the nearest place in reach, or else a hand that acts anywhere. */
  #meant(event) {
    let best = null;
    for (const hand of this.hands.values()) {
      if (!hand.active() || !hand.panel.box.contains(event.target)) continue;
      const at = this.#pixels(event, hand);
      const inside = hand.panel.holds(hand.spec.uid, at);
      const brush = hand.spec.kind === "paint";
      hand.places.forEach((place, index) => {
        if (brush || !place?.every(Number.isFinite)) return;
        const mark = hand.panel.toPixels(hand.spec.uid, place);
        if (!mark) return;
        const offset = [mark[0] - at[0], mark[1] - at[1]];
        const rank = Math.hypot(...offset);
        if (rank <= REACH && (!best || rank < best.rank)) best = { hand, index, near: true, rank, offset };
      });
      if (!inside || !hand.accepts(hand.panel.toData(hand.spec.uid, at))) continue;
      const rank = brush ? -1 : 1e6;
      if (!best || rank < best.rank) best = { hand, index: null, near: false, rank, offset: [0, 0] };
    }
    return best;
  }

  #pixels(event, { panel }) {
    const corner = panel.plot.getBoundingClientRect();
    return [event.clientX - corner.left, event.clientY - corner.top];
  }

  #down(event) {
    if (event.button !== 0 || !event.isPrimary || this.held || event.target.closest("[data-keys]")) return;
    const meant = this.#meant(event);
    if (!meant) return;
    if (event.pointerType === "touch" && !meant.near) {
      this.tap = { meant, event }; // the finger may be about to scroll the page
      return;
    }
    event.preventDefault(); // no text selection, and no drag of Plotly's
    this.#take(meant, event);
  }

  #take({ hand, index, offset }, event) {
    if (this.nudged) this.#settle(this.nudged);
    hand.panel.pressed = false; // this drag is ours: a field may follow the hand
    hand.panel.box.setPointerCapture(event.pointerId);
    this.panels.root.toggleAttribute("data-grabbing", true);
    this.actor.begin();
    const place = hand.panel.toData(hand.spec.uid, this.#pixels(event, hand));
    this.held = { hand, index: hand.begin(index, place), offset };
    this.#follow(event);
    this.#choose(this.handles.get(hand)[this.held.index]);
  }

  /** The handle a pointer took: Delete means it, but only the keyboard needs to see that. */
  #choose(button) {
    button?.toggleAttribute("data-quiet", true);
    button?.focus({ preventScroll: true });
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
    const { hand, index, offset } = this.held;
    const at = this.#pixels(event, hand);
    this.#bring(hand, index, [at[0] + offset[0], at[1] + offset[1]]);
    hand.leave(index, hand.panel.beyond(hand.spec.uid, at) > OFF);
    this.place();
    this.actor.move(hand.values());
  }

  /** Bring a place to pixels on the panel, within its bounds. */
  #bring(hand, index, pixels) {
    hand.bring(index, hand.panel.toData(hand.spec.uid, pixels));
  }

  #up(event) {
    if (this.tap) {
      const { meant } = this.tap;
      this.tap = null;
      this.#take(meant, event);
    }
    if (!this.held) return;
    const { hand } = this.held;
    this.#letGo();
    this.#commit(hand);
  }

  #commit(hand) {
    if (hand.end()) this.actor.commit(hand.values(), hand.spec);
    else this.actor.cancel();
    this.place();
  }

  #letGo() {
    this.held = null;
    this.panels.root.toggleAttribute("data-grabbing", false);
  }

  /** Escape, or the browser took the pointer away: as if nothing had been moved. */
  #drop() {
    this.tap = null;
    if (!this.active) return;
    this.nudged = null;
    this.#letGo();
    this.forget();
    this.actor.cancel();
  }

  /** A new run is there, which knows the places itself. */
  release() {
    for (const hand of this.hands.values()) hand.release();
  }

  /** As if nothing had been moved. */
  forget() {
    for (const hand of this.hands.values()) hand.forget();
  }

  #key(event, hand, index) {
    event.target.removeAttribute("data-quiet");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.#settle(hand);
      return;
    }
    const arrow = ARROWS[event.key];
    if (!arrow) {
      if (!hand.press(index, event.key)) return;
      this.#nudge(hand);
      event.preventDefault();
      event.stopPropagation();
      this.place();
      this.actor.move(hand.values());
      return;
    }
    event.preventDefault();
    event.stopPropagation(); // arrows on a handle move it and do not scrub
    this.#nudge(hand);
    if (hand.step) {
      hand.step(arrow);
    } else {
      if (!hand.inHand) hand.begin(index, hand.places[index]);
      this.#bring(hand, index, this.#nudgedPixels(hand, index, arrow, event.shiftKey));
    }
    this.place();
    this.actor.move(hand.values());
  }

  #nudgedPixels(hand, index, arrow, far) {
    const share = far ? 0.1 : 0.01;
    const pixels = hand.panel.toPixels(hand.spec.uid, hand.places[index]);
    const axes = hand.panel.axes(hand.spec.uid);
    return pixels.map((pixel, i) => {
      const { whole } = hand.spec[i ? "y" : "x"] ?? {};
      const cell = whole ? Math.abs(axes[i].d2p(1) - axes[i].d2p(0)) : 0;
      return pixel + arrow[i] * Math.max(share * axes[i]._length, cell);
    });
  }

  #nudge(hand) {
    if (this.nudged === hand) return;
    if (this.nudged) this.#settle(this.nudged);
    this.actor.begin();
    this.nudged = hand;
  }

  #settle(hand) {
    if (this.nudged !== hand) return;
    this.nudged = null;
    this.#commit(hand);
  }
}
