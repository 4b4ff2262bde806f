/**
 * Panels as pictures: Plotly draws each to SVG, and they are set side by side in one SVG, as they
 * stand on the page. A bitmap is that SVG on a canvas; an exported page, without a server, can
 * make one too.
 */

import { element } from "./dom.js";

const CAPTION = 26; // pixels for the line under the panels
const EDGE = 12;
const SVG = "http://www.w3.org/2000/svg";

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Where the panels in view stand: `{places: [{name, x, y, width, height}], width, height}`. */
export function placesOf(panels) {
  const boxes = [...panels.byName].map(([name, panel]) => [name, panel.plot.getBoundingClientRect()]);
  const left = Math.min(...boxes.map(([, box]) => box.left)) - EDGE;
  const top = Math.min(...boxes.map(([, box]) => box.top)) - EDGE;
  const places = boxes.map(([name, box]) => ({
    name, x: box.left - left, y: box.top - top, width: Math.round(box.width), height: Math.round(box.height),
  }));
  const width = Math.ceil(Math.max(...places.map(({ x, width }) => x + width))) + EDGE;
  const height = Math.ceil(Math.max(...places.map(({ y, height }) => y + height))) + CAPTION;
  return { places, width, height };
}

/**
 * One SVG of all panels, with a caption under them.
 * @param drawn gives the SVG element of a place's panel
 */
export async function compose({ places, width, height }, drawn, caption, style) {
  const whole = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  whole.append(shape("rect", { width, height, fill: style.colours.paper }));
  for (const place of places) {
    const panel = await drawn(place);
    panel.setAttribute("x", place.x);
    panel.setAttribute("y", place.y);
    whole.append(panel);
  }
  const words = shape("text", { x: EDGE, y: height - 9, fill: style.colours.context, "font-size": 13, "font-family": style.font });
  words.textContent = caption;
  whole.append(words);
  return new XMLSerializer().serializeToString(whole);
}

/** A figure or a mounted plot as SVG, whatever it is made of. */
export async function drawnOnce(figure, { width, height }) {
  const text = await Plotly.toImage(figure, { format: "svg", width, height, imageDataOnly: true });
  return document.adoptNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
}

/** An SVG drawn on a canvas, whatever size that has. */
export async function paint(svg, canvas) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`; // a blob may taint a page without a server
  await image.decode();
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(image, 0, 0, canvas.width, canvas.height);
}

/** What a panel has in three dimensions, as pictures where they stand in it. */
function views3d({ _fullLayout: full }, { width, height }) {
  const scenes = full._subplots?.gl3d ?? [];
  return scenes.map((id) => {
    const { x, y } = full[id].domain;
    const { l, t, w, h } = full._size;
    return shape("image", {
      href: full[id]._scene.toImage("png"), preserveAspectRatio: "none",
      x: l + w * x[0], y: t + h * (1 - y[1]), width: Math.min(w * (x[1] - x[0]), width), height: Math.min(h * (y[1] - y[0]), height),
    });
  });
}

/**
 * Plots out of sight that are changed from frame to frame, which is ten times as quick as
 * `Plotly.toImage`: that mounts a copy each time.
 */
export class Easel {
  constructor() {
    this.plots = new Map();
    this.root = element("div", { "aria-hidden": "true", style: "position: fixed; left: -20000px; top: 0" });
    document.body.append(this.root);
  }

  /** A figure as SVG. */
  async draw({ name, width, height }, { data, layout }) {
    const sized = { ...layout, width, height, autosize: false };
    if (!this.plots.has(name)) this.plots.set(name, this.root.appendChild(element("div", { style: `width: ${width}px; height: ${height}px` })));
    const plot = this.plots.get(name);
    await Plotly.react(plot, data, sized, { staticPlot: true });
    const panel = shape("svg", { width, height });
    const [lowest, ...others] = [...plot.querySelectorAll(".main-svg")].map((layer) => [...layer.childNodes].map((node) => node.cloneNode(true)));
    panel.append(...lowest, ...views3d(plot, { width, height }), ...others.flat());
    for (const line of panel.querySelectorAll(".crisp")) line.setAttribute("shape-rendering", "crispEdges"); // a rule of Plotly's style sheet
    for (const unseen of panel.querySelectorAll(".hoverlayer, .draglayer")) unseen.remove();
    return panel;
  }

  remove() {
    this.plots.forEach((plot) => Plotly.purge(plot));
    this.root.remove();
  }
}
