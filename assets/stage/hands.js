/** The hands there are, by the kind a run names. */

import { Boxes } from "./boxes.js";
import { Brush } from "./brush.js";
import { Cloud, Mark } from "./marks.js";

const KINDS = { grab: Mark, points: Cloud, boxes: Boxes, paint: Brush };

/** The hand a run describes; `null` for kinds that need none (keys have their own buttons). */
export function handOf({ kind }, panel) {
  return kind in KINDS ? new KINDS[kind](panel) : null;
}

/** Hands are the same if they hold the same thing. */
export function handKey({ kind, panel, uid, control }) {
  return [kind, panel, uid ?? control].join("/");
}
