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
 *     step(arrow)           an arrow key, where a hand has its own idea of a step
 *     press(index, key)     a key on a handle that is not an arrow; returns whether it was meant
 *     values()              control values by name
 */

import { threeDigits } from "./dom.js";

export function clamp(value, { low, high }) {
  return Math.min(Math.max(value, low ?? -Infinity), high ?? Infinity);
}

export function fourDigits(value) {
  return Number(value.toPrecision(4));
}

/** What is common to all: the panel, the places, and telling the panel of them. */
export class Hand {
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
