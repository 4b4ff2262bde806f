/**
 * The stage: plays the runs of a lab, whichever lab it is.
 *
 * Mounted by Streamlit as a component and run again at every rerun, or once by an exported
 * page that brings the messages of a run itself. It computes nothing of a lab's mathematics:
 * it draws what the worker sent, and asks when something is moved by hand.
 *
 * For tests and benchmarks the root element (`.stage`) carries a `stage` property:
 *     frame, frames      the frame on screen, and how many have arrived
 *     playing, ended     whether it plays; the state the run ended in, or null
 *     draws, fieldDraws  frames drawn since mounting, and redraws of fields
 *     mounts             panels built anew; grows only when their traces become others
 *     answers            milliseconds from asking to drawn, for each answer
 *     firstFrameAt       `performance.now()` when the run's first frame was on screen
 */

import { loadAssets } from "./stage/assets.js";
import { element } from "./stage/dom.js";
import { Answers } from "./stage/answers.js";
import { Feed } from "./stage/feed.js";
import { marksAsLines } from "./stage/figure.js";
import { Pads } from "./stage/keys.js";
import { Grabs } from "./stage/pointer.js";
import { Panels } from "./stage/panels.js";
import { Player } from "./stage/player.js";
import { Save } from "./stage/save.js";
import { runUrl } from "./stage/source.js";
import { StatusLine } from "./stage/status.js";
import { answerChanges } from "./stage/run.js";
import { Tables } from "./stage/tables.js";
import { Transport } from "./stage/transport.js";
import { Views } from "./stage/views.js";
import { Words, altText } from "./stage/words.js";
import { pageStyle } from "./stage/theme.js";

const WORDS_MS = 80; // numbers change at most this often while playing: no one reads faster
const NEW_RUN_MS = 3000; // how long a moved mark waits for its run before the old one plays on
const PAGE_FIRST_MS = 400; // drawing would hold up what the page does about a click
const EXPORTED = { key: "exported", finished: true };

/** Equal to the four digits that marks have. */
function same(known, value) {
  const short = (x) => (typeof x === "number" ? Number(x.toPrecision(4)) : Array.isArray(x) ? x.map(short) : x);
  return JSON.stringify(short(known)) === JSON.stringify(short(value));
}

