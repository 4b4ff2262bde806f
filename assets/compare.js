/**
 * Comparison: up to four runs of a lab side by side, in step and on the same axes, above a
 * table of what differs.
 *
 * Mounted by Streamlit in the stage's place. Time is the training step: each run shows its last
 * frame at or before the step of the run that has most frames.
 *
 * For tests and benchmarks the root element (`.compare`) carries a `compare` property:
 *     frames, shown, draws, ended   frames known of each run, the frame each shows, all draws
 */

import { loadAssets } from "./stage/assets.js";
import { element, setText } from "./stage/dom.js";
import { Feed } from "./stage/feed.js";
import { Panels } from "./stage/panels.js";
import { Player } from "./stage/player.js";
import { StatusLine } from "./stage/status.js";
import { pageStyle } from "./stage/theme.js";
import { Transport } from "./stage/transport.js";
import { Views } from "./stage/views.js";
import { altText } from "./stage/words.js";

const WORDS_MS = 120; // numbers change at most this often while playing
const AXIS = /^[xy]axis\d*$/;
const PAGE_FIRST_MS = 400;

/** One run of the comparison: its frames, its panels, its line of state. */
class Lane {
  constructor(compare, signal) {
    this.compare = compare;
    this.timeline = null;
    this.shown = -1;
    this.ranges = {}; // panel → the shared ranges it has now
    this.status = new StatusLine(() => this.feed.withdraw());
    this.feed = new Feed({
      first: (timeline) => this.#take(timeline),
      arrived: (timeline) => timeline === this.timeline && compare.arrived(),
      wanted: () => 0,
      trigger: (name, value) => compare.trigger(name, value),
    }, this.status);
    this.panels = new Panels(signal);
    this.letter = element("span", { class: "compare-letter" });
    this.title = element("span", { class: "compare-title" });
    this.open = element("button", { type: "button", class: "stage-button compare-word", click: () => compare.trigger("opened", this.index) }, "Open");
    this.drop = element("button", { type: "button", class: "stage-button compare-word", click: () => compare.trigger("unpinned", this.index) }, "Take off");
    this.root = element(
      "section", { class: "compare-lane" },
      element("header", {}, this.letter, this.title, this.open, this.drop), this.panels.root, this.status.root,
    );
  }

  update(index, run, data) {
    this.index = index;
    this.run = run;
    setText(this.letter, run.name);
    setText(this.title, run.title);
    this.root.setAttribute("aria-label", `Run ${run.name}: ${run.title}`);
    this.drop.hidden = !run.pinned;
    this.open.hidden = !run.pinned;
    if (run.key && run.key !== this.feed.key) this.feed.follow({ ...data, run });
  }

