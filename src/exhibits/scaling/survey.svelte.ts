import type { Engine } from '../../lab/engine-types';
import type { Bounds } from '../../lab/plan';
import type { Measurements } from './measure';
import { drawsThatFit, factorsOf, type Budget } from './plan';
import type { ScalingSpec } from './spec';
import { SWEEP_DRAWS, sweepKey, sweepSpec, theoryKey, WIDTHS, type SweepPoint, type SweepSetting, type TheoryPoint } from './sweep';
import type { TheoryAnswer, TheoryRequest } from './theory-worker';

/** The slot of the engine in which a width is measured. */
export const SWEEP_SLOT = 'sweep';
/** Milliseconds for which the visitor's hand has to rest before a width is measured. */
const REST = 350;
/** Settings whose sweeps are kept. */
const KEPT = 24;

/** What the survey asks of the session. */
interface Surveyed {
  readonly engine: Engine<ScalingSpec, Measurements> | null;
  readonly bounds: Bounds;
  readonly budget: Budget;
  /** Whether the page computes something for the visitor just now. */
  readonly busy: boolean;
  /** The setting to survey; null where there is none (a file has one width). */
  readonly setting: SweepSetting | null;
}

/**
 * All widths of one setting: measured one after the other while the visitor's hand rests, and predicted in a worker. What is
 * known of a setting is kept, so that going back to it costs nothing.
 */
export class Survey {
  #points = $state.raw<readonly SweepPoint[]>([]);
  #theory = $state.raw<readonly TheoryPoint[]>([]);
  /** The prediction at the width on screen. */
  #here = $state.raw<TheoryPoint | null>(null);
  #began = $state<number | null>(null);
  readonly #measured = new Map<string, SweepPoint[]>();
  readonly #predicted = new Map<string, Map<number, TheoryPoint>>();
  readonly #asked = new Set<string>();
  #worker: Worker | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #wanted = false;
  #running = false;
  #destroyed = false;
  #width = 0;

  constructor(private readonly of: () => Surveyed) {}

  /** The measured widths of the present setting, ascending. */
  get points(): readonly SweepPoint[] {
    return this.#points;
  }
  get theory(): readonly TheoryPoint[] {
    return this.#theory;
  }
  get here(): TheoryPoint | null {
    return this.#here;
  }
  /** When the measurement under way began (performance.now()), or null when all widths are in. */
  get began(): number | null {
    return this.#began;
  }
  get total(): number {
    return WIDTHS.length;
  }

  /** Draws that a width is measured with on this device. */
  draws(setting: SweepSetting, dk: number): number {
    const { bounds, budget } = this.of();
    return drawsThatFit(SWEEP_DRAWS, setting.n, dk, bounds, budget);
  }

  /** Somebody looks at the curves: measure what is missing. */
  want(): void {
    this.#wanted = true;
    this.changed();
  }

  /** The setting may have changed: show what is known of it, and get on with what is not. @param width the one on screen */
  changed(width = this.#width): void {
    this.#width = width;
    const { setting } = this.of();
    this.#points = setting ? (this.#measured.get(sweepKey(setting)) ?? []) : [];
    this.#showTheory();
    if (!setting || this.#destroyed) return this.#stop();
    this.#predict(setting, this.#wanted ? [width, ...WIDTHS] : [width]);
    if (!this.#wanted || this.#points.length === WIDTHS.length) return this.#stop();
    this.#began ??= performance.now();
    this.#wait();
  }

  /** Resolves with all widths measured; for the console. */
  async whole(): Promise<readonly SweepPoint[]> {
    this.want();
    while (this.of().setting && this.#points.length < WIDTHS.length && !this.#destroyed) await new Promise((resolve) => setTimeout(resolve, 50));
    return this.#points;
  }

  destroy(): void {
    this.#destroyed = true;
    this.#stop();
    this.#worker?.terminate();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#began = null;
  }

  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#go(), REST);
  }

  /** Measures the missing widths until the setting changes or the page is busy with the visitor. */
  async #go(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      for (;;) {
        const { engine, setting, busy } = this.of();
        if (!engine || !setting || this.#destroyed) return;
        const key = sweepKey(setting);
        const known = this.#measured.get(key) ?? [];
        const dk = WIDTHS[known.length];
        if (dk === undefined) return this.#stop();
        if (busy) return this.#wait();
        const spec = sweepSpec(setting, dk, this.draws(setting, dk));
        await engine.update(SWEEP_SLOT, spec);
        const measured = await engine.measure(SWEEP_SLOT, spec, true);
        if (this.of().engine !== engine) return this.#wait(); // a lost device
        this.#keep(key, [...known, { dk, measured }]);
      }
    } catch {
      // The slot went away under a change of the visitor's, or the device was lost: the width is measured again.
      if (!this.#destroyed && this.of().setting) this.#wait();
    } finally {
      this.of().engine?.drop(SWEEP_SLOT);
      this.#running = false;
    }
  }

  #keep(key: string, points: SweepPoint[]): void {
    this.#measured.delete(key);
    this.#measured.set(key, points);
    for (const oldest of this.#measured.keys()) {
      if (this.#measured.size <= KEPT) break;
      this.#measured.delete(oldest);
    }
    const { setting } = this.of();
    if (setting && sweepKey(setting) === key) this.#points = points;
  }

  #predict(setting: SweepSetting, widths: readonly number[]): void {
    const key = theoryKey(setting);
    const missing = [...new Set(widths)].filter((dk) => !this.#predicted.get(key)?.has(dk) && !this.#asked.has(`${key}/${dk}`));
    if (missing.length === 0) return;
    for (const dk of missing) this.#asked.add(`${key}/${dk}`);
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage({ key, n: setting.n, widths: missing.map((dk) => ({ dk, ...factorsOf(setting, dk) })) } satisfies TheoryRequest);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./theory-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data: { key, point } }: MessageEvent<TheoryAnswer>) => {
      let known = this.#predicted.get(key);
      if (!known) this.#predicted.set(key, (known = new Map()));
      known.set(point.dk, point);
      this.#showTheory();
    };
    return worker;
  }

  #showTheory(): void {
    const { setting } = this.of();
    const known = setting && this.#predicted.get(theoryKey(setting));
    this.#here = known?.get(this.#width) ?? null;
    this.#theory = known ? WIDTHS.map((dk) => known.get(dk)).filter((point) => point !== undefined) : [];
  }
}