class Stage {
  constructor(host) {
    this.host = host;
    this.abort = new AbortController(); // its signal takes all listeners and timers away
    const { signal } = this.abort;
    this.timeline = null; // the run on the stage
    this.mounting = false;
    this.held = false; // the picture follows the hand, or waits for the run the hand asked for
    this.reply = null; // an answer to be drawn
    this.counts = { draws: 0, answers: [], firstFrameAt: null };
    this.wordsAt = 0;

    this.player = new Player({
      length: () => this.timeline?.frames.length ?? 0,
      ended: () => Boolean(this.timeline?.end),
      ready: () => this.timeline !== null && !this.mounting && !this.held,
      draw: (frame) => this.#draw(frame),
      turned: () => this.#tell(),
      extra: () => this.#extra(),
    }, signal);
    this.transport = new Transport({
      toggle: () => this.#act(() => this.player.toggle()),
      step: (by) => this.#act(() => this.player.step(by)),
      seek: (frame) => this.#act(() => this.player.seek(frame)),
      speed: (factor) => (this.player.speed = factor),
      loop: (on) => (this.player.loop = on),
      branch: () => this.#branch(),
      mark: () => this.#mark(),
      pin: () => this.timeline && this.trigger("pinned", this.timeline.key),
    });
    this.status = new StatusLine(() => this.feed.withdraw());
    this.feed = new Feed({
      first: (timeline) => this.#show(timeline),
      arrived: (timeline) => timeline === this.timeline && this.player.arrived(),
      wanted: () => this.#firstFrame(),
      trigger: (name, value) => this.trigger(name, value),
    }, this.status);
    this.words = new Words();
    this.panels = new Panels(signal);
    this.tables = new Tables(this.panels);
    this.answers = new Answers((reply, asked) => this.#answered(reply, asked));
    this.views = new Views((title) => this.#viewed(title));
    const actor = {
      begin: () => this.#hold(),
      move: (values) => this.#moved(values),
      commit: (values, spec) => this.#commit(values, spec),
      cancel: () => this.#restore(),
    };
    this.grabs = new Grabs(this.panels, actor, signal);
    this.pads = new Pads(this.panels, actor);
    this.panels.drawn = () => this.grabs.place();
    this.save = new Save({
      panels: this.panels,
      style: () => this.style,
      timeline: () => this.timeline,
      frame: () => this.player.frame,
      figures: () => this.views.filter(this.timeline.head.panels),
      name: () => this.data.name, // of an exported page, which knows no key
      weights: () => this.data.base && runUrl(this.data, `/weights/${this.player.frame}.safetensors`),
    }, signal);
    this.transport.root.append(this.save.root);

    this.root = element(
      "section", { class: "stage", "aria-label": "Stage", style: "visibility: hidden; min-height: 420px" },
      this.views.root, this.panels.root, this.transport.root, this.status.root, this.words.root, this.tables.root,
    );
    this.root.stage = this.#probe();
    host.append(this.root);
    addEventListener("keydown", (event) => this.#key(event), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#restyle(), { signal });
    for (const kind of ["pointerdown", "click", "change"]) {
      document.addEventListener(kind, (event) => this.#aside(event), { signal, capture: true });
    }
    this.unmount = () => this.#unmount();
  }

  /** Something on the page outside was pressed: let the page answer first, then play on. */
  #aside(event) {
    if (!this.root.contains(event.target)) this.player.rest(PAGE_FIRST_MS);
  }

  /** What the page passes in, at mounting and at each rerun. */
  update(data, trigger) {
    const before = this.data;
    this.data = data.messages ? { ...data, run: EXPORTED } : data;
    this.root.toggleAttribute("data-alone", Boolean(data.messages)); // no server: nothing to pin or mark
    this.send = trigger;
    this.#heard();
    this.assets ??= loadAssets(data.assets).then(() => Object.assign(this.root.style, { visibility: "", minHeight: "" }));
    this.status.set({ stale: data.stale ?? "", stepping: this.player.reduced.matches });
    if (data.view !== before?.view) this.#open(data.view ?? "");
    if (this.timeline && !this.mounting && this.data.base) this.grabs.configure(this.data.config);
    this.#restyle();
    this.transport.leavesSpace = this.data.space === false;
    const key = this.data.run?.key;
    const again = before && data.play > before.play;
    const broken = this.timeline?.end && this.timeline.end.state !== "done";
    if (key !== undefined && (key !== this.feed.key || (again && broken))) {
      clearTimeout(this.waiting);
      this.feed.follow(this.data);
    } else if (again) {
      const { frame } = this.data;
      this.#act(() => (Number.isInteger(frame) ? this.player.seek(frame) : this.player.start()));
    }
  }

  /**
   * Tell the page something. What a hand has changed is known to the page only once it has run
   * again: a trigger sent before that would carry the old values of all controls along.
   */
  trigger(name, value) {
    if (this.told) return void this.told.push([name, value]);
    this.send(name, value);
    if (name !== "moved") return;
    this.told = [];
    this.toldTimer = setTimeout(() => this.#heard(), NEW_RUN_MS);
  }

  /** The page has run again, or is not going to: say what had to wait. */
  #heard() {
    clearTimeout(this.toldTimer);
    const waiting = this.told ?? [];
    this.told = null;
    setTimeout(() => waiting.forEach(([name, value]) => this.trigger(name, value))); // after this rerun
  }

  /** The first frame of a run is there: it takes the place of the run on the stage. */
  async #show(timeline) {
    await this.assets.catch(() => this.status.set({ trouble: "The stage could not be loaded. Reload the page." }));
    if (timeline !== this.feed.timeline || !window.Plotly) return;
    const again = timeline.key === this.timeline?.key && !this.timeline.end; // lost and found: go on where we were
    const from = this.#firstFrame();
    this.timeline = timeline;
    if (!this.inHand) {
      this.held = false;
      this.reply = null;
      this.answers.cancel();
      this.grabs.release();
    }
    if (!again) this.player.position = Math.min(from, timeline.frames.length - 1);
    this.words.set(timeline.head);
    this.views.set(timeline.head.views ?? {});
    await this.#mount();
    if (timeline !== this.timeline) return;
    this.counts.firstFrameAt = performance.now();
    if (again) this.player.redraw();
    else if (this.data.stay || Number.isInteger(this.data.frame)) this.player.seek(this.player.position);
    else this.player.start(this.player.position);
  }

  /** Whether the learner holds something, by pointer or by key. */
  get inHand() {
    return this.grabs.active || this.pads.active;
  }

  /**
   * The frame a new run is first shown at: the one a link names, where the last one stood if only the picture is
   * to follow a change, where a branch begins, or else the first.
   */
  #firstFrame() {
    if (this.data.frame !== null && this.data.frame !== undefined) return this.data.frame;
    if (this.data.run?.from) return this.data.run.from;
    if (!this.data.stay || !this.timeline) return 0;
    const { frame } = this.player;
    return this.timeline.end && frame === this.timeline.frames.length - 1 ? Infinity : frame;
  }

  /** Build the picture, or bring it up to date as a whole. What the panels show of it stays. */
  async #mount() {
    const { timeline } = this;
    const { frame } = this.player;
    this.mounting = true;
    this.words.look(this.views.title);
    this.#look();
    await this.panels.show(this.views.filter(timeline.head.panels), (name) => timeline.change(name, frame), this.style);
    if (timeline !== this.timeline) return; // the next run is being built already
    this.mounting = false;
    const hands = this.data.base ? (timeline.head.grabs ?? []) : [];
    this.grabs.set(hands, this.data.config);
    this.pads.set(hands);
    this.player.shown = this.player.frame === frame ? frame : -1;
    this.counts.draws += 1;
    this.#tell();
    this.player.wake();
  }