  #take(timeline) {
    this.timeline = timeline;
    this.shown = -1;
    this.compare.fresh = true;
    this.compare.mount();
  }

  /** The last frame at or before a training step. */
  at(step) {
    const { frames } = this.timeline;
    let low = 0;
    let high = frames.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (frames[middle].step <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The range of an axis in a frame, where it is one of two numbers. */
  range(name, axis, frame) {
    const own = this.timeline.head.panels[name]?.layout?.[axis];
    const range = this.timeline.frames[frame]?.patch[name]?.layout?.[`${axis}.range`] ?? own?.range;
    return Array.isArray(range) && range.every(Number.isFinite) ? { range, type: own?.type ?? "" } : null;
  }

  remove() {
    this.feed.stop();
    this.status.remove();
    this.panels.remove();
    this.root.remove();
  }
}

class Compare {
  constructor(host) {
    this.host = host;
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.lanes = [];
    this.draws = 0;
    this.wordsAt = 0;
    this.mounting = 0;
    this.fresh = false; // a run has come that was not played yet
    this.player = new Player({
      length: () => this.master?.timeline.frames.length ?? 0,
      ended: () => this.lanes.every((lane) => lane.timeline?.end),
      ready: () => Boolean(this.step) && !this.mounting,
      draw: () => this.#draw(),
      turned: () => this.#tell(),
      extra: () => this.#extra(),
    }, signal);
    this.transport = new Transport({
      toggle: () => this.player.toggle(),
      step: (by) => this.player.step(by),
      seek: (frame) => this.player.seek(frame),
      speed: (factor) => (this.player.speed = factor),
      loop: (on) => (this.player.loop = on),
    });
    this.views = new Views((title) => (this.trigger("viewed", title), this.mount()));
    this.signal = signal;
    this.grid = element("div", { class: "compare-lanes" });
    this.table = element("table", { class: "compare-table" });
    this.root = element(
      "section", { class: "stage compare", "aria-label": "Comparison" },
      this.views.root, this.grid, this.transport.root, element("div", { class: "compare-scroll" }, this.table),
    );
    const { lanes } = this;
    const self = this;
    this.root.compare = {
      get frames() { return lanes.map((lane) => lane.timeline?.frames.length ?? 0); },
      get shown() { return lanes.map((lane) => lane.shown); },
      get draws() { return self.draws; },
      get ended() { return self.player.host.ended(); },
    };
    host.append(this.root);
    addEventListener("keydown", (event) => this.#key(event), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.mount(), { signal });
    document.addEventListener("pointerdown", (event) => this.root.contains(event.target) || this.player.rest(PAGE_FIRST_MS), { signal, capture: true });
    this.unmount = () => this.#unmount();
  }

  /** What the page passes in: `{runs: [{key, finished, name, title, pinned}], settings: [{title, values}], view, …}`. */
  async update(data, trigger) {
    this.data = data;
    this.trigger = trigger;
    this.views.open(data.view ?? "");
    while (this.lanes.length > data.runs.length) this.lanes.pop().remove();
    while (this.lanes.length < data.runs.length) {
      const lane = new Lane(this, this.signal);
      this.lanes.push(lane);
      this.grid.append(lane.root);
    }
    this.root.style.setProperty("--compare-across", data.runs.length === 4 ? 2 : data.runs.length);
    this.lanes.forEach((lane, i) => lane.update(i, data.runs[i], data));
    await loadAssets(data.assets);
    this.mount();
  }

  /** The run with most frames: the others follow its steps. */
  get master() {
    const known = this.lanes.filter((lane) => lane.timeline);
    return known.reduce((most, lane) => (lane.timeline.frames.length > (most?.timeline.frames.length ?? 0) ? lane : most), null);
  }

  arrived() {
    this.player.arrived();
  }

  /** Build the pictures of all runs, or bring them up to date as a whole. */
  async mount() {
    if (!window.Plotly || !this.master) return;
    this.style = pageStyle(this.host, this.root, this.data);
    this.mounting += 1;
    this.views.set(this.master.timeline.head.views ?? {});
    this.#follow();
    await Promise.all(this.lanes.filter((lane) => lane.timeline).map((lane) => {
      lane.ranges = {};
      const figures = this.#figures(lane);
      return lane.panels.show(figures, (name) => this.#change(lane, name), this.style);
    }));
    this.mounting -= 1;
    if (this.mounting) return;
    this.#build();
    this.#tell();
    if (this.fresh) this.player.start(0);
    else this.player.redraw();
    this.fresh = false;
  }

  /** The large panels of the view; of three runs and more only the first, so that it can be seen. */
  #figures(lane) {
    const figures = this.views.filter(lane.timeline.head.panels);
    const large = Object.keys(figures).filter((name) => figures[name].layout?.meta?.size !== "small");
    const most = this.lanes.length > 2 ? 1 : 2;
    return Object.fromEntries((large.length ? large : Object.keys(figures)).slice(0, most).map((name) => [name, figures[name]]));
  }

  /** Which frame each run shows at the player's place. */
  #follow() {
    const { master } = this;
    const step = master.timeline.frames[Math.min(this.player.frame, master.timeline.frames.length - 1)].step;
    for (const lane of this.lanes) if (lane.timeline?.frames.length) lane.next = lane.at(step);
  }

  /** A run's change on a panel, on axes that hold what all runs show. */
  #change(lane, name) {
    const change = lane.timeline.change(name, lane.next);
    const layout = Object.fromEntries(Object.entries(change.layout).filter(([path]) => !/^[xy]axis\d*\.range$/.test(path)));
    for (const axis of Object.keys(lane.timeline.head.panels[name]?.layout ?? {})) {
      const range = AXIS.test(axis) && this.#shared(name, axis);
      const known = lane.ranges[name]?.[axis];
      if (!range || known === String(range)) continue;
      (lane.ranges[name] ??= {})[axis] = String(range);
      layout[`${axis}.range`] = range;
    }
    return { traces: change.traces, layout };
  }

  #shared(name, axis) {
    const found = this.lanes.filter((lane) => lane.timeline?.head.panels[name]).map((lane) => lane.range(name, axis, lane.next));
    if (found.some((one) => one === null) || new Set(found.map((one) => one.type)).size > 1) return found.find(Boolean)?.range;
    const ends = found.flatMap(({ range }) => range);
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    return found[0]?.range[0] > found[0]?.range[1] ? [high, low] : [low, high];
  }

  #draw() {
    this.#follow();
    const now = !this.player.playing;
    for (const lane of this.lanes) {
      if (!lane.timeline || lane.shown === lane.next) continue;
      lane.panels.draw((name) => this.#change(lane, name), { now });
      lane.shown = lane.next;
    }
    this.draws += 1;
    if (now || performance.now() - this.wordsAt > WORDS_MS) this.#tell();
    else this.#showTransport();
  }

  #extra() {
    if (!this.master || this.mounting) return false;
    this.#showTransport();
    const owed = this.lanes.map((lane) => lane.panels.payOwed(!this.player.playing));
    return owed.some(Boolean);
  }

  #showTransport() {
    const timeline = this.master?.timeline ?? null;
    this.transport.show({ timeline, frame: this.player.frame, playing: this.player.playing, branching: false });
  }

  /** The table's rows: settings that differ, numbers of the frames on screen, time taken. */
  #build() {
    const labels = new Set();
    for (const lane of this.lanes) {
      for (const label of Object.keys(lane.timeline?.frames.at(-1)?.readout ?? {})) if (!label.includes(".")) labels.add(label);
    }
    const row = (title, values) => element("tr", {}, element("th", { scope: "row" }, title), ...values.map((value) => element("td", {}, value)));
    const head = element("tr", {}, element("th", { scope: "col" }, "Run"), ...this.lanes.map((lane) => element("th", { scope: "col" }, lane.run.name)));
    this.cells = new Map([...labels].map((label) => [label, row(label, this.lanes.map(() => ""))]));
    this.time = row("Time to compute", this.lanes.map(() => ""));
    this.step = row("Step on screen", this.lanes.map(() => ""));
    this.table.replaceChildren(
      element("caption", {}, "What differs"), element("thead", {}, head),
      element("tbody", {}, ...this.data.settings.map(({ title, values }) => row(title, values)), this.step, ...this.cells.values(), this.time),
    );
  }

  #tell() {
    this.#showTransport();
    if (!this.step) return;
    this.wordsAt = performance.now();
    this.lanes.forEach((lane, i) => {
      const frame = lane.timeline?.frames[lane.shown < 0 ? 0 : lane.shown];
      setText(this.step.cells[i + 1], frame ? String(frame.step) : "");
      for (const [label, row] of this.cells) setText(row.cells[i + 1], frame?.readout[label] ?? "");
      const end = lane.timeline?.end;
      setText(this.time.cells[i + 1], end ? `${end.seconds < 10 ? end.seconds.toFixed(2) : end.seconds.toFixed(0)} s` : "computing");
      if (this.player.playing || !frame) return;
      for (const [name, panel] of lane.panels.byName) {
        const alt = lane.timeline.head.panels[name]?.layout?.meta?.alt ?? name;
        panel.plot.setAttribute("aria-label", altText(`Run ${lane.run.name}. ${alt}`, frame.readout));
      }
    });
  }

  #key(event) {
    if (this.master && this.transport.key(event, this.root.contains(event.target))) event.preventDefault();
  }

  #unmount() {
    mounted.delete(this.host);
    this.abort.abort();
    this.lanes.forEach((lane) => lane.remove());
    this.root.remove();
  }
}

const mounted = new WeakMap();

/** Mount the comparison, or give the mounted one what has changed. Returns what unmounts it. */
export default function compare({ data, parentElement, setTriggerValue }) {
  if (!mounted.has(parentElement)) mounted.set(parentElement, new Compare(parentElement));
  const found = mounted.get(parentElement);
  found.update(data, setTriggerValue ?? (() => {}));
  return found.unmount;
}
