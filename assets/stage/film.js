/** Bitmaps become a GIF: one palette, and in each frame only the pixels that have changed. */

import { GIFEncoder, nearestColorIndex, quantize } from "../vendor/gifenc.js";

const COLOURS = 255; // one more stands for “as it was”
const EXACT = 128; // of them, colours of whole areas, which are kept as they are
const AREA = 2e-4; // the part of the picture that is an area

/** Colours for a whole film, so that nothing flickers. */
export class Palette {
  /** @param pictures pixels (RGBA bytes) of a few frames */
  constructor(pictures) {
    const all = new Uint8ClampedArray(pictures.reduce((size, { length }) => size + length, 0));
    pictures.reduce((at, pixels) => (all.set(pixels, at), at + pixels.length), 0);
    const areas = this.#areas(new Uint32Array(all.buffer));
    this.colours = [...areas, ...quantize(all, COLOURS - areas.length, { format: "rgb565" }).map(([r, g, b]) => [r, g, b])];
    this.known = new Map(); // colour of a pixel → number of the nearest colour
  }

  #areas(pixels) {
    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const large = [...counts].filter(([, count]) => count > AREA * pixels.length).sort(([, a], [, b]) => b - a);
    return large.slice(0, EXACT).map(([pixel]) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]);
  }

  /** RGBA bytes as numbers of colours. */
  apply(bytes) {
    const pixels = new Uint32Array(bytes.buffer);
    const numbers = new Uint8Array(pixels.length);
    let [last, number] = [-1, 0];
    for (let i = 0; i < pixels.length; i++) {
      const pixel = pixels[i];
      if (pixel !== last) {
        last = pixel;
        number = this.known.get(pixel);
        if (number === undefined) {
          number = nearestColorIndex(this.colours, [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]);
          this.known.set(pixel, number);
        }
      }
      numbers[i] = number;
    }
    return numbers;
  }

  /** The 256 colours a GIF needs. */
  get table() {
    return [...this.colours, ...Array(COLOURS + 1 - this.colours.length).fill([0, 0, 0])];
  }
}

/** A GIF that plays again and again. */
export class Film {
  constructor(width, height, palette) {
    Object.assign(this, { width, height, palette });
    this.gif = GIFEncoder();
    this.before = null;
  }

  add(bytes, delay) {
    const { before } = this;
    const numbers = this.palette.apply(bytes);
    const changed = before ? numbers.map((number, i) => (number === before[i] ? COLOURS : number)) : numbers;
    this.gif.writeFrame(changed, this.width, this.height, {
      palette: before ? null : this.palette.table, delay, transparent: before !== null, transparentIndex: COLOURS, dispose: 1,
    });
    this.before = numbers;
  }

  finish() {
    this.gif.finish();
    return new Blob([this.gif.bytes()], { type: "image/gif" });
  }
}
