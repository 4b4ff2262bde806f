/** Plotly and the style sheet, each loaded once a page for however many stages. */

const loading = new Map();

function once(url, load) {
  if (!loading.has(url)) {
    const promise = load();
    promise.catch(() => loading.delete(url)); // a later mount may try again
    loading.set(url, promise);
  }
  return loading.get(url);
}

function arrival(node) {
  return new Promise((resolve, reject) => {
    node.addEventListener("load", resolve, { once: true });
    node.addEventListener("error", () => reject(new Error("could not load the stage")), { once: true });
    document.head.append(node);
  });
}

/** Resolves when a stage may draw. An exported page brings both itself and names no folder. */
export async function loadAssets(folder) {
  const waits = [];
  if (folder) {
    const href = `${folder}/stage.css`;
    waits.push(once(href, () => arrival(Object.assign(document.createElement("link"), { rel: "stylesheet", href }))));
  }
  if (!window.Plotly) {
    const src = `${folder}/plotly.min.js`;
    waits.push(once(src, () => arrival(Object.assign(document.createElement("script"), { src, async: true }))));
  }
  await Promise.all(waits);
}
