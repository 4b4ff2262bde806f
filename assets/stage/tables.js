/** What each panel shows, as a table: for those who do not see it, and for those who want numbers. */

import { element, threeDigits } from "./dom.js";

const MOST_ROWS = 60;
const MOST_COLUMNS = 12;

function word(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  return typeof value === "number" ? threeDigits(value) : String(value);
}

/** Evenly taken places of a list, its ends among them. */
function places(length, most) {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (length - 1)) / (most - 1)));
}

function table(caption, heads, rows) {
  return element(
    "table", {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell))))),
  );
}

function fieldTable(name, { x, y, z }) {
  const rows = places(z.length, MOST_COLUMNS);
  const columns = places(z[0]?.length ?? 0, MOST_COLUMNS);
  const thinned = rows.length < z.length || columns.length < z[0].length;
  return table(
    `${name}${thinned ? `, every few of ${z.length} × ${z[0].length} cells` : ""}`,
    ["", ...columns.map((j) => word(x?.[j] ?? j))],
    rows.map((i) => [word(y?.[i] ?? i), ...columns.map((j) => word(z[i][j]))]),
  );
}

function traceTable(trace, [xTitle, yTitle]) {
  const name = trace.name || trace.uid;
  if (Array.isArray(trace.z) && trace.z[0]?.length) return fieldTable(name, trace);
  const { x, y, z, text } = trace;
  const count = y?.length ?? 0;
  if (!count) return null;
  const kept = places(count, MOST_ROWS);
  const words = Array.isArray(text) && text.some(Boolean);
  const heads = [xTitle || "x", yTitle || "y", ...(z ? ["z"] : []), ...(words ? ["says"] : [])];
  const rows = kept.map((i) => [word(x?.[i] ?? i), word(y[i]), ...(z ? [word(z[i])] : []), ...(words ? [word(text[i])] : [])]);
  return table(kept.length < count ? `${name}, every few of ${count} points` : name, heads, rows);
}

/** The panels in view as tables, made when they are asked for and again when the frame rests. */
export class Tables {
  /** @param panels the stage's panels */
  constructor(panels) {
    this.panels = panels;
    this.body = element("div", { class: "stage-tables" });
    this.root = element("details", { class: "stage-data", toggle: () => this.show() }, element("summary", {}, "Panels as tables"), this.body);
  }

  /** Bring the tables up to date, if they are open. */
  show() {
    if (!this.root.open) return;
    this.body.replaceChildren(...[...this.panels.byName].map(([name, panel]) => this.#panel(name, panel)));
  }

  #panel(name, { plot }) {
    const layout = plot.layout ?? {};
    const titles = [layout.xaxis?.title?.text, layout.yaxis?.title?.text];
    const tables = (plot.data ?? []).filter((trace) => trace.visible !== false && trace.type !== "image");
    return element(
      "section", {},
      element("h3", {}, layout.title?.text || name),
      element("p", {}, layout.meta?.alt ?? ""),
      ...tables.map((trace) => traceTable(trace, titles)),
    );
  }
}
