import type { Engine } from '../../lab/engine-types';
import type { HistoryMode } from '../../lab/location.svelte';
import type { Preferences } from '../../lab/preferences.svelte';
import { Session, type BaseFrame } from '../../lab/session.svelte';
import { fileText } from '../../lab/text';
import { badgeOf, type Badge } from '../../reference/badges';
import { MASKED } from '../../reference/softmax';
import { median } from '../../reference/summary';
import type { HeadsMeasurements } from './measure';
import type { PairOperands, WeightOperands } from './numpy';
import { params } from './params';
import { headsPipeline } from './pipeline';
import { planOf, type HeadsValues, type OpenFile, type Plan } from './plan';
import type { HeadsSpec } from './spec';
import type { HeadTimes } from './times';

type HeadsEngine = Engine<HeadsSpec, HeadsMeasurements>;
export type Frame = BaseFrame<Plan>;

/** Cells of one head up to which its numbers are read after every frame. */
const EAGER_CELLS = 64 * 64;
/** Cells of all heads up to which their weights are read for the badges once the hand rests. */
const READABLE_CELLS = 2 ** 20;

/** Runs of which the median is shown, at most, and the milliseconds that they may take. */
const RUNS = 25;
const LEAST_RUNS = 7;
const PATIENCE = 2500;
/** A run repeats its work until it takes this long, in milliseconds: browsers blur timestamps to a tenth of one. */
const RUN_LENGTH = 2;

/** One way to run the heads: median time in milliseconds, and the quartiles. */
export interface TimeSummary {
  readonly median: number;
  readonly quartiles: readonly [number, number];
}

/** Times of one setting so far. */
export interface Times {
  readonly heads: number;
  readonly n: number;
  readonly width: number;
  readonly batched: TimeSummary;
  readonly separate: TimeSummary;
  readonly wide: TimeSummary;
  readonly clock: HeadTimes['clock'];
  readonly runs: number;
  readonly repeats: number;
  readonly done: boolean;
}

/** The exhibit's session: the visitor's file, the numbers behind the maps, badges, and the times. */
export class HeadsSession extends Session<typeof params, HeadsSpec, HeadsMeasurements, Plan> {
  /** The visitor chose "mine" and has not opened a file yet. */
  wantsFile = $state(false);
  #file = $state.raw<OpenFile | null>(null);
  #weights = $state.raw<Float32Array | null>(null);
  #targets = $state.raw<{ readonly one: Float32Array; readonly two: Float32Array } | null>(null);
  #badges = $state.raw<readonly (Badge | null)[]>([]);
  #times = $state.raw<Times | null>(null);
  #timed = '';
  #fileCount = 0;
  readonly #assets = new Map<string, Readonly<Record<string, Float32Array>>>();

