/**
 * Which run the stage follows: taking it up, losing it, stopping it, seeing it end.
 * The stage keeps showing the old run until the new one has a first frame.
 */

import { Timeline } from "./run.js";
import { followRun, withdraw } from "./source.js";

const STOP_MS = 1500; // others may watch the same run: then it goes on, but not here
const LOST_AGAIN_MS = [1000, 3000, 8000]; // by then the page has submitted it once more

export class Feed {
  /**
   * @param host `{first(timeline), arrived(timeline), trigger(name, value), wanted()}`: `first`
   *     when a run has the frame that is wanted first, or has ended before it; `arrived` after
   *     each message of the run being followed
   */
  constructor(host, status) {
    this.host = host;
    this.status = status;
    this.key = null;
    this.timeline = null; // the run being followed; on the stage once it has a frame
    this.close = () => {};
    this.timer = 0;
    this.attempts = 0;
  }

  /** Follow `data.run` from its beginning. */
  follow(data) {
    this.data = data;
    this.key = data.run.key;
    this.attempts = 0;
    this.reported = false;
    this.status.begin(data.run.finished ? "loading" : "starting");
    this.#open(!data.run.finished && !data.messages);
  }

  #open(live) {
    this.stop();
    this.live = live;
    const timeline = (this.timeline = new Timeline(this.key));
    const data = live ? { ...this.data, run: { key: this.key, finished: false } } : this.data;
    this.close = followRun(data, {
      take: (event, payload) => this.#take(timeline, event, payload),
      state: (facts) => this.#state(facts),
      offline: (offline) => this.status.set(offline ? { offline } : { offline, lost: false }),
      lost: () => this.#lost(),
    });
  }

  #take(timeline, event, payload) {
    if (timeline !== this.timeline || timeline.end) return;
    timeline.take(event, payload);
    if (event === "frame") {
      this.status.count(timeline.frames.length, timeline.head.length);
      if (this.live && !this.stopping && this.status.facts.phase !== "running") this.status.set({ phase: "running" });
      if (!timeline.shown && timeline.frames.length > this.host.wanted()) this.#first(timeline);
    }
    if (event === "end") {
      if (!timeline.shown && timeline.frames.length) this.#first(timeline);
      this.#ended(timeline);
    }
    this.host.arrived(timeline);
  }

  #first(timeline) {
    timeline.shown = true;
    this.host.first(timeline);
  }

  #state({ state, position, wait_s: wait }) {
    if (this.stopping || this.timeline.frames.length) return;
    this.status.set(state === "queued" ? { phase: "queued", position, wait } : { phase: "starting" });
  }

  #ended(timeline) {
    const { state, reason } = timeline.end;
    this.stop();
    this.status.set({ phase: state, reason, lost: false, offline: false });
    if (!this.live || this.reported) return;
    this.reported = true;
    this.host.trigger("ended", { key: this.key, state, verdicts: timeline.verdicts });
  }

  /** The server does not know the run: say so once, then look whether it is there again. */
  #lost() {
    if (this.attempts === 0) this.host.trigger("lost", this.key);
    const wait = LOST_AGAIN_MS[this.attempts++];
    if (wait === undefined) {
      this.status.set({ phase: "interrupted", reason: "The server no longer has this run. Change a control to run it again.", lost: false });
    } else {
      this.status.set({ lost: true });
      this.timer = setTimeout(() => this.#open(true), wait);
    }
  }

  /** The learner wants no more of it. */
  withdraw() {
    const { timeline } = this;
    this.stopping = true;
    this.status.set({ phase: "stopping" });
    withdraw({ ...this.data, run: { key: this.key } }).catch((error) => console.warn("stage: could not stop the run:", error));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#take(timeline, "end", { state: "cancelled", reason: "", seconds: 0 }), STOP_MS);
  }

  /** Stop following; what has arrived stays. */
  stop() {
    this.close();
    this.close = () => {};
    this.stopping = false;
    clearTimeout(this.timer);
  }
}
