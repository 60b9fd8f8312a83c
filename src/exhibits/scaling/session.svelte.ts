import type { Engine } from '../../lab/engine-types';
import type { Preferences } from '../../lab/preferences.svelte';
import { Session, type BaseFrame } from '../../lab/session.svelte';
import { fileText } from '../../lab/text';
import { MASKED } from '../../reference/softmax';
import type { Measurements } from './measure';
import { params } from './params';
import { scalingPipeline } from './pipeline';
import { assetOf, looksCausal, planOf, type Budget, type OpenFile, type ScalingPlan, type ScalingValues } from './plan';
import { SIDES, type ScalingSpec, type Side } from './spec';
import { Survey } from './survey.svelte';
import type { SweepSetting } from './sweep';

type ScalingEngine = Engine<ScalingSpec, Measurements>;
export type Frame = BaseFrame<ScalingPlan>;

/** The numbers of the chosen draw [m, n], row-major, read back after the picture; masked scores are MASKED. */
export type DrawValues = Readonly<Record<`${'scaled' | 'weights'}.${Side}`, Float32Array>>;

/** Cells of one draw up to which its numbers are read, for the bars, the tables and the cells' own labels. */
const READABLE_CELLS = 2 ** 18;

/** Multiplications of one QKᵀ that a device is asked for: a few milliseconds of a graphics card, some tenths of a second without one. */
const PRODUCTS = { card: 2 ** 32, software: 2 ** 26, cpu: 2 ** 24 };

/** The exhibit's session: both sides of the present setting, the visitor's file, and the survey of all widths. */
export class ScalingSession extends Session<typeof params, ScalingSpec, Measurements, ScalingPlan> {
  /** The visitor chose "mine" and has not opened a file yet. */
  wantsFile = $state(false);
  readonly survey: Survey;
  #file = $state.raw<OpenFile | null>(null);
  #numbers = $state.raw<DrawValues | null>(null);
  #files = 0;
  #arrays: Readonly<Record<string, Float32Array>> | null = null;

  /**
   * @param preferences for what is said of a file
   * @param onengine told of every engine that is opened
   */
  constructor(slug: string, private preferences: Preferences, onengine: (engine: ScalingEngine) => void) {
    super({
      slug,
      params,
      pipeline: scalingPipeline,
      startWorker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      plan: (values, bounds) => planOf(values, this.#file, bounds, this.budget),
      slots: ({ spec }) => ({ present: spec }),
      onengine: (engine) => {
        if (this.#file && this.#arrays) engine.setAsset(this.#file.asset, this.#arrays);
        onengine(engine);
      },
      onmeasure: (frame, engine) => this.#readNumbers(frame, engine),
      allowGpu: (values) => values.gpu !== 'off',
      // Between two full measurements the last gradients and histograms stay rather than blink.
      merge: (light, before) => ({
        ...light,
        off: { ...light.off, gradient: before.off.gradient, histogram: before.off.histogram },
        on: { ...light.on, gradient: before.on.gradient, histogram: before.on.histogram },
      }),
    });
    this.survey = new Survey(() => ({
      engine: this.engine, bounds: this.bounds, budget: this.budget, busy: this.busySince !== null, setting: this.sweepSetting,
    }));
    this.store.onchange(() => this.survey.changed(this.values.dk));
    void this.ready.then(() => this.survey.changed(this.values.dk));
  }

  get file(): OpenFile | null {
    return this.#file;
  }
  /** For a moment after a change, those of the frame before. */
  get numbers(): DrawValues | null {
    return this.#numbers;
  }
  get budget(): Budget {
    const { engine } = this;
    if (engine?.backend === 'cpu') return { products: PRODUCTS.cpu };
    return { products: engine?.facts?.software ? PRODUCTS.software : PRODUCTS.card };
  }
  /** What a survey of all widths depends on; null for a file. */
  get sweepSetting(): SweepSetting | null {
    const { source, dist, n, seed, scale, temperature } = this.values;
    return source === 'random' ? { dist, n, seed, scale, temperature } : null;
  }
  /** The side that the scaling control has switched on. */
  get side(): Side {
    return this.values.scale === 'off' ? 'off' : 'on';
  }

  /** Opens a visitor's file. @throws FormatError, or PlanError for a file that this exhibit cannot use; the present view stays. */
  async open(bytes: ArrayBuffer, name: string): Promise<void> {
    await this.ready;
    const [{ readAttentionFile }] = await Promise.all([import('../../formats/attention'), this.preferences.use(fileText)]);
    const file = readAttentionFile(bytes, name);
    const open: OpenFile = { file, asset: `file${++this.#files}` };
    const change: Partial<ScalingValues> = { source: 'mine', draw: 0, locked: null, causal: looksCausal(file) };
    planOf({ ...this.values, ...change }, open, this.bounds, this.budget);
    if (this.#file) this.engine?.setAsset(this.#file.asset, null);
    this.#arrays = assetOf(file, MASKED);
    this.engine?.setAsset(open.asset, this.#arrays);
    this.#file = open;
    this.wantsFile = false;
    this.dismiss();
    this.set(change);
    await this.update();
    await this.engine?.finish();
  }

  override destroy(): void {
    this.survey.destroy();
    super.destroy();
  }

  async #readNumbers({ plan: { spec, draw } }: Frame, engine: ScalingEngine): Promise<void> {
    const cells = spec.m * spec.n;
    if (cells > READABLE_CELLS) {
      this.#numbers = null;
      return;
    }
    const names = SIDES.flatMap((side) => [`scaled.${side}`, `weights.${side}`] as const);
    const arrays = await Promise.all(names.map((name) => engine.read('present', name, draw * cells, cells)));
    if (this.engine === engine) this.#numbers = Object.fromEntries(names.map((name, i) => [name, arrays[i]!])) as unknown as DrawValues;
  }
}
