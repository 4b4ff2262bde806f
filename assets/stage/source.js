/**
 * Where the messages of a run come from: a stream while it is computed, one immutable
 * resource when it is finished, or the page itself when it was exported.
 */

const LOG_EVENTS = ["panels", "frame", "verdicts", "end"];
const GRACE_MS = 5000; // a stream that ends after 30 s is back within this; longer is trouble
const AGAIN_MS = 2000;

/** The address of a run, or of something about it. */
export function runUrl(data, tail = "") {
  const learner = tail ? `?learner=${encodeURIComponent(data.learner ?? "")}` : "";
  return `${data.base}/runs/${encodeURIComponent(data.run.key)}${tail}${learner}`;
}

/**
 * Follow a run.
 * @param data what the page passed in; `data.run` says which run
 * @param listener `{take(event, payload), state(facts), offline(bool), lost()}`
 * @returns a function that stops following
 */
export function followRun(data, listener) {
  if (data.messages) {
    for (const [event, payload] of data.messages) listener.take(event, structuredClone(payload));
    return () => {};
  }
  return data.run.finished ? fetchRun(data, listener) : streamRun(data, listener);
}

/** One connection; EventSource comes back by itself and names the last event it has seen. */
function streamRun(data, listener) {
  const stream = new EventSource(runUrl(data, "/frames"));
  let seen = -1;
  let trouble = 0;
  for (const name of LOG_EVENTS) {
    stream.addEventListener(name, (event) => {
      if (Number(event.lastEventId) <= seen) return; // sent twice around a reconnection
      seen = Number(event.lastEventId);
      if (name === "end") close(); // or it would reconnect to a stream that has nothing more
      listener.take(name, JSON.parse(event.data));
    });
  }
  stream.addEventListener("state", (event) => listener.state(JSON.parse(event.data)));
  stream.addEventListener("open", () => {
    clearTimeout(trouble);
    trouble = 0;
    listener.offline(false);
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) {
      close();
      listener.lost();
    } else {
      trouble ||= setTimeout(() => listener.offline(true), GRACE_MS);
    }
  });
  function close() {
    clearTimeout(trouble);
    stream.close();
  }
  return close;
}

function fetchRun(data, listener) {
  const abort = new AbortController();
  let timer = 0;
  async function attempt() {
    try {
      const reply = await fetch(runUrl(data), { signal: abort.signal });
      if (reply.status === 404) return listener.lost();
      if (!reply.ok) throw new Error(`the server said ${reply.status}`);
      const messages = await reply.json();
      listener.offline(false);
      for (const [event, payload] of messages) listener.take(event, payload);
    } catch (error) {
      if (abort.signal.aborted) return;
      console.warn("stage: could not fetch the run; trying again:", error);
      listener.offline(true);
      timer = setTimeout(attempt, AGAIN_MS);
    }
  }
  attempt();
  return () => {
    clearTimeout(timer);
    abort.abort();
  };
}

/** Withdraw this learner's interest. The run ends when it was the last one. */
export function withdraw(data) {
  return fetch(runUrl(data, "/stop"), { method: "POST" });
}
