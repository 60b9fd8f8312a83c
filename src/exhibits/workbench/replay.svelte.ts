import Covers from './ReplayCovers.svelte';
import { LENGTH } from './replay-covers';

/** Uncovers the maps on screen once more: nothing is computed again, and nothing is drawn that was not there. */
export class Replay {
  readonly Covers = Covers;
  /** Milliseconds since it began. */
  time = $state(0);
  #began: number | null = null;
  #turn: number;

  /**
   * @param row the row at normal speed
   * @param onend told once, when it is over or stopped
   */
  constructor(
    readonly row: number,
    private readonly onend: () => void,
  ) {
    this.#turn = requestAnimationFrame(this.#step);
  }

  stop(): void {
    cancelAnimationFrame(this.#turn);
    this.onend();
  }

  readonly #step = (now: number): void => {
    this.#began ??= now;
    this.time = now - this.#began;
    if (this.time >= LENGTH) this.onend();
    else this.#turn = requestAnimationFrame(this.#step);
  };
}
