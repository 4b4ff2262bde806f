/**
 * Hands: what a learner can do on a panel, whatever the device it is done with.
 *
 * A hand has places (data units), each with a handle over it, and makes values for the
 * controls out of them. `pointer.js` turns pointers and keys into calls:
 *
 *     active()              whether it acts, as the controls are now (`config`)
 *     accepts(place)        whether a press away from all places means something
 *     begin(index, place)   a press on a place, or `null` for a press elsewhere; returns the index
 *     bring(index, place)   the pressed place moves
 *     leave(index, off)     it is dragged off the panel, or back on
 *     end()                 let go; returns whether anything was done
 *     press(index, key)     a key on a handle that is not an arrow; returns whether it was meant
 *     values()              control values by name
 */

import { threeDigits } from "./dom.js";

function clamp(value, { low, high }) {
  return Math.min(Math.max(value, low ?? -Infinity), high ?? Infinity);
}

function fourDigits(value) {
  return Number(value.toPrecision(4));
}

/** What is common to all: the panel, the places, and telling the panel of them. */
class Hand {
  constructor(panel) {
    this.panel = panel;
    this.places = [];
    this.inHand = false;
  }

  /** A run brings its own description; what is in the learner's hand stays. */
  set(spec, panel) {
    Object.assign(this, { spec, panel });
    if (!this.inHand) this.reset();
  }

  active() {
    return true;
  }

  leave() {}

  press() {
    return false;
  }

  end() {
    this.inHand = false;
    return true;
  }

  /** The marks are the run's again; where they are, the next run says. */
  release() {
    this.inHand = false;
    this.panel.marks.delete(this.spec.uid);
  }

  /** As if nothing had been moved. */
  forget() {
    this.release();
    this.reset();
  }

  label(index) {
    const [x, y] = this.places[index].map(threeDigits);
    return `${this.spec.label}: ${x}, ${y}; arrow keys move it`;
  }
}

/** One mark whose place is two controls. */
class Mark extends Hand {
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
class Cloud extends Hand {
  reset() {
    this.places = this.spec.at.map((place) => [...place]);
    this.gone = -1;
  }

  accepts() {
    return this.places.length < this.spec.most;
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

/** Cells painted with the brush that the controls hold. The one place is the keyboard's cursor. */
class Brush extends Hand {
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
    this.bring(0, place);
    return 0;
  }

  bring(_, [x, y]) {
    const cell = [Math.round(x), Math.round(y)];
    if (cell[0] !== clamp(cell[0], this.#across) || cell[1] !== clamp(cell[1], this.#down)) return;
    this.places = [cell];
    if (!this.byKeyboard) this.#paint();
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

const KINDS = { grab: Mark, points: Cloud, paint: Brush };

/** The hand a run describes; `null` for kinds that need none (keys have their own buttons). */
export function handOf({ kind }, panel) {
  return kind in KINDS ? new KINDS[kind](panel) : null;
}

/** Hands are the same if they hold the same thing. */
export function handKey({ kind, panel, uid, control }) {
  return [kind, panel, uid ?? control].join("/");
}
