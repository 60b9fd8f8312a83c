import type { Engine } from '../../lab/engine-types';
import { fitPainted, paint } from '../../lab/painted';
import { Session, type BaseFrame } from '../../lab/session.svelte';
import { maskCells, type MaskPreset } from '../../reference/mask';
import type { MasksMeasurements } from './measure';
import { params, STAGES, type StageName } from './params';
import { masksPipeline } from './pipeline';
import { namedMask, planOf, type Plan } from './plan';
import type { MasksSpec } from './spec';

type MasksEngine = Engine<MasksSpec, MasksMeasurements>;
export type Frame = BaseFrame<Plan>;

/** The numbers of each map [n, n], row-major, read back after the picture; masked cells are MASKED. */
export type Numbers = Readonly<Record<StageName, Float32Array>>;

/** The exhibit's session: painting, and the numbers behind the maps. */
export class MasksSession extends Session<typeof params, MasksSpec, MasksMeasurements, Plan> {
  #numbers = $state.raw<Numbers | null>(null);

  /** @param onengine told of every engine that is opened */
  constructor(slug: string, onengine: (engine: MasksEngine) => void) {
    super({
      slug,
      params,
      pipeline: masksPipeline,
      startWorker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      plan: planOf,
      slots: ({ spec }) => ({ present: spec }),
      onengine,
      onmeasure: (_frame, engine) => this.#readNumbers(engine),
      allowGpu: (values) => values.gpu !== 'off',
      // The sweep is taken when the hand rests; until then the last one stays.
      merge: (light, { sweep }) => ({ ...light, sweep }),
    });
  }

  /** For a moment after a change, those of the frame before. */
  get numbers(): Numbers | null {
    return this.#numbers;
  }

  /** Chooses a mask; the painted one starts from the cells of the mask before it. */
  chooseMask(mask: MaskPreset): void {
    const plan = this.frame?.plan;
    if (mask !== 'painted' || !plan || this.values.painted) this.set({ mask });
    else this.set({ mask, painted: paint(this.#cells(plan.n), plan.n, plan.n) });
  }

  /** Paints one cell; the mask becomes the painted one, starting from what it was. */
  paintCell(row: number, col: number, visible: boolean): void {
    const n = this.frame?.plan.n ?? 0;
    if (row < 0 || col < 0 || row >= n || col >= n) return;
    const cells = this.#cells(n);
    cells[row * n + col] = visible ? 1 : 0;
    this.set({ mask: 'painted', painted: paint(cells, n, n) }, 'drag');
  }

  /** A stroke of the brush is over: the next one is a step of its own in the history. */
  endStroke(): void {
    this.set({}, 'push');
  }

  /** Whether the present mask shows a cell. */
  shows(row: number, col: number): boolean {
    const n = this.frame?.plan.n ?? 0;
    return this.#cells(n)[row * n + col] === 1;
  }

  /** The cells [n, n] of the present parameters, which may be a stroke ahead of the frame. */
  #cells(n: number): Uint8Array {
    const { values } = this;
    if (values.mask !== 'painted') return maskCells(namedMask(values.mask, values, n), n, n);
    return values.painted ? fitPainted(values.painted, n, n) : new Uint8Array(n * n).fill(1);
  }

  async #readNumbers(engine: MasksEngine): Promise<void> {
    const arrays = await Promise.all(STAGES.map((stage) => engine.read('present', stage)));
    if (this.engine === engine) this.#numbers = Object.fromEntries(STAGES.map((stage, index) => [stage, arrays[index]!])) as unknown as Numbers;
  }
}
