/** Hands that hold marks: one, or a cloud of them. */

import { Hand, clamp, fourDigits } from "./hand.js";

/** One mark whose place is two controls. */
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
    const { x, y } = this.spec;
    const bounded = [clamp(place[0], x), clamp(place[1], y)];
    if (!bounded.every(Number.isFinite)) return;
    this.places = [bounded.map((value, i) => ([x, y][i].whole ? Math.round(value) : value))];
    this.panel.marks.set(this.spec.uid, this.places);
  }

  /** While nobody holds it, the run may move the mark. */
  follow() {
    const shown = !this.inHand && !this.panel.marks.has(this.spec.uid) && this.panel.markAt(this.spec.uid);
    if (shown) this.places = [shown];
  }

  values() {
    const [[x, y]] = this.places;
    return { [this.spec.x.name]: fourDigits(x), [this.spec.y.name]: fourDigits(y) };
  }
}

/** Many marks in one control: a press elsewhere adds one, dragging one off the panel takes it away. */
export class Cloud extends Hand {
  reset() {
    this.places = this.spec.at.map((place) => [...place]);
    this.gone = -1;
  }

  accepts() {
    return this.places.length < this.spec.most;
  }

  /** A lab may show its marks elsewhere than they were put: on a line, on a class. */
  follow() {
    if (this.inHand || this.panel.marks.has(this.spec.uid)) return;
    const shown = this.panel.marksOf(this.spec.uid);
    if (shown.length === this.places.length) this.places = shown;
  }

  begin(index) {
    this.inHand = true;
    if (index !== null) return index;
    this.places.push(null);
    return this.places.length - 1;
  }

  bring(index, [x, y]) {
    this.gone = -1;
    this.places[index] = [clamp(x, this.spec.x), clamp(y, this.spec.y)];
    this.#echo();
  }

  leave(index, off) {
    this.gone = off ? index : -1;
    this.#echo();
  }

  end() {
    if (this.gone >= 0) this.places.splice(this.gone, 1);
    this.gone = -1;
    return super.end();
  }

  press(index, key) {
    if (key === "Delete" || key === "Backspace") {
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
    this.panel.marks.set(this.spec.uid, this.#kept());
  }

  #kept() {
    return this.places.filter((_, i) => i !== this.gone);
  }

  values() {
    return { [this.spec.control]: this.#kept().map((place) => place.map(fourDigits)) };
  }

  label(index) {
    return `${super.label(index)}, Delete takes it away, + adds one beside it`;
  }
}
