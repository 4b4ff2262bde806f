/** Figures as plain data: a panel's figure and a frame's change become what Plotly draws. */

/** `x2` → `xaxis2`, as layouts name it. */
export function axisName(id) {
  return `${id[0]}axis${id.slice(1)}`;
}

/** Set `"marker.size"` or `"shapes[0].x0"` in an object, making what is missing on the way. */
export function setPath(target, path, value) {
  const steps = path.replace(/\[(\d+)\]/g, ".$1").split(".");
  const last = steps.pop();
  let place = target;
  for (const step of steps) {
    if (place[step] === null || typeof place[step] !== "object") place[step] = {};
    place = place[step];
  }
  place[last] = value;
}

/** `{"marker.size": 3}` → `{marker: {size: 3}}`. */
export function nestPaths(flat) {
  const nested = {};
  for (const [path, value] of Object.entries(flat)) setPath(nested, path, value);
  return nested;
}

/** Two figures with the same structure can follow one another on the same plot. */
export function structureOf(data) {
  return data.map((trace) => `${trace.uid}:${trace.type ?? "scatter"}`).join(" ");
}

/**
 * What Plotly falls back on, in the colours of the page. It takes the place of the template
 * that plotly.py adds to each figure, whose white grid and blue walls know no dark page.
 */
function houseTemplate({ text, context, faint, paper, data, model, goal, own, sky }, family) {
  const axis = { gridcolor: faint, zerolinecolor: faint, linecolor: context, tickcolor: context };
  const wall = { ...axis, color: text, showbackground: false };
  return {
    layout: {
      colorway: [data, model, goal, own, sky],
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: wall, yaxis: wall, zaxis: wall },
      hoverlabel: { bgcolor: paper, bordercolor: faint, font: { color: text, size: 13, family } },
      annotationdefaults: { arrowcolor: context, arrowhead: 0, arrowwidth: 1 },
    },
  };
}

/** Multiply the size of all letters in a part of a figure, for a projector. */
function enlarge(part, factor) {
  if (part === null || typeof part !== "object" || ArrayBuffer.isView(part)) return;
  for (const [name, value] of Object.entries(part)) {
    if (name.endsWith("font") && typeof value?.size === "number") value.size *= factor;
    else enlarge(value, factor);
  }
}

/** Words of which none is empty: Plotly takes the place of an empty one away, and later has none to write in. */
export function withoutEmptyWords(properties) {
  if (!Array.isArray(properties.text)) return properties;
  return { ...properties, text: properties.text.map((word) => (word === "" ? " " : word)) };
}

/** Places as the x and y of a trace, or the one of them that is known; nothing for none. */
export function marksAsLines(places) {
  if (!places) return {};
  const lines = { x: places.map(([x]) => x), y: places.map(([, y]) => y) };
  return Object.fromEntries(Object.entries(lines).filter(([, line]) => !line.includes(undefined)));
}

/**
 * A figure with roles filled in, marks where the learner put them and one frame applied.
 * @param style `{fill, font, colours}` of the page as it looks now
 */
export function composeFigure(figure, marks, change, style) {
  const data = style.fill(figure.data ?? []);
  const { template, ...ownLayout } = figure.layout ?? {};
  const layout = style.fill(ownLayout);
  for (const trace of data) {
    Object.assign(trace, marksAsLines(marks.get(trace.uid)));
    const properties = style.fill(withoutEmptyWords(change.traces[trace.uid] ?? {}));
    for (const [path, value] of Object.entries(properties)) setPath(trace, path, value);
  }
  for (const [path, value] of Object.entries(style.fill(change.layout))) setPath(layout, path, value);
  layout.font = { ...layout.font, family: style.font };
  layout.template = houseTemplate(style.colours, style.font);
  if (style.larger !== 1) enlarge({ data, layout }, style.larger);
  layout.autosize = true;
  layout.uirevision ??= "stage";
  return { data, layout };
}
