/**
 * A run as the browser keeps it: what stands still, the frames, and how it ended.
 *
 * A growing line sends only its new points. They are kept once, in one buffer, with the
 * number of points after each frame; a frame shows a view of the buffer, so a path of n
 * points costs n and not n² numbers, and any frame can be jumped to.
 */

const TYPES = {
  i1: Int8Array, u1: Uint8Array, u1c: Uint8ClampedArray, i2: Int16Array, u2: Uint16Array,
  i4: Int32Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array,
};

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** One of Plotly's typed arrays; a matrix becomes rows that share its memory. */
function typedArray(packed) {
  const shape = String(packed.shape ?? "").split(",").map(Number).filter(Boolean);
  if (shape.length > 2) return packed; // pictures: Plotly itself unpacks pixels fastest
  const flat = new TYPES[packed.dtype](bytesOf(packed.bdata).buffer);
  if (shape.length < 2) return flat;
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, row) => flat.subarray(row * columns, (row + 1) * columns));
}

/** Unpack all typed arrays in a message, in place, once and for all. */
export function decode(value) {
  if (value === null || typeof value !== "object") return value;
  if ("bdata" in value) return typedArray(value);
  for (const name of Object.keys(value)) value[name] = decode(value[name]);
  return value;
}

/** One property of a growing line. `null`, which is not-a-number on the wire, is a gap. */
class Growing {
  constructor() {
    this.values = new Float64Array(256);
    this.size = 0;
    this.counts = []; // points after each frame
  }

  add(frame, points) {
    const size = this.size + points.length;
    if (size > this.values.length) {
      const larger = new Float64Array(Math.max(size, 2 * this.values.length));
      larger.set(this.values.subarray(0, this.size));
      this.values = larger; // views handed out before keep the old memory, which is still right
    }
    for (const point of points) this.values[this.size++] = point ?? NaN;
    while (this.counts.length < frame) this.counts.push(this.counts.at(-1) ?? 0);
    this.counts.push(this.size);
  }

  upTo(frame) {
    return this.values.subarray(0, this.counts[Math.min(frame, this.counts.length - 1)]);
  }
}

/** All that is known of one run so far. */
export class Timeline {
  constructor(key) {
    this.key = key;
    this.head = null; // the panels message
    this.frames = [];
    this.growing = {}; // panel → uid → property → Growing
    this.longestNote = "";
    this.verdicts = {};
    this.end = null;
    this.shown = false; // whether the stage has taken it up
  }

  /** Take in one message of the log. */
  take(event, payload) {
    if (event === "panels") this.head = decode(payload);
    else if (event === "frame") this.#add(decode(payload));
    else if (event === "verdicts") this.verdicts = payload;
    else if (event === "end") this.end = payload;
  }

  #add(frame) {
    const number = this.frames.length;
    frame.note ||= this.frames.at(-1)?.note ?? ""; // a note stands until the next one
    if (frame.note.length > this.longestNote.length) this.longestNote = frame.note;
    for (const [panel, patch] of Object.entries(frame.patch)) {
      for (const [uid, properties] of Object.entries(patch.append ?? {})) {
        const line = ((this.growing[panel] ??= {})[uid] ??= {});
        for (const [name, points] of Object.entries(properties)) (line[name] ??= new Growing()).add(number, points);
      }
      delete patch.append;
    }
    this.frames.push(frame);
  }

  /** Frames there will be: what the lab promises, until the run ends and it is known. */
  get length() {
    return this.end ? this.frames.length : Math.max(this.head?.length ?? 0, this.frames.length);
  }

  /** The last step, once the run has ended. */
  get lastStep() {
    return this.end ? this.frames.at(-1)?.step : undefined;
  }

  /** What frame `n` shows on a panel, in full: `{traces: {uid: properties}, layout}`. */
  change(panel, n) {
    const patch = this.frames[n]?.patch[panel];
    const traces = { ...patch?.traces };
    for (const [uid, line] of Object.entries(this.growing[panel] ?? {})) {
      traces[uid] = { ...traces[uid] };
      for (const [name, points] of Object.entries(line)) traces[uid][name] = points.upTo(n);
    }
    return { traces, layout: patch?.layout ?? {} };
  }
}

/** An answer's patch as full changes by panel: what it appends is all there is. */
export function answerChanges(patch) {
  const changes = {};
  for (const [panel, { traces = {}, append = {}, layout = {} }] of Object.entries(decode(patch ?? {}))) {
    const whole = { ...traces };
    for (const [uid, line] of Object.entries(append)) whole[uid] = { ...whole[uid], ...line };
    changes[panel] = { traces: whole, layout };
  }
  return changes;
}
