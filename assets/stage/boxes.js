/** The hand that holds boxes: drawn, moved and resized. */

import { Hand, clamp, fourDigits } from "./hand.js";

const CENTRE = 4;
const HANDLES = 5; // of each box: its corners, clockwise from (x0, y0), and its centre
const NAMES = ["first corner", "second corner", "third corner", "fourth corner", "centre"];
const SMALLEST = 0.01; // of the span of an axis; what is smaller was a click and no box

function corner([x0, y0, x1, y1], k) {
  return [k === 1 || k === 2 ? x1 : x0, k > 1 ? y1 : y0];
}

function sorted([x0, y0, x1, y1]) {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}

/**
 * Boxes [x0, y0, x1, y1] in one control. A drag on the empty plane draws one, a corner resizes
 * it, its inside moves it; Delete or a drag of the centre off the panel takes it away.
 */
export class Boxes extends Hand {
  reset() {
    this.boxes = this.spec.at.map((box) => [...box]);
    this.gone = -1;
    this.offset = [0, 0];
    this.#lay();
  }

  #lay() {
    this.places = this.boxes.flatMap((box) => [
      ...[0, 1, 2, 3].map((k) => corner(box, k)),
      [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2],
    ]);
  }

  accepts(place) {
    return this.boxes.length < this.spec.most || (place !== undefined && this.#around(place) >= 0);
  }

  /** The smallest box around a place, or −1. */
  #around([x, y]) {
    const area = ([x0, y0, x1, y1]) => (x1 - x0) * (y1 - y0);
    const inside = ([x0, y0, x1, y1]) => x >= x0 && x <= x1 && y >= y0 && y <= y1;
    const found = this.boxes.map((box, i) => [box, i]).filter(([box]) => inside(box));
    return found.length ? found.reduce((a, b) => (area(a[0]) <= area(b[0]) ? a : b))[1] : -1;
  }

  begin(index, [x, y]) {
    this.inHand = true;
    this.offset = [0, 0];
    if (index !== null) return index;
    const around = this.#around([x, y]);
    if (around >= 0) {
      const [cx, cy] = this.places[HANDLES * around + CENTRE];
      this.offset = [cx - x, cy - y];
      return HANDLES * around + CENTRE;
    }
    this.boxes.push([x, y, x, y]);
    this.#lay();
    return HANDLES * (this.boxes.length - 1) + 2;
  }

  bring(index, [x, y]) {
    this.gone = -1;
    const box = this.boxes[Math.floor(index / HANDLES)];
    const k = index % HANDLES;
    const { x: across, y: down } = this.spec;
    if (k === CENTRE) {
      const half = [(box[2] - box[0]) / 2, (box[3] - box[1]) / 2];
      const inner = (bounds, margin) => ({ low: bounds.low + margin, high: bounds.high - margin });
      const cx = clamp(x + this.offset[0], inner(across, Math.abs(half[0])));
      const cy = clamp(y + this.offset[1], inner(down, Math.abs(half[1])));
      box.splice(0, 4, cx - half[0], cy - half[1], cx + half[0], cy + half[1]);
    } else {
      box[k === 1 || k === 2 ? 2 : 0] = clamp(x, across);
      box[k > 1 ? 3 : 1] = clamp(y, down);
    }
    this.#echo();
  }

  leave(index, off) {
    this.gone = off && index % HANDLES === CENTRE ? Math.floor(index / HANDLES) : -1;
    this.#echo();
  }

  end() {
    this.boxes = this.#kept();
    this.gone = -1;
    this.#lay();
    return super.end();
  }

  press(index, key) {
    if (key !== "Delete" && key !== "Backspace") return false;
    this.boxes.splice(Math.floor(index / HANDLES), 1);
    this.inHand = true;
    this.#echo();
    return true;
  }

  #echo() {
    this.#lay();
    const outline = (box) => [0, 1, 2, 3, 0].map((k) => corner(box, k));
    const shown = this.boxes.filter((_, i) => i !== this.gone);
    this.panel.marks.set(this.spec.uid, shown.flatMap((box) => [...outline(box), [null, null]]));
  }

  #kept() {
    const { x, y } = this.spec;
    const [wide, high] = [SMALLEST * (x.high - x.low), SMALLEST * (y.high - y.low)];
    const isBox = ([x0, y0, x1, y1]) => x1 - x0 >= wide && y1 - y0 >= high;
    return this.boxes.filter((_, i) => i !== this.gone).map(sorted).filter(isBox);
  }

  values() {
    return { [this.spec.control]: this.#kept().map((box) => box.map(fourDigits)) };
  }

  label(index) {
    const part = NAMES[index % HANDLES];
    return `${super.label(index).replace(":", ` ${Math.floor(index / HANDLES) + 1}, ${part}:`)}, Delete takes the box away`;
  }
}
