/**
 * The status line: what is happening to the run, in words, with Stop while it can be stopped.
 *
 * Screen readers hear a change of state once; the percentage beside it moves in silence.
 */

import { element, setText } from "./dom.js";

const TICK_MS = 400;
const WINDOW_MS = 5000; // the time left is judged by the last seconds

function ordinal(n) {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th");
  return `${n}${ending}`;
}

function duration(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

function frameCount(n) {
  return n === 1 ? "1 frame" : `${n} frames`;
}

/** What to say: `{text, detail, tone}`. Pure, so that every case can be read here. */
export function statusWords(facts) {
  const { phase, frames, stale, offline, lost, trouble, stepping } = facts;
  const say = (text, tone = "", detail = "") => ({ text, tone, detail });
  const also = (text) => [text, stale].filter(Boolean).join(" ");
  if (offline) return say("Connection lost; trying again", "warn");
  if (lost) return say(also("The server no longer has this run; asking again"), "warn");
  if (trouble) return say(trouble, "error");
  if (phase === "loading") return say("Loading");
  if (phase === "queued") {
    const place = facts.position > 1 ? `${ordinal(facts.position)} in line` : "Next in line";
    return say(facts.wait > 0 ? `${place}, about ${duration(facts.wait)}` : place);
  }
  if (phase === "starting") return say("Starting");
  if (phase === "stopping") return say("Stopping");
  if (phase === "running") {
    const share = facts.length ? Math.min(99, Math.floor((100 * frames) / facts.length)) : 0;
    const left = facts.rate > 0 ? (facts.length - frames) / facts.rate : 0;
    const detail = facts.length ? `${share} %${left > 0.5 ? `, about ${duration(left)} left` : ""}` : frameCount(frames);
    return say(detail ? "Computing:" : "Computing", "", detail);
  }
  if (phase === "failed") return say(`Failed: ${facts.reason || "no reason was given"}`, "error");
  if (phase === "cancelled") return say(also(`Stopped after ${frameCount(frames)}.`));
  if (phase === "interrupted") return say(also(facts.reason || `Interrupted after ${frameCount(frames)}.`), "warn");
  if (stale) return say(stale, "warn");
  if (stepping) return say("Playing is off, as your system asks for less motion.");
  return say("");
}

const LIVE = new Set(["loading", "queued", "starting", "running", "stopping"]);
const STOPPABLE = new Set(["queued", "starting", "running"]);

export class StatusLine {
  /** @param onStop called when the learner presses Stop */
  constructor(onStop) {
    this.facts = { phase: "", frames: 0, length: 0 };
    this.text = element("span", { class: "stage-status-text", role: "status", "aria-live": "polite" });
    this.detail = element("span", { class: "stage-status-detail", "aria-hidden": "true" });
    this.stopButton = element("button", { type: "button", class: "stage-stop", hidden: true, click: onStop }, "Stop");
    this.root = element("div", { class: "stage-status" }, this.text, this.detail, this.stopButton);
    this.samples = [];
    this.timer = 0;
    this.patient = false; // a run just taken up: most are there before one could read about it
  }

  /** A run is taken up. What the line said before stands until there is news or time has passed. */
  begin(phase) {
    this.patient = true;
    this.samples = [];
    this.set({ phase, offline: false, lost: false, trouble: "", reason: "", frames: 0, length: 0, rate: 0 });
  }

  /** Change what is known. */
  set(facts) {
    if (facts.phase === "running") this.samples = []; // time in line says nothing about the pace
    Object.assign(this.facts, facts);
    if (LIVE.has(this.facts.phase)) this.timer ||= setTimeout(() => this.#tick(), TICK_MS);
    const { offline, lost, trouble, phase } = this.facts;
    if (!this.patient || offline || lost || trouble || !LIVE.has(phase)) this.#render();
  }

  /** Frames so far; noted in silence, shown at the next tick. */
  count(frames, length) {
    Object.assign(this.facts, { frames, length });
  }

  #tick() {
    this.timer = 0;
    this.patient = false;
    const now = performance.now();
    this.samples.push([now, this.facts.frames]);
    while (now - this.samples[0][0] > WINDOW_MS) this.samples.shift();
    const [since, before] = this.samples[0];
    this.facts.rate = now - since > TICK_MS ? (1000 * (this.facts.frames - before)) / (now - since) : 0;
    this.set({});
  }

  #render() {
    const { text, detail, tone } = statusWords(this.facts);
    setText(this.text, text);
    setText(this.detail, detail);
    this.root.dataset.tone = tone;
    this.stopButton.hidden = !STOPPABLE.has(this.facts.phase) || Boolean(this.facts.lost);
  }

  remove() {
    clearTimeout(this.timer);
  }
}
