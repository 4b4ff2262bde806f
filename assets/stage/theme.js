/**
 * Roles become colours here and nowhere else.
 *
 * A run is watched by light and dark pages alike, so its figures name roles,
 * `var(--model)`, or `var(--model-30)` for 30 % opacity. SVG and WebGL do not know the
 * page's variables, so they are filled in before anything reaches Plotly.
 */

const ROLE = /var\(--([a-z][a-z0-9-]*)\)/g;
const OPACITY = /^(.+)-(\d\d)$/;

/** Red, green and blue (0–255) of any colour the browser knows. */
function channels(css) {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = css;
  const read = canvas.fillStyle; // "#rrggbb", or "rgba(r, g, b, a)" when see-through
  if (!read.startsWith("#")) return read.match(/[\d.]+/g).slice(0, 3).map(Number);
  return [1, 3, 5].map((at) => parseInt(read.slice(at, at + 2), 16));
}

/** Whether the page is dark: by its background, or without one by the reader's system. */
function isDark(host) {
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  if (!background) return matchMedia("(prefers-color-scheme: dark)").matches;
  const [red, green, blue] = channels(background);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

/**
 * A function that copies a part of a figure with its roles filled in.
 * Typed arrays hold no colours and are passed on as they are.
 */
export function roleFiller(colours) {
  const known = new Map();

  function colourOf(whole, role) {
    if (!known.has(role)) {
      const [, plain, opacity] = (role in colours ? null : role.match(OPACITY)) ?? [];
      const found = colours[role] ?? colours[plain];
      const filled = found && opacity ? `rgba(${channels(found).join(", ")}, ${opacity / 100})` : found;
      known.set(role, filled ?? whole);
    }
    return known.get(role);
  }

  return function fill(value) {
    if (typeof value === "string") return value.includes("var(--") ? value.replace(ROLE, colourOf) : value;
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(fill);
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fill(part)]));
  };
}

/**
 * Colours and letters as the page has them now; the root's own variables follow.
 * @param data what the page passes in: `larger` multiplies the letters of figures
 */
export function pageStyle(host, root, { themes, larger = 1 }) {
  const dark = isDark(host);
  const colours = themes[dark ? "dark" : "light"];
  root.dataset.theme = dark ? "dark" : "light";
  for (const [role, colour] of Object.entries(colours)) root.style.setProperty(`--stage-${role}`, colour);
  return { dark, font: getComputedStyle(root).fontFamily, colours, fill: roleFiller(colours), larger };
}
