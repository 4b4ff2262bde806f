/** The transport: play, step, scrub, speed and loop, by pointer and by keyboard. */

import { element, setText } from "./dom.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const LEAP = 10;
const SHAPES = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  back: "M6 5h2.4v14H6zM19 5v14l-9.5-7z",
  forward: "M15.6 5H18v14h-2.4zM5 5v14l9.5-7z",
  loop: "M7 7h10v3l4-4-4-4v3H5v6h2zM17 17H7v-3l-4 4 4 4v-3h12v-6h-2z",
  mark: "M6 3h12v18l-6-4.5L6 21z",
  pin: "M9 3h6l-.8 6 3.8 3.5V15h-5v6l-1 1-1-1v-6H6v-2.5L9.8 9z",
  save: "M11 3h2v8.2l3-3 1.4 1.4L12 15l-5.4-5.4L8 8.2l3 3zM4 15h2v4h12v-4h2v6H4z",
  branch: "M14 4l2.3 2.3-2.9 2.9 1.4 1.4 2.9-2.9L20 10V4zM10 4H4v6l2.3-2.3 4.7 4.7V20h2v-8.4L7.7 6.3z",
};

function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  drawing.append(path);
  return drawing;
}

/** A button of the transport: an icon with a name. */
export function button(name, label, keys, act) {
  return element(
    "button",
    { type: "button", class: "stage-button", "aria-label": label, title: `${label} (${keys})`, click: act },
    icon(name),
  );
}

export class Transport {
  /** @param actions `{toggle(), step(by), seek(frame), speed(factor), loop(on), branch(), mark(), pin()}` */
  constructor(actions) {
    this.actions = actions;
    this.playButton = button("play", "Play", "space", () => actions.toggle());
    this.backButton = button("back", "Step back", "←, with shift 10", (event) => actions.step(event.shiftKey ? -LEAP : -1));
    this.forwardButton = button("forward", "Step forward", "→, with shift 10", (event) => actions.step(event.shiftKey ? LEAP : 1));
    this.slider = element("input", {
      type: "range", class: "stage-slider", min: 0, max: 0, value: 0, step: 1, "aria-label": "Time",
      input: () => actions.seek(Number(this.slider.value)),
    });
    this.place = element("span", { class: "stage-place" });
    this.speed = element(
      "select",
      { class: "stage-speed", "aria-label": "Speed", title: "Speed", change: () => actions.speed(Number(this.speed.value)) },
      ...SPEEDS.map((factor) => element("option", { value: factor, selected: factor === 1 }, `${factor}×`)),
    );
    this.loopButton = button("loop", "Loop", "play again and again", () => {
      const on = this.loopButton.getAttribute("aria-pressed") !== "true";
      this.loopButton.setAttribute("aria-pressed", on);
      actions.loop(on);
    });
    this.loopButton.setAttribute("aria-pressed", false);
    this.branchButton = button("branch", "Go on from here", "with the controls as they are now", () => actions.branch());
    this.branchButton.hidden = true;
    this.markButton = button("mark", "Mark this frame", "its link opens here", () => actions.mark());
    this.pinButton = button("pin", "Pin this run", "to compare it with others", () => actions.pin());
    for (const [act, made] of [[actions.mark, this.markButton], [actions.pin, this.pinButton]]) (made.hidden = !act), (made.dataset.keeps = "");
    this.root = element(
      "div", { class: "stage-transport", role: "group", "aria-label": "Playing" },
      element("div", { class: "stage-buttons" }, this.backButton, this.playButton, this.forwardButton),
      this.slider, this.place, this.speed, this.loopButton, this.branchButton, this.markButton, this.pinButton,
    );
    this.playing = null;
  }

  /** Show where playing is: cheap enough for every frame. */
  show({ timeline, frame, playing, branching }) {
    const known = timeline?.frames.length ?? 0;
    this.root.toggleAttribute("data-single", timeline !== null && timeline.length <= 1);
    if (this.playing !== playing) {
      this.playing = playing;
      const name = playing ? "pause" : "play";
      this.playButton.replaceChildren(icon(name));
      this.playButton.setAttribute("aria-label", playing ? "Pause" : "Play");
      this.playButton.title = `${playing ? "Pause" : "Play"} (space)`;
    }
    this.branchButton.hidden = !branching;
    this.branchButton.disabled = !timeline?.frames[frame]?.resume;
    for (const control of [this.playButton, this.backButton, this.forwardButton, this.slider]) control.disabled = !known;
    if (!known) return;
    const last = Math.max(timeline.length - 1, 1);
    this.slider.max = last;
    this.slider.value = frame;
    this.slider.style.setProperty("--stage-at", frame / last);
    this.slider.style.setProperty("--stage-ready", (known - 1) / last);
    const step = timeline.frames[frame].step;
    const text = timeline.lastStep === undefined ? `step ${step}` : `step ${step} of ${timeline.lastStep}`;
    setText(this.place, text);
    const widest = 2 * String(timeline.frames[known - 1].step).length + 9; // “step 40 of 200”, before it is known
    if (this.widest !== widest) this.place.style.minWidth = `${(this.widest = widest)}ch`;
    this.slider.setAttribute("aria-valuetext", text);
  }

  /**
   * A key pressed somewhere on the page. Returns whether it was meant for the stage.
   * @param inside whether focus is within the stage
   */
  key(event, inside) {
    const { target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (!inside && target !== document.body && target !== document.documentElement) return false;
    const own = target === this.slider; // its arrows and ours mean the same, ours know 10 steps
    if (!own && target.closest?.("input, textarea, select, [contenteditable]")) return false;
    const by = event.shiftKey ? LEAP : 1;
    if (event.key === " ") {
      if (this.leavesSpace) return false; // a guided tour goes on with it
      if (target.closest?.("button")) return false; // the button's own
      this.actions.toggle();
    } else if (event.key === "ArrowLeft") this.actions.step(-by);
    else if (event.key === "ArrowRight") this.actions.step(by);
    else if (event.key === "Home") this.actions.seek(0);
    else if (event.key === "End") this.actions.seek(Infinity);
    else return false;
    return true;
  }
}
