/** The hand that paints cells. */

import { Hand, clamp } from "./hand.js";

/** Cells painted with the brush that the controls hold. The one place is the keyboard's cursor. */
export class Brush extends Hand {
  reset() {
    this.rows = this.spec.at.split("/").map((row) => [...row]);
    this.places = [[clamp(this.places[0]?.[0] ?? 0, this.#across), clamp(this.places[0]?.[1] ?? 0, this.#down)]];
    this.painted = false;
  }

  get #across() {
    return { low: 0, high: this.rows[0].length - 1 };
  }

  get #down() {
    return { low: 0, high: this.rows.length - 1 };
  }

  get #letter() {
    return this.config[this.spec.brush];
  }

  active() {
    return this.#letter?.length === 1;
  }

  accepts() {
    return true;
  }

  begin(_, place) {
    this.inHand = true;
    this.last = place;
    this.bring(0, place);
    return 0;
  }

  /** A fast hand leaves no gaps: the cells on the way from where it was last are painted too. */
  bring(_, place) {
    const way = place.map((to, axis) => to - this.last[axis]);
    const steps = Math.max(1, ...way.map((far) => Math.ceil(Math.abs(far))));
    for (let step = 1; step <= steps; step += 1) {
      this.#reach(this.last.map((from, axis) => Math.round(from + (way[axis] * step) / steps)));
    }
    this.last = place;
  }

  #reach([column, row]) {
    if (column !== clamp(column, this.#across) || row !== clamp(row, this.#down)) return;
    this.places = [[column, row]];
    this.#paint();
  }

  /** The keyboard's cursor goes one cell on, painting nothing. */
  step([across, down]) {
    const [[column, row]] = this.places;
    this.places = [[clamp(column + across, this.#across), clamp(row + down, this.#down)]];
  }

  #paint() {
    const [[column, row]] = this.places;
    const letter = this.#letter;
    if (this.rows[row][column] === letter) return;
    const { single, empty } = this.spec;
    if (single.includes(letter)) this.rows = this.rows.map((cells) => cells.map((cell) => (cell === letter ? empty : cell)));
    this.rows[row][column] = letter;
    this.painted = true;
  }

  end() {
    super.end();
    const { painted } = this;
    this.painted = false;
    return painted;
  }

  press(_, key) {
    if (key !== " ") return false;
    this.#paint();
    return true;
  }

  values() {
    return { [this.spec.control]: this.rows.map((cells) => cells.join("")).join("/") };
  }

  label() {
    const [[column, row]] = this.places;
    return `${this.spec.label}: row ${row + 1}, column ${column + 1}; arrow keys move the cursor, space paints`;
  }
}
