/** Milliseconds without a change after which the dear figures are taken. */
const REST = 180;
/** Least milliseconds between two light measurements while a hand drags. */
const LIGHT_PAUSE = 120;
/** The pause is at least so many times as long as the last measurement took: dragging comes first on a slow device. */
const PAUSE_PER_WORK = 8;
/** But no longer than this: a class wants to see the meters move. */
const LONGEST_PAUSE = 600;
/** Frames farther apart than this belong to no drag. */
const LONGEST_GAP = 400;
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
  /** How long the last measurement took. */
  #work = 0;
  #frameAt = -Infinity;
  #stopped = false;

  /**
   * @param measure takes the figures of the frame on screen; `full` includes those that cost as much as the frame. Null where
   * there is none to measure now: the next one is told with `frame`.
   */
  constructor(private readonly measure: (full: boolean) => Promise<void> | null) {}

  /** A new frame is on screen. */
  frame(): void {
    if (this.#stopped) return;
    if (this.#rest !== null) clearTimeout(this.#rest);
    const now = performance.now();
    // Frames that each take longer than the rest are still a drag: the figures wait until one more would have come.
    const gap = now - this.#frameAt;
    this.#frameAt = now;
    const rest = gap < LONGEST_GAP ? Math.max(REST, 2 * gap) : REST;
    this.#rest = setTimeout(() => this.#queue(true), rest);
    if (this.#running || this.#light !== null) return;
    const wait = this.#measuredAt + Math.min(LONGEST_PAUSE, Math.max(LIGHT_PAUSE, PAUSE_PER_WORK * this.#work)) - now;
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
      .then(() => (this.#stopped ? undefined : this.#measure(full)))
      .finally(() => {
        if (this.#running === run) this.#running = null;
      });
    this.#running = run;
  }

  async #measure(full: boolean): Promise<void> {
    const began = performance.now();
    const measuring = this.measure(full);
    if (!measuring) return;
    try {
      await measuring;
    } finally {
      this.#measuredAt = performance.now();
      this.#work = this.#measuredAt - began;
    }
  }
}
