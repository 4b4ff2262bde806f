/**
 * Taking the picture home: the panels in view as SVG or PNG, and the run as a film. No server is
 * asked, so an exported page saves as well; all but the weights, which only the server has.
 */

import { element, setText } from "./dom.js";
import { Easel, compose, drawnOnce, paint, placesOf } from "./easel.js";
import { composeFigure } from "./figure.js";
import { Film, Palette } from "./film.js";
import { button } from "./transport.js";

const SHARP = 2; // pixels of a PNG for each of the page
const FILM_WIDTH = 800;
const MOST_FRAMES = 100;
const FILM_RATE = 30; // frames a second, as the stage plays at 1×
const LEAST_DELAY_MS = 20; // browsers play a GIF no faster
const LAST_MS = 1500; // a look at the last frame before the film starts again
const SAMPLES = 5; // frames whose colours make the palette

function handOver(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** At most `count` frames of 0 … last, evenly taken, both ends among them. */
function evenly(last, count) {
  const taken = Math.min(last + 1, count);
  return Array.from({ length: taken }, (_, i) => (taken < 2 ? last : Math.round((i * last) / (taken - 1))));
}

export class Save {
  /** @param stage `{panels, style(), timeline(), frame(), figures(), name(), weights()}`; signal ends a film that is being made */
  constructor(stage, signal) {
    this.stage = stage;
    this.button = button("save", "Save", "a picture or a film of what is in view", () => this.#open(this.menu.hidden));
    this.button.setAttribute("aria-expanded", false);
    this.pictures = [
      this.#choice("Picture (PNG)", () => this.#picture("png")),
      this.#choice("Picture (SVG)", () => this.#picture("svg")),
      this.#choice("Film (GIF)", () => this.#film()),
      this.#choice("Weights (safetensors)", () => this.#weights()),
    ];
    this.cancel = this.#choice("Cancel", () => this.making?.abort());
    this.cancel.hidden = true;
    this.words = element("p", { class: "stage-save-words", role: "status" });
    this.menu = element(
      "div", { class: "stage-save-menu", role: "group", "aria-label": "Save", hidden: true },
      ...this.pictures, this.words, this.cancel,
    );
    this.root = element("div", { class: "stage-save", keydown: (event) => this.#key(event) }, this.button, this.menu);
    document.addEventListener("pointerdown", ({ target }) => this.root.contains(target) || this.#open(false), { signal });
    signal.addEventListener("abort", () => this.making?.abort());
  }

  #choice(label, act) {
    return element("button", { type: "button", class: "stage-save-choice", click: act }, label);
  }

  #open(open) {
    if (open === !this.menu.hidden) return;
    this.menu.hidden = !open;
    this.button.setAttribute("aria-expanded", open);
    if (!open) return;
    if (!this.making) this.#say("");
    this.#offer();
    (this.making ? this.cancel : this.pictures[0]).focus();
  }

  #key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !this.menu.hidden) {
      this.#open(false);
      this.button.focus();
    } else if (by && !this.menu.hidden) {
      const choices = [...this.pictures, this.cancel].filter((choice) => !choice.hidden && !choice.disabled);
      choices[(choices.indexOf(event.target) + by + choices.length) % choices.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What can be saved now: a film needs all frames. */
  #offer() {
    const timeline = this.stage.timeline();
    const [png, svg, film, weights] = this.pictures;
    for (const choice of this.pictures) choice.hidden = Boolean(this.making);
    weights.hidden ||= !timeline?.head?.keeps || !this.stage.weights();
    weights.disabled = !timeline?.frames[this.stage.frame()]?.resume;
    this.cancel.hidden = !this.making;
    png.disabled = svg.disabled = !timeline;
    film.disabled = !timeline?.end || timeline.frames.length < 2;
    if (timeline && !timeline.end) this.#say("The film can be made when the run has ended.");
  }

  #say(text) {
    setText(this.words, text);
  }

  #name(timeline, form) {
    return `${this.stage.name() ?? `${timeline.head.slug}-${timeline.key.slice(0, 8)}`}.${form}`;
  }

  #caption(timeline, frame) {
    const title = document.querySelector("h1")?.textContent.trim() ?? "";
    const step = `step ${timeline.frames[frame]?.step}`;
    return title ? `${title}  ·  ${step}` : step;
  }

  /** Do a piece of work; how it goes stands in the menu. */
  async #make(work) {
    const making = (this.making = new AbortController());
    const inside = this.root.contains(document.activeElement);
    this.#offer();
    if (inside) this.cancel.focus();
    try {
      this.#say(await work(making.signal));
    } catch (error) {
      this.#say(making.signal.aborted ? "Cancelled." : "That did not work in this browser.");
      if (!making.signal.aborted) console.warn("stage: could not save:", error);
    }
    const held = document.activeElement === this.cancel;
    this.making = null;
    const { textContent: said } = this.words;
    this.#offer();
    this.#say(said);
    if (held) this.pictures[0].focus();
  }

  /** What is on screen now, with what the hand has moved and the camera where it is. */
  #picture(form) {
    return this.#make(async () => {
      this.#say("The picture is being drawn.");
      const timeline = this.stage.timeline();
      const room = placesOf(this.stage.panels);
      const drawn = (place) => drawnOnce(this.stage.panels.byName.get(place.name).plot, place);
      const svg = await compose(room, drawn, this.#caption(timeline, this.stage.frame()), this.stage.style());
      const name = this.#name(timeline, form);
      if (form === "svg") handOver(new Blob([svg], { type: "image/svg+xml" }), name);
      else {
        const canvas = element("canvas", { width: SHARP * room.width, height: SHARP * room.height });
        await paint(svg, canvas);
        handOver(await new Promise((done) => canvas.toBlob(done, "image/png")), name);
      }
      return `Saved ${name}.`;
    });
  }

  /** What the frame on screen can be gone on from; the server has it. */
  #weights() {
    element("a", { href: this.stage.weights(), download: "" }).click();
  }

  /** The run from its first frame to its last, as it plays at 1×. */
  #film() {
    return this.#make(async (signal) => {
      const easel = new Easel();
      try {
        return await this.#shoot(easel, signal);
      } finally {
        easel.remove();
      }
    });
  }

  async #shoot(easel, signal) {
    const timeline = this.stage.timeline();
    const figures = this.stage.figures(); // as they are now: another view may be opened meanwhile
    const style = this.stage.style();
    const room = placesOf(this.stage.panels);
    const panels = new Map(this.stage.panels.byName);
    const cameras = new Map([...panels].map(([name, { plot }]) => [name, plot._fullLayout?.scene?.camera]));
    const scale = Math.min(1, FILM_WIDTH / room.width);
    const canvas = element("canvas", { width: Math.round(scale * room.width), height: Math.round(scale * room.height) });

    const shot = async (frame) => {
      signal.throwIfAborted();
      const drawn = (place) => {
        const figure = composeFigure(figures[place.name], new Map(), timeline.change(place.name, frame), style);
        const camera = cameras.get(place.name);
        if (camera) figure.layout.scene = { ...figure.layout.scene, camera };
        return easel.draw(place, figure);
      };
      await paint(await compose(room, drawn, this.#caption(timeline, frame), style), canvas);
      return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    };

    this.#say("The film is being made.");
    const last = timeline.frames.length - 1;
    const samples = [];
    for (const frame of evenly(last, SAMPLES)) samples.push(await shot(frame));
    const film = new Film(canvas.width, canvas.height, new Palette(samples));
    const taken = evenly(last, MOST_FRAMES);
    const delay = Math.max(LEAST_DELAY_MS, (1000 / FILM_RATE) * ((last + 1) / taken.length));
    for (const [i, frame] of taken.entries()) {
      film.add(await shot(frame), i === taken.length - 1 ? LAST_MS : delay);
      if (i % 10 === 9) this.#say(`The film is being made: ${i + 1} of ${taken.length} frames.`);
      await new Promise((done) => setTimeout(done)); // the page stays alive
    }
    signal.throwIfAborted();
    const name = this.#name(timeline, "gif");
    handOver(film.finish(), name);
    return `Saved ${name}.`;
  }
}
