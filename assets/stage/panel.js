/**
 * A panel: one Plotly figure that is mounted once and then only changed.
 *
 * Lines, bars, axes, shapes and annotations move through `Plotly.animate`, which touches
 * nothing else and keeps up with the screen. Fields, contours, histograms, anything in three
 * dimensions, and the few properties that animate forgets, need `Plotly.update`, which
 * redraws the panel; that happens at most 15 times a second while playing, and never while
 * a pointer is down on it. Both kinds are called moves and redraws below.
 */

import { element } from "./dom.js";
import { axisName, composeFigure, nestPaths, structureOf, withoutEmptyWords } from "./figure.js";

const CONFIG = { displayModeBar: false, responsive: false, doubleClick: "reset", scrollZoom: false };
const MOVES = { // by trace type, the properties that Plotly.animate brings to the screen (tried one by one)
  scatter: (name) => !/^(visible|name|fill|fillcolor|showlegend|legend|error_)/.test(name),
  bar: (name) => /^(x|y|base|width|offset)$/.test(name),
};
const FLAT = new Set([
  "scatter", "bar", "heatmap", "contour", "image", "histogram", "histogram2d", "histogram2dcontour", "box", "violin",
]);
const AXIS = /^[xy]axis\d*(\.|$)/; // fields move with their axes, and so by a redraw
const FIELD_MS = 1000 / 15;
const SETTLED_MS = 8; // by then what Plotly.animate began is on screen

/** The properties for which `test` holds and the others; null where there are none. */
function split(properties, test) {
  const entries = Object.entries(properties);
  const parts = [entries.filter(([name]) => test(name)), entries.filter(([name]) => !test(name))];
  return parts.map((part) => (part.length ? Object.fromEntries(part) : null));
}

/** One figure, its text alternative and its place on the page. */
export class Panel {
  constructor(name, drawn) {
    this.name = name;
    this.drawn = drawn; // called when what `draw` began is on screen: Plotly takes a moment
    this.plot = element("div", { class: "stage-plot", role: "img" });
    this.box = element("div", { class: "stage-panel", "data-panel": name }, this.plot);
    this.box.addEventListener("pointerdown", (event) => (this.pressed = !event.defaultPrevented)); // a grab prevents it
    this.mounts = 0;
    this.fieldDraws = 0;
    this.marks = new Map(); // uid → places where the learner put its marks, until the next run
    this.pressed = false;
    this.owed = null; // a redraw that waits for its turn
    this.fieldAt = -Infinity;
    this.movedAt = -Infinity;
    this.fieldCost = 0;
  }

  /** Show a figure with a frame already in it. Zoom and camera stay if its traces are the same ones. */
  async show(figure, change, style) {
    this.figure = figure;
    this.fill = style.fill;
    const { data, layout } = composeFigure(figure, this.marks, change, style);
    const structure = structureOf(data);
    const known = structure === this.structure;
    this.structure = structure;
    this.owed = null;
    this.types = new Map(data.map((trace) => [trace.uid, trace.type ?? "scatter"]));
    this.index = new Map(data.map((trace, i) => [trace.uid, i]));
    this.flat = data.every((trace) => FLAT.has(trace.type ?? "scatter"));
    this.mixed = this.flat && data.some((trace) => !((trace.type ?? "scatter") in MOVES));
    if (!known) this.mounts += 1;
    await (known ? Plotly.react : Plotly.newPlot)(this.plot, data, layout, CONFIG);
    if (known || !this.plot.on) return; // or taken away while it was drawn
    this.plot.on("plotly_transitioning", () => this.#spareLayers());
    this.plot.on("plotly_transitioned", () => this.drawn());
  }

  /**
   * Plotly.animate removes every layer that has no trace among those animated, a contour
   * under a moving line for one. Here, right before it draws, such layers lose the class by
   * which it finds them; they get it back as soon as it has drawn, before anything else can.
   */
  #spareLayers() {
    const layers = [...this.plot.querySelectorAll(".cartesianlayer .mlayer")];
    const spared = layers.filter(({ classList: [name] }) => ![...this.moved].some((type) => name.startsWith(`${type}layer`)));
    for (const layer of spared) layer.classList.remove("mlayer");
    queueMicrotask(() => spared.forEach((layer) => layer.classList.add("mlayer")));
  }

