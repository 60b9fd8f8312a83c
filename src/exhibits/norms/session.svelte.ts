import type { Engine } from '../../lab/engine-types';
import { Session, type BaseFrame } from '../../lab/session.svelte';
import type { CellOperands } from './arithmetic';
import type { NormsMeasurements } from './measure';
import { params, type PictureName } from './params';
import { normsPipeline } from './pipeline';
import { MOST_SHOWN, planOf, type Cell3, type NormsPlan } from './plan';
import { setOf } from './sets';
import type { NormsSpec } from './spec';

type NormsEngine = Engine<NormsSpec, NormsMeasurements>;
export type NormsFrame = BaseFrame<NormsPlan>;

/** The numbers behind the cube's colours: the first samples of one tensor, and the frame that they belong to. */
export interface ShownValues {
  readonly picture: PictureName;
  readonly version: number;
  readonly spec: NormsSpec;
  /** [samples, tokens, features] of the whole tensor's first samples. */
  readonly data: Float32Array;
}

/** The session of this exhibit: also reads back the cells that the cube shows. */
export class NormsSession extends Session<typeof params, NormsSpec, NormsMeasurements, NormsPlan> {
  #shown = $state.raw<ShownValues | null>(null);

  /** @param onengine told of every engine that is opened */
  constructor(onengine: (engine: NormsEngine) => void) {
    super({
      slug: 'norms',
      params,
      pipeline: normsPipeline,
      startWorker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      plan: planOf,
      slots: ({ spec }) => ({ present: spec }),
      onengine,
      onmeasure: (frame, engine) => this.#readShown(frame, engine),
      allowGpu: (values) => values.gpu !== 'off',
      // What only a full measurement brings stays in view until the next one.
      merge: (light, { full }) => ({ ...light, full }),
    });
  }

  /** The cube's numbers; for a moment those of the frame before. */
  get shown(): ShownValues | null {
    return this.#shown;
  }

  /** What made one cell of the output on screen. */
  async operands(frame: NormsFrame, cell: Cell3): Promise<CellOperands> {
    const { spec } = frame.plan;
    const at = (cell.sample * spec.tokens + cell.token) * spec.features + cell.feature;
    const evaluated = spec.norm === 'batch' && spec.mode === 'eval';
    const [input, [y], running] = await Promise.all([
      this.read('input'),
      this.read('output', 'present', at, 1),
      evaluated ? Promise.all(['runningMean', 'runningVariance'].map((name) => this.read(name, 'present', cell.feature, 1))) : null,
    ]);
    const set = setOf(spec, input, cell);
    return { ...set, x: input[at]!, y: y!, running: running && { mean: running[0]![0]!, variance: running[1]![0]! } };
  }

  async #readShown(frame: NormsFrame, engine: NormsEngine): Promise<void> {
    const { spec } = frame.plan;
    const { picture } = this.values;
    const samples = Math.min(spec.batch, MOST_SHOWN.samples);
    const data = await engine.read('present', picture, 0, samples * spec.tokens * spec.features);
    if (this.engine === engine) this.#shown = { picture, version: frame.version, spec, data };
  }
}
