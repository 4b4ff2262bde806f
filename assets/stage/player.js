/**
 * The clock: which frame is to be on screen.
 *
 * It draws at most once per animation frame and, when late, skips frames instead of slowing
 * down. At the head of a live run it waits for more. In a hidden tab the browser gives no
 * animation frames, so playing rests there by itself.
 */

const RATE = 30; // frames a second at 1×
const HITCH_MS = 250; // a longer gap is a rest, not time that was played
const LOOP_REST_MS = 900; // a look at the last frame before the loop starts again
const REDUCED_MS = 1000; // with reduced motion the picture follows a live run in steps

export class Player {
  /**
   * @param host `{length(), ended(), ready(), draw(frame), turned(), extra()}`: `turned` is
   *     called when playing starts or rests, `extra` once per tick; it returns whether to tick on
   */
  constructor(host, signal) {
    this.host = host;
    this.position = 0;
    this.shown = -1;
    this.playing = false;
    this.loop = false;
    this.speed = 1;
    this.following = false;
    this.restUntil = 0;
    this.request = 0;
    this.timer = 0;
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
    signal.addEventListener("abort", () => {
      cancelAnimationFrame(this.request);
      clearTimeout(this.timer);
    });
  }

  get frame() {
    return Math.max(0, Math.min(Math.floor(this.position), this.host.length() - 1));
  }

  /** Draw nothing for so long, unless a new run comes. */
  rest(ms) {
    this.restUntil = performance.now() + ms;
  }

  /** A new run, or the same once more: from a frame on, unless motion is unwelcome. */
  start(from = 0) {
    this.restUntil = 0;
    this.following = this.reduced.matches;
    this.position = from;
    this.shown = -1;
    if (this.following) this.arrived();
    else this.#turn(true);
  }

  toggle() {
    this.following = false;
    const atEnd = this.host.ended() && this.frame >= this.host.length() - 1;
    if (!this.playing && atEnd) this.position = 0;
    this.#turn(!this.playing);
  }

  step(by) {
    this.seek(this.frame + by);
  }

  seek(frame) {
    this.following = false;
    this.position = Math.max(0, Math.min(frame, this.host.length() - 1));
    this.#turn(false);
  }

  /** Something has arrived: go on, if it was waited for. */
  arrived() {
    this.wake();
    const ended = this.host.ended(); // then there is nothing to wait for
    if (!this.following || (this.timer && !ended)) return;
    clearTimeout(this.timer);
    const show = () => {
      this.timer = 0;
      if (this.following) this.position = Math.max(0, this.host.length() - 1);
      this.wake();
    };
    if (ended) show();
    else this.timer = setTimeout(show, REDUCED_MS);
  }

  /** Draw the frame again even if it is the one on screen. */
  redraw() {
    this.shown = -1;
    this.wake();
  }

  wake() {
    this.request ||= requestAnimationFrame((now) => this.#tick(now));
  }

  #turn(playing) {
    this.playing = playing;
    this.restedSince = 0;
    this.last = undefined;
    this.host.turned();
    this.wake();
  }

  #tick(now) {
    this.request = 0;
    if (now < this.restUntil) {
      this.last = undefined;
      setTimeout(() => this.wake(), this.restUntil - now);
      return;
    }
    let onward = false;
    if (this.host.ready()) {
      if (this.playing) onward = this.#advance(now);
      if (this.frame !== this.shown) this.host.draw((this.shown = this.frame));
      if (this.playing && !onward && this.host.ended()) this.#turn(false);
    }
    if (this.host.extra() || onward) this.wake();
    else this.last = undefined; // the time until the next wake-up is not played
  }

  /** Move on by the time that has passed. Returns whether there is more to play now. */
  #advance(now) {
    const passed = this.last === undefined ? 0 : Math.min(now - this.last, HITCH_MS);
    this.last = now;
    const end = this.host.length() - 0.001; // within the last frame: the next one shows as it comes
    this.position = Math.min(this.position + (passed / 1000) * RATE * this.speed, end);
    if (this.position < end) return true;
    if (!this.loop || !this.host.ended() || this.host.length() < 2) return false;
    this.restedSince ||= now;
    if (now - this.restedSince > LOOP_REST_MS) {
      this.position = 0;
      this.restedSince = 0;
    }
    return true;
  }
}
