/** The few lines of DOM that every part of the stage needs. */

/**
 * Make an element. Text children are text, never markup; attributes that are `null`,
 * `undefined` or `false` are left out, functions become listeners.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Write text only where it differs, so that nothing is laid out or announced for nothing. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Three significant digits, as everywhere in the lab, with a real minus sign. */
export function threeDigits(value) {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