  /**
   * Draw a change: as a whole if a redraw is due, or else what moves now and the rest later.
   * Never both at once, as one would run into the other.
   * @param now true when a redraw need not wait for its turn, because nothing is playing
   */
  draw({ traces, layout }, { now = true } = {}) {
    const whole = { changes: [], indices: [], layout };
    const moves = { changes: [], indices: [] };
    const rest = { changes: [], indices: [] };
    const put = (list, change, index) => change && (list.changes.push(change), list.indices.push(index));
    for (const [uid, properties] of Object.entries(traces)) {
      const index = this.index.get(uid);
      if (index === undefined) continue;
      const moving = this.flat && !this.#joins(index, properties) ? MOVES[this.types.get(uid)] : undefined;
      const lasting = withoutEmptyWords(properties);
      const [moved, redrawn] = split(lasting, moving ?? (() => false));
      put(whole, lasting, index);
      put(moves, moved, index);
      put(rest, redrawn, index);
    }
    const glides = (path) => this.flat && !(this.mixed && AXIS.test(path)) && !path.endsWith("text"); // words do not move
    [moves.layout, rest.layout] = split(layout, glides);
    this.owed = null;
    if (!rest.indices.length && !rest.layout) return this.#move(moves);
    if (this.#mayRedraw(now)) return this.#redraw(whole);
    this.#move(moves);
    this.owed = rest;
  }

  /** Whether a trace that had no points gets some: only a redraw puts its name into the legend. */
  #joins(index, { x }) {
    const { data, layout } = this.plot;
    return layout.showlegend && data[index].showlegend !== false && x?.length > 0 && !data[index].x?.length;
  }

  #move({ changes, indices, layout }) {
    if (!indices.length && !layout) return;
    this.moved = new Set(indices.map((index) => this.types.get(this.plot.data[index].uid)));
    this.movedAt = performance.now();
    const frame = { data: changes.map((change) => nestPaths(this.fill(change))), traces: indices };
    if (layout) frame.layout = nestPaths(this.fill(layout));
    Plotly.animate(this.plot, frame, {
      frame: { duration: 0, redraw: false }, transition: { duration: 0 }, mode: "immediate",
    }).catch(() => {}); // rejected when the next frame overtakes this one, as it should
  }

  #mayRedraw(now) {
    if (this.pressed) return false;
    const rest = Math.max(FIELD_MS, 2 * this.fieldCost); // half the time at most goes to redraws
    return now || performance.now() - this.fieldAt >= rest;
  }

  #redraw({ changes, indices, layout }) {
    this.owed = null;
    this.fieldAt = performance.now();
    const names = new Set(changes.flatMap(Object.keys));
    const update = {};
    for (const name of names) update[name] = changes.map((change) => this.fill(change[name])); // undefined: as it is
    Plotly.update(this.plot, update, this.fill(layout ?? {}), indices.length ? indices : undefined);
    this.fieldDraws += 1;
    this.fieldCost = performance.now() - this.fieldAt;
    this.drawn();
  }

  /** Redraw what is owed, if it may be and no move is under way. Returns whether it still is owed. */
  payOwed(now = false) {
    if (this.owed && this.#mayRedraw(now) && performance.now() - this.movedAt > SETTLED_MS) this.#redraw(this.owed);
    return this.owed !== null;
  }

  /** The axes a trace is drawn on, as Plotly laid them out; of the panel's first trace if none is named. */
  axes(uid) {
    const trace = this.plot.data?.[uid === undefined ? 0 : this.index?.get(uid)];
    const full = this.plot._fullLayout;
    if (!trace || !full) return null;
    return [full[axisName(trace.xaxis ?? "x")], full[axisName(trace.yaxis ?? "y")]];
  }

  /** Where a mark is, in the data's units. */
  markAt(uid) {
    const trace = this.plot.data?.[this.index.get(uid)];
    const [x, y] = [trace?.x, trace?.y];
    return x?.length && y?.length ? [x[x.length - 1], y[y.length - 1]] : null;
  }

  /** Where all points of a trace are. */
  marksOf(uid) {
    const trace = this.plot.data?.[this.index.get(uid)];
    return Array.from(trace?.x ?? [], (x, i) => [x, trace.y[i]]);
  }

  /** Data units to pixels from the panel's corner. */
  toPixels(uid, place) {
    return this.axes(uid)?.map((axis, i) => axis._offset + axis.d2p(place[i])) ?? null;
  }

  /** Pixels from the panel's corner to data units, on log axes too. */
  toData(uid, pixels) {
    return this.axes(uid)?.map((axis, i) => axis.p2d(pixels[i] - axis._offset)) ?? null;
  }

  /** Whether pixels from the panel's corner lie inside the axes of a trace. */
  holds(uid, pixels) {
    const axes = this.axes(uid) ?? [];
    return axes.length > 0 && axes.every((axis, i) => pixels[i] >= axis._offset && pixels[i] <= axis._offset + axis._length);
  }

  /** How many pixels from the panel's corner lie beyond the axes of a trace; 0 inside. */
  beyond(uid, pixels) {
    const over = this.axes(uid)?.map((axis, i) => Math.max(axis._offset - pixels[i], pixels[i] - axis._offset - axis._length, 0));
    return Math.max(...(over ?? [0]));
  }

  resize() {
    if (!this.structure || !this.box.clientWidth) return null;
    return Plotly.Plots.resize(this.plot)?.catch(() => {}); // rejected when hidden meanwhile
  }

  remove() {
    if (this.structure) Plotly.purge(this.plot);
    this.box.remove();
  }
}