  /** Colours and letters as the page has them now. Returns whether they are others than before. */
  #look() {
    const style = pageStyle(this.host, this.root, this.data);
    if (this.style?.dark === style.dark && this.style.font === style.font && this.style.larger === style.larger) return false;
    this.style = style;
    return true;
  }

  #restyle() {
    if (this.#look() && this.timeline) this.#mount();
  }

  #draw(frame) {
    this.panels.draw((name) => this.timeline.change(name, frame), { now: !this.player.playing });
    this.counts.draws += 1;
    const now = performance.now();
    if (!this.player.playing || now - this.wordsAt > WORDS_MS) this.#tell();
    else this.#showTransport();
  }

  #showTransport() {
    const { timeline, player } = this;
    const branching = Boolean(this.data.base && timeline?.head?.resumable);
    this.transport.show({ timeline, frame: player.frame, playing: player.playing, branching });
  }

  /** The frame on screen in words. */
  #tell() {
    this.#showTransport();
    const frame = this.timeline?.frames[this.player.frame];
    if (!frame || this.mounting) return;
    this.wordsAt = performance.now();
    if (!this.held) this.words.show(frame, this.timeline.longestNote);
    if (!this.player.playing) this.#describe(frame.readout);
  }

  /** Text alternatives change at pauses only. */
  #describe(readout) {
    const seen = this.words.seen(readout);
    for (const [name, panel] of this.panels.byName) {
      panel.plot.setAttribute("aria-label", altText(this.timeline.head.panels[name].layout?.meta?.alt ?? name, seen));
    }
    this.tables.show();
  }

  /** Once per tick, after the frame: the hand, the transport while frames come in, fields whose turn it is. */
  #extra() {
    if (!this.timeline || this.mounting) return false;
    if (this.held) this.#drawHand();
    this.#showTransport();
    return this.panels.payOwed(!this.player.playing && !this.held);
  }

  #drawHand() {
    const { patch, readout, note, asked } = this.reply ?? {};
    this.reply = null;
    const changes = answerChanges(patch);
    for (const [name, panel] of this.panels.byName) {
      for (const [uid, places] of panel.marks) {
        const change = (changes[name] ??= { traces: {}, layout: {} });
        change.traces[uid] = { ...change.traces[uid], ...marksAsLines(places) }; // the hand is ahead of the answer
      }
    }
    this.panels.draw((name) => changes[name], { now: false });
    this.grabs.place();
    if (asked === undefined) return;
    this.words.show({ readout, note }, this.timeline.longestNote || note);
    this.#describe(readout);
    this.counts.draws += 1;
    this.counts.answers.push(performance.now() - asked);
  }

  #moved(values) {
    this.player.wake();
    this.answers.ask(this.data, values, { run: this.timeline.key, frame: this.player.frame });
  }

  #answered(reply, asked) {
    this.status.set({ trouble: reply.error ?? "" });
    if (reply.error) return;
    this.reply = { ...reply, asked };
    if (this.held && !this.mounting) this.#drawHand(); // at once: an answer is already one in flight
    else this.player.wake();
  }

  /** The hand has let go: the controls take the new values, and a run for them will come. */
  #commit(values, { kind, goes_on: goesOn }) {
    if (Object.entries(values).every(([name, value]) => same(this.data.config?.[name], value))) return this.#restore();
    const frame = goesOn && this.timeline.frames[this.player.frame]?.resume ? this.player.frame : null;
    this.trigger("moved", { values, key: this.timeline.key, frame, stay: kind === "keys" });
    this.waiting = setTimeout(() => this.#release(), NEW_RUN_MS);
  }

  /** Go on from the frame on screen with the controls as they are. */
  #branch() {
    if (this.timeline?.frames[this.player.frame]?.resume) {
      this.trigger("moved", { values: {}, key: this.timeline.key, frame: this.player.frame, stay: false, beside: true });
    }
  }

  /** The frame on screen is to be come back to. */
  #mark() {
    if (!this.timeline) return;
    const { frame } = this.player;
    this.player.seek(frame);
    this.trigger("marked", { key: this.timeline.key, frame, step: this.timeline.frames[frame].step });
  }

  /** The learner has chosen a view: the same run, other panels. */
  #viewed(title) {
    this.trigger("viewed", title);
    if (this.timeline) this.#mount();
  }

  /** The page asks for a view. */
  #open(title) {
    if (this.views.wish === title) return;
    this.views.open(title);
    if (this.timeline) this.#mount();
  }

  #hold() {
    clearTimeout(this.waiting);
    this.held = true;
  }

  /** Back to the frame, marks included. */
  #restore() {
    this.#release();
    this.grabs.forget();
    this.pads.forget();
    this.#mount();
  }

  /** The timeline has the stage again; marks stay where they were put. */
  #release() {
    if (!this.held) return;
    this.held = false;
    this.reply = null;
    this.answers.cancel();
    this.status.set({ trouble: "" });
    this.player.redraw();
  }

  /** Something done to the transport. */
  #act(action) {
    if (!this.timeline || this.inHand) return;
    this.#release();
    action();
  }

  #key(event) {
    const inside = this.root.contains(event.target);
    const box = this.panels.root.getBoundingClientRect();
    const inSight = box.bottom > 0 && box.top < innerHeight;
    if (!this.timeline || (!inside && !inSight)) return; // off screen, space scrolls the page
    if (this.transport.key(event, inside)) event.preventDefault();
  }

  #probe() {
    const { counts, panels, player } = this;
    const timeline = () => this.timeline;
    return {
      get frame() { return player.shown; },
      get frames() { return timeline()?.frames.length ?? 0; },
      get playing() { return player.playing; },
      get ended() { return timeline()?.end?.state ?? null; },
      get draws() { return counts.draws; },
      get fieldDraws() { return panels.count("fieldDraws"); },
      get mounts() { return panels.count("mounts"); },
      get answers() { return counts.answers; },
      get firstFrameAt() { return counts.firstFrameAt; },
    };
  }

  #unmount() {
    stages.delete(this.host);
    this.abort.abort();
    clearTimeout(this.waiting);
    clearTimeout(this.toldTimer);
    this.feed.stop();
    this.answers.cancel();
    this.status.remove();
    this.timeline = null;
    this.panels.remove();
    this.root.remove();
  }
}

const stages = new WeakMap();

/** Mount the stage, or give the mounted one what has changed. Returns what unmounts it. */
export default function stage({ data, parentElement, setTriggerValue }) {
  if (!stages.has(parentElement)) stages.set(parentElement, new Stage(parentElement));
  const mounted = stages.get(parentElement);
  mounted.update(data, setTriggerValue ?? (() => {}));
  return mounted.unmount;
}
