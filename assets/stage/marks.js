/** Hands that hold marks: one, or a cloud of them. */

import { Hand, clamp, fourDigits } from "./hand.js";

/** One mark whose place is two controls, or one: its other coordinate is what the lab draws. */
export class Mark extends Hand {
  reset() {
    this.places = [this.spec.at];
  }

  accepts() {
    return this.spec.anywhere;
  }

  begin() {
    this.inHand = true;
    return 0;
  }

  bring(_, place) {
    const axes = [this.spec.x, this.spec.y];
    const bounded = axes.map((axis, i) => (axis ? clamp(place[i], axis) : this.places[0][i]));
    if (!bounded.every(Number.isFinite)) return;
    const at = bounded.map((value, i) => (axes[i]?.whole ? Math.round(value) : value));
    this.places = [at];
    this.panel.marks.set(this.spec.uid, [at.map((value, i) => (axes[i] ? value : undefined))]);
  }

  /** While nobody holds it, the run may move the mark; where it is not held, the answer does. */
  follow() {
    const shown = this.panel.markAt(this.spec.uid);
    if (!shown) return;
    const free = !this.inHand && !this.panel.marks.has(this.spec.uid);
    const held = [this.spec.x, this.spec.y];
    this.places = [shown.map((value, i) => (free || !held[i] ? value : this.places[0][i]))];
  }

  values() {
    const named = [this.spec.x, this.spec.y].map((axis, i) => [axis?.name, fourDigits(this.places[0][i])]);
    return Object.fromEntries(named.filter(([name]) => name));
  }
}

/**
 * Many marks in one control: a press elsewhere adds one, dragging one off the panel takes it away.
 * Where their number is fixed they only move.
 */
export class Cloud extends Hand {
  reset() {
    this.places = this.spec.at.map((place) => [...place]);
    this.gone = -1;
  }

  get fixed() {
    return this.spec.least === this.spec.most;
  }

  accepts() {
    return this.fixed ? Boolean(this.spec.along) : this.places.length < this.spec.most;
  }

  /** The mark nearest a place across the way they move: the bar under the pointer. */
  #nearest(place) {
    const across = this.spec.along === "x" ? 1 : 0;
    const far = this.places.map((other) => Math.abs(other[across] - place[across]));
    return far.indexOf(Math.min(...far));
  }

  /** A lab may show its marks elsewhere than they were put: on a line, on a class. */
  follow() {
    if (this.inHand || this.panel.marks.has(this.spec.uid)) return;
    const shown = this.panel.marksOf(this.spec.uid);
    if (shown.length === this.places.length) this.places = shown;
  }

  begin(index, place) {
    this.inHand = true;
    if (index !== null) return index;
    if (this.fixed) return this.#nearest(place);
    this.places.push(null);
    return this.places.length - 1;
  }

  bring(index, [x, y]) {
    this.gone = -1;
    const { along } = this.spec;
    const [left, height] = this.places[index] ?? [x, y];
    this.places[index] = [clamp(along === "y" ? left : x, this.spec.x), clamp(along === "x" ? height : y, this.spec.y)];
    this.#echo();
  }

  leave(index, off) {
    this.gone = off && this.places.length > this.spec.least ? index : -1;
    this.#echo();
  }

  end() {
    if (this.gone >= 0) this.places.splice(this.gone, 1);
    this.gone = -1;
    return super.end();
  }

  press(index, key) {
    if (this.fixed) return false;
    if ((key === "Delete" || key === "Backspace") && this.places.length > this.spec.least) {
      this.places.splice(index, 1);
    } else if ((key === "+" || key === "Insert") && this.accepts()) {
      const { x, y } = this.spec;
      const [at, height] = this.places[index];
      const span = Number.isFinite((x.high ?? NaN) - x.low) ? x.high - x.low : 1;
      this.places.push([clamp(at + 0.05 * span, x), clamp(height, y)]);
    } else return false;
    this.inHand = true;
    this.#echo();
    return true;
  }

  #echo() {
    this.panel.marks.set(this.spec.uid, this.#kept(this.places));
  }

  #kept(places) {
    return places.filter((_, i) => i !== this.gone);
  }

  /** A mark the lab does not draw now stays what it was. */
  values() {
    const { at, control } = this.spec;
    const known = this.places.map((place, i) => place.map((n, axis) => fourDigits(Number.isFinite(n) ? n : at[i][axis])));
    return { [control]: this.#kept(known) };
  }

  label(index) {
    return this.fixed ? super.label(index) : `${super.label(index)}, Delete takes it away, + adds one beside it`;
  }
}
