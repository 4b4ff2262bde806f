/**
 * What follows the hand: questions to `POST /answer/{slug}`, one in flight at a time, the
 * latest position first. Positions passed over meanwhile are never asked about.
 */

export class Answers {
  /** @param deliver called with `{patch, readout, note}` or `{error}`, and the time of asking */
  constructor(deliver) {
    this.deliver = deliver;
    this.next = null;
    this.busy = false;
    this.generation = 0;
    this.silent = new Set(); // labs without an answer
  }

  /** @param seen `{run, frame}`: the frame on screen */
  ask(data, values, seen) {
    if (!data.base || this.silent.has(data.slug)) return;
    this.next = { data, values, seen };
    this.#work();
  }

  /** Forget what was asked: its answers belong to a picture that is gone. */
  cancel() {
    this.next = null;
    this.generation += 1;
  }

  async #work() {
    if (this.busy) return;
    this.busy = true;
    while (this.next) {
      const { data, values, seen } = this.next;
      const generation = this.generation;
      const asked = performance.now();
      this.next = null;
      const reply = await this.#fetch(data, values, seen);
      if (reply && generation === this.generation) this.deliver(reply, asked);
    }
    this.busy = false;
  }

  async #fetch(data, values, seen) {
    try {
      const reply = await fetch(`${data.base}/answer/${encodeURIComponent(data.slug)}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ config: { ...data.config, ...values }, learner: data.learner, ...seen }),
      });
      if (reply.status === 204) return null; // a newer question took its place
      if (reply.status === 404) {
        this.silent.add(data.slug); // the mark is echoed, the lab answers on release with a run
        return null;
      }
      return await reply.json();
    } catch (error) {
      console.warn("stage: no answer:", error);
      return null;
    }
  }
}