  /**
   * @param preferences for what is said of a file; null where none can be opened
   * @param onengine told of every engine that is opened
   * @param firstText takes the place of the default text with the visitor's first change: until then the address stays bare,
   *   so that a reload asks the question again
   */
  constructor(slug: string, private preferences: Preferences | null, onengine: (engine: HeadsEngine) => void, private firstText: string | null = null) {
    super({
      slug,
      params,
      pipeline: headsPipeline,
      startWorker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      plan: (values, bounds) => this.#plan(values, bounds),
      slots: ({ spec }) => ({ present: spec }),
      onengine: (engine) => {
        this.#timed = '';
        for (const [name, arrays] of this.#assets) engine.setAsset(name, arrays);
        onengine(engine);
      },
      onmeasure: (frame, engine, full) => this.#readNumbers(frame, engine, full),
      allowGpu: (values) => values.gpu !== 'off',
      // The comparison with separate heads is taken when the hand rests; until then the last one stays.
      merge: (light, { agreement }) => ({ ...light, agreement }),
    });
  }

  override set(change: Partial<HeadsValues>, mode?: HistoryMode): void {
    const text = this.firstText;
    this.firstText = null;
    super.set(text === null ? change : { text, ...change }, mode);
  }

  get file(): OpenFile | null {
    return this.#file;
  }
  /** The chosen head's weights [m, n]; for a moment those of the frame before. */
  get weights(): Float32Array | null {
    return this.#weights;
  }
  /** Weights of the constructed task: one head [13, 16] and two [2, 13, 16]. */
  get targets() {
    return this.#targets;
  }
  /** What each head mostly looks at, by its weights. */
  get badges(): readonly (Badge | null)[] {
    return this.#badges;
  }
  /** How long heads take together, apart and as one; of the setting that was measured last, null before. */
  get times(): Times | null {
    return this.#times;
  }

  /** Opens a visitor's file. @throws FormatError or PlanError; the present view stays. */
  async open(bytes: ArrayBuffer, name: string): Promise<void> {
    await this.ready;
    const [{ layerOf, readAttentionFile }] = await Promise.all([import('../../formats/attention'), this.preferences?.use(fileText)]);
    const file = readAttentionFile(bytes, name);
    const open: OpenFile = { file, id: `file${++this.#fileCount}`, layer: (index) => layerOf(file, index) };
    planOf({ ...this.values, source: 'mine', layer: 0, head: 0 }, open, this.bounds);
    for (const asset of this.#assets.keys()) this.engine?.setAsset(asset, null);
    this.#assets.clear();
    this.#file = open;
    this.wantsFile = false;
    this.dismiss();
    const panel = this.values.panel === 'targets' ? 'heads' : this.values.panel;
    this.set({ source: 'mine', layer: 0, head: 0, locked: null, panel });
    await this.update();
    await this.engine?.finish();
  }

  /** Switches a head off, or on again. */
  toggle(head: number): void {
    const { off } = this.values;
    this.set({ off: off.includes(head) ? off.filter((other) => other !== head) : [...off, head].sort((a, b) => a - b) });
  }

  /** Takes the times of the present setting again. */
  timeAgain(): void {
    this.#timed = '';
    if (this.frame && this.engine) void this.#time(this.frame, this.engine);
  }

  /** Reads back what made one weight of the chosen head; null where a file brought the weights themselves. */
  async weightOperands(row: number, col: number): Promise<WeightOperands | null> {
    const frame = this.frame;
    const headDim = frame?.drawable('q')?.shape[2];
    if (!frame || !headDim) return null;
    const { head, m, n, spec } = frame.plan;
    const [q, keys, weight] = await Promise.all([
      this.read('q', 'present', (head * m + row) * headDim, headDim),
      this.read('k', 'present', head * n * headDim, n * headDim),
      this.read('weights', 'present', (head * m + row) * n + col, 1),
    ]);
    return { head, row, col, q, keys, causal: spec.causal, weight: weight[0]! };
  }

  /** Reads back the weights of two heads. */
  async pairOperands(a: number, b: number): Promise<PairOperands | null> {
    if (!this.frame) return null;
    const { m, n } = this.frame.plan;
    const [first, second] = await Promise.all([a, b].map((head) => this.read('weights', 'present', head * m * n, m * n)));
    return { a, b, n, first: first!, second: second! };
  }

  #plan(values: HeadsValues, bounds: Parameters<typeof planOf>[2]): Plan {
    const plan = planOf(values, this.#file, bounds);
    const { input } = plan.spec;
    if (input.kind === 'mine' && this.#file && !this.#assets.has(input.asset)) {
      const { q, k, scores, weights } = this.#file.layer(plan.layer);
      const masked = scores?.map((score) => Math.max(score, MASKED)); // −∞ is "no cell" here
      const arrays = Object.fromEntries(Object.entries({ q, k, scores: masked, weights }).filter(([, array]) => array)) as Record<string, Float32Array>;
      this.#assets.set(input.asset, arrays);
      this.engine?.setAsset(input.asset, arrays);
    }
    return plan;
  }

  async #readNumbers(frame: Frame, engine: HeadsEngine, full: boolean): Promise<void> {
    const { m, n, head, spec } = frame.plan;
    const cells = m * n;
    const [weights, all, one, two] = await Promise.all([
      cells <= (full ? READABLE_CELLS : EAGER_CELLS) ? engine.read('present', 'weights', head * cells, cells) : null,
      full && cells * spec.heads <= READABLE_CELLS ? engine.read('present', 'weights') : null,
      engine.read('present', 'targetsOne'),
      engine.read('present', 'targetsTwo'),
    ]);
    if (this.engine !== engine) return;
    if (weights || full) this.#weights = weights;
    this.#targets = { one, two };
    if (full) this.#badges = all ? badgesOf(all, frame.plan) : [];
    if (full) void this.#time(frame, engine);
  }

  /** Times the heads, run by run, for as long as the setting stays and its panel is looked at. */
  async #time(frame: Frame, engine: HeadsEngine): Promise<void> {
    const { spec, n } = frame.plan;
    const key = `${spec.input.kind} ${spec.heads} ${spec.width} ${n} ${spec.causal}`;
    if (this.values.panel !== 'cost' || spec.input.kind === 'mine' || this.#timed === key) return;
    this.#timed = key;
    const wanted = () => this.engine === engine && this.#timed === key && this.values.panel === 'cost' && this.frame?.plan.n === n && this.frame.plan.spec.heads === spec.heads;
    const run = async (repeats: number) => (await engine.measure('present', { ...this.frame!.plan.spec, timing: { repeats } }, false)).times;
    try {
      await run(1); // the first one compiles
      const once = await run(1);
      const repeats = Math.max(1, Math.min(32, Math.ceil(RUN_LENGTH / Math.max(1e-3, once?.batched ?? RUN_LENGTH))));
      const runs: HeadTimes[] = [];
      const end = performance.now() + PATIENCE;
      while (wanted() && runs.length < RUNS && (runs.length < LEAST_RUNS || performance.now() < end)) {
        const times = await run(repeats);
        if (!times || !wanted()) break;
        runs.push(times);
        const done = runs.length === RUNS || (runs.length >= LEAST_RUNS && performance.now() >= end);
        if (runs.length >= 3) this.#times = { heads: spec.heads, n, width: spec.width!, repeats, done, ...summarise(runs) };
      }
      if (!wanted() && this.#timed === key) this.#timed = ''; // cut short: the next look begins again
    } catch (error) {
      this.#timed = '';
      if (!engine.gpu?.isLost && this.engine === engine) this.report(error);
    }
  }
}

function badgesOf(weights: Float32Array, { m, n, spec, queryTokens, keyTokens }: Plan): (Badge | null)[] {
  const tokens = queryTokens && keyTokens && { queries: queryTokens, keys: keyTokens };
  return Array.from({ length: spec.heads }, (_, head) => badgeOf(weights.subarray(head * m * n, (head + 1) * m * n), m, n, tokens));
}

function summarise(runs: readonly HeadTimes[]): Pick<Times, 'batched' | 'separate' | 'wide' | 'clock' | 'runs'> {
  const of = (way: 'batched' | 'separate' | 'wide'): TimeSummary => {
    const sorted = runs.map((times) => times[way]).sort((a, b) => a - b);
    const quarter = Math.floor(sorted.length / 4);
    return { median: median(sorted), quartiles: [sorted[quarter]!, sorted[sorted.length - 1 - quarter]!] };
  };
  return { batched: of('batched'), separate: of('separate'), wide: of('wide'), clock: runs.every(({ clock }) => clock === 'gpu') ? 'gpu' : 'wall', runs: runs.length };
}
