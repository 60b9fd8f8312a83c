/** Milliseconds without a change after which the dear figures are taken. */
const REST = 180;
/** Milliseconds between two light measurements while a hand drags. */
const LIGHT_PAUSE = 120;
/** Milliseconds after a frame before anything is measured: the browser presents it first. */
const PRESENT = 20;

/**
 * When to measure: after the frame is presented, since measuring is the GPU's work too; only a few times a second while a
 * hand drags; and fully once it rests. One measurement at a time.
 */
export class Pacing {
  #running: Promise<void> | null = null;
  #light: ReturnType<typeof setTimeout> | null = null;
  #rest: ReturnType<typeof setTimeout> | null = null;
  #measuredAt = -Infinity;
  #stopped = false;

  /** @param measure takes the figures of the frame on screen; `full` includes those that cost as much as the frame */
  constructor(private readonly measure: (full: boolean) => Promise<void>) {}

  /** A new frame is on screen. */
  frame(): void {
    if (this.#stopped) return;
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#queue(true), REST);
    if (this.#running || this.#light !== null) return;
    const wait = this.#measuredAt + LIGHT_PAUSE - performance.now();
    this.#light = setTimeout(() => {
      this.#light = null;
      this.#queue(false);
    }, Math.max(wait, PRESENT));
  }

  stop(): void {
    this.#stopped = true;
    if (this.#rest !== null) clearTimeout(this.#rest);
    if (this.#light !== null) clearTimeout(this.#light);
  }

  #queue(full: boolean): void {
    const run: Promise<void> = (this.#running ?? Promise.resolve())
      .then(() => (this.#stopped ? undefined : this.measure(full)))
      .finally(() => {
        this.#measuredAt = performance.now();
        if (this.#running === run) this.#running = null;
      });
    this.#running = run;
  }
}
