/**
 * What an instructor sets for everyone, on a learner's page: a bar that offers a page, or goes
 * there by itself, and controls that are hidden. It asks the server every two seconds while the
 * page is in sight; most answers are a few bytes that say that nothing is new. What the learner
 * does meanwhile is not touched: nothing here runs the page's script until they go.
 *
 * A page on which someone must sign in first is remembered for this tab and opened afterwards.
 */

const EVERY_MS = 2000;
const JITTER_MS = 400; // a class that opened the page together must not ask together
const TOGETHER_MS = 2500; // nor go together: each page that opens is work for the server
const WANTED = "visual-lab.wanted"; // the page to open after signing in
const ANSWERED = "visual-lab.answered"; // the offer that needs no answer any more
const STYLE = `
.room-bar { position: fixed; z-index: 1000; left: 50%; bottom: 1.25rem; transform: translateX(-50%);
  display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; box-sizing: border-box;
  width: max-content; max-width: calc(100vw - 2rem); padding: .5rem .5rem .5rem 1rem;
  color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: .5rem; box-shadow: 0 4px 18px #0003; }
.room-bar p { margin: 0; }
.room-bar button { font: inherit; color: inherit; background: none; cursor: pointer; min-height: 44px;
  padding: 0 .9rem; border: 1px solid var(--st-border-color); border-radius: .35rem; }
.room-bar button:first-of-type { border-color: transparent; color: var(--st-background-color);
  background: var(--st-primary-color); }
.room-bar button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
`;

let page = null; // the mounted component: Streamlit makes a new one at every rerun
let bar = null;
let style = null;
let told = null;
let held = false; // a pointer is down: nobody is taken away in mid-drag
let timer = 0;

const kept = (name) => {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return ""; // no storage is allowed
  }
};
const keep = (name, value) => {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    return; // the offer may come once more
  }
};

async function ask() {
  clearTimeout(timer);
  if (document.visibilityState === "visible" && page && !page.data.instructor) {
    try {
      const reply = await fetch("/lab/room", { cache: "no-cache" });
      if (reply.ok) show(await reply.json());
    } catch {
      // the server is away for a moment; the page itself says so
    }
  }
  clearTimeout(timer);
  timer = setTimeout(ask, EVERY_MS + JITTER_MS * Math.random());
}

function show({ opened, hidden }) {
  hide(hidden);
  if (!opened || kept(ANSWERED) === opened.number) return close();
  if (told === opened.number) return;
  told = opened.number;
  if (opened.take) setTimeout(() => go(opened), TOGETHER_MS * Math.random());
  offer(opened);
}

/** Keys of widgets are classes of their containers, with every other sign as a dash. */
function hide(hidden) {
  const selectors = hidden.map((name) =>
    name === "*" ? ".st-key-lab > :has(> .st-key-controls), .st-key-controls"
      : `.st-key-${name.replace(/[^a-zA-Z0-9_-]/g, "-")}`);
  style.textContent = selectors.length ? `${selectors.join(", ")} { display: none !important; }` : "";
}

function offer(opened) {
  bar.replaceChildren();
  const words = document.createElement("p");
  words.textContent = `Your instructor opened: ${opened.title}`;
  bar.append(words, button("Go there", () => go(opened)), button("Stay", () => answered(opened)));
  bar.hidden = false;
}

function button(label, act) {
  const made = document.createElement("button");
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function answered(opened) {
  keep(ANSWERED, opened.number);
  close();
}

function go(opened) {
  if (kept(ANSWERED) === opened.number || !page) return;
  if (held) return setTimeout(() => go(opened), 200);
  answered(opened);
  page.setTriggerValue("follow", opened.number);
}

function close() {
  told = null;
  if (bar) bar.hidden = true;
}

function begin() {
  style = document.head.appendChild(document.createElement("style"));
  const look = document.head.appendChild(document.createElement("style"));
  look.textContent = STYLE;
  bar = document.createElement("div");
  bar.className = "room-bar";
  bar.setAttribute("role", "status");
  bar.hidden = true;
  document.addEventListener("visibilitychange", ask);
  addEventListener("pointerdown", () => (held = true), { capture: true, passive: true });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => (held = false), { capture: true, passive: true });
  }
  timer = setTimeout(ask, JITTER_MS * Math.random());
}

export default function room(component) {
  page = component;
  const { door, asks } = component.data;
  if (door) {
    keep(WANTED, location.href);
    return;
  }
  const wanted = kept(WANTED);
  if (wanted) {
    keep(WANTED, "");
    if (wanted !== location.href) return location.replace(wanted);
  }
  if (asks && !bar) begin();
  if (component.data.instructor) close();
  // Its own place in the page has Streamlit's colours, which the bar needs.
  if (bar && bar.parentElement !== component.parentElement) component.parentElement.append(bar);
}
