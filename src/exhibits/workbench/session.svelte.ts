import type { AttentionLayer } from '../../formats/attention';
import type { Engine } from '../../lab/engine-types';
import { parseHash, type HistoryMode } from '../../lab/location.svelte';
import { fitPainted, paint } from '../../lab/painted';
import { decode } from '../../lab/params';
import type { Preferences } from '../../lab/preferences.svelte';
import { Session, type BaseFrame } from '../../lab/session.svelte';
import { fileText } from '../../lab/text';
import type { KernelTuning } from '../../lab/tuning';
import { badgeOf, type Badge } from '../../reference/badges';
import { maskCells } from '../../reference/mask';
import { MASKED } from '../../reference/softmax';
import { firstStageOf, type Cause } from './cause';
import { allLayersOf, layersOf, type LayersPlan } from './layers';
import type { AttentionMeasurements } from './measure';
import { STAGES, params, type MaskName, type StageName } from './params';
import { attentionPipeline } from './pipeline';
import { draftOf, planOf, presetMask, type Bounds, type OpenFile, type Plan, type WorkbenchValues } from './plan';
import type { AttentionSpec } from './spec';
import { text } from './text';

type AttentionEngine = Engine<AttentionSpec, AttentionMeasurements>;

/** The present setting, and A where one is pinned. */
export interface PlanPair {
  readonly present: Plan;
  readonly pinned: Plan | null;
  /** All layers of the source beside it, where they are asked for. */
  readonly layers: LayersPlan | null;
}

export type Frame = BaseFrame<PlanPair>;

/** The numbers of the chosen head of each stage, row-major, read back after the picture; masked cells are MASKED. */
export type HeadValues = Readonly<Partial<Record<StageName, Float32Array>>>;

/** What the weights of all heads tell once they are read back. */
interface HeadFacts {
  readonly badges: readonly (Badge | null)[];
  /** Largest difference from the weights that the file brought, or null. */
  readonly agreement: number | null;
}

/** What the weights of all layers tell, map by map: layer · heads + head. */
interface LayerFacts {
  /** Mean entropy of each map's rows, in nats. */
  readonly entropy: readonly number[];
  /** Empty where there are too many weights to read back. */
  readonly badges: readonly (Badge | null)[];
}

/** Cells up to which the chosen head's numbers are read after every frame; larger ones once the hand rests. */
const EAGER_CELLS = 64 * 64;
/** Cells up to which numbers are read at all, for labels, tables and badges. */
const READABLE_CELLS = 2 ** 20;

/** Cells of all layers up to which their badges are found. */
const LAYER_CELLS = 2 ** 22;

/** Multiplications of QKᵀ from which on the choice of a kernel is worth a measurement; below, all are quick. */
const TUNE_FROM = 2 ** 22;

/** Whether the file's own weights leave the future out: then the causal mask is what reproduces them. */
function looksCausal({ file, layer }: OpenFile): boolean {
  const { weights } = layer(0);
  const { queries: m, keys: n, heads } = file;
  if (!weights || !(file.scores || file.q) || m !== n || n < 2) return false;
  for (let at = 0; at < heads * m * n; at++) if (at % n > Math.floor(at / n) % m && weights[at] !== 0) return false;
  return true;
}

/** The workbench's session: the visitor's file, painting, pinning, and the numbers behind the picture. */
export class WorkbenchSession extends Session<typeof params, AttentionSpec, AttentionMeasurements, PlanPair> {
  /** The visitor chose "Mine" and has not opened a file yet. */
  wantsFile = $state(false);
  #file = $state.raw<OpenFile | null>(null);
  #head = $state.raw<HeadValues | null>(null);
  #pinnedHead = $state.raw<HeadValues | null>(null);
  #facts = $state.raw<HeadFacts | null>(null);
  #layerFacts = $state.raw<LayerFacts | null>(null);
  #tuning = $state.raw<KernelTuning | null>(null);
  #projected = $state.raw<{ readonly version: number; readonly values: Float32Array } | null>(null);
  #cause = $state.raw<Cause | null>(null);
  #fileCount = 0;
  readonly #assets = new Map<string, Readonly<Record<string, Float32Array>>>();

  /**
   * @param slug of the workbench's address
   * @param preferences for the first visit's sentence, and for what is said of a file
   * @param onengine told of every engine that is opened: the first, and those after a lost device
   */
  constructor(slug: string, private preferences: Preferences, onengine: (engine: AttentionEngine) => void) {
    const first = preferences.say(text, 'firstText');
    if (first !== params.text.default && parseHash(location.hash).query === '') {
      history.replaceState(null, '', `#/${slug}?${new URLSearchParams({ text: first })}`);
    }
    super({
      slug,
      params,
      pipeline: attentionPipeline,
      startWorker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      plan: (values, bounds) => this.#plans(values, bounds),
      draft: (plans, { stage }) => {
        const present = stage === 'output' ? null : draftOf(plans.present);
        return present && { plan: { ...plans, present }, partial: ['output'] };
      },
      slots: ({ present, pinned, layers }) => ({ present: present.spec, ...(pinned && { pinned: pinned.spec }), ...(layers?.spec && { layers: layers.spec }) }),
      onengine: (engine) => {
        this.#tuning = null; // another device may like other kernels
        for (const [name, arrays] of this.#assets) engine.setAsset(name, arrays);
        onengine(engine);
      },
      onmeasure: (frame, engine, full) => this.#readNumbers(frame, engine, full),
      allowGpu: (values) => values.gpu !== 'off',
      // Between two full measurements the last gradient stays on its meter rather than blinking.
      merge: (light, { gradientMean, gradientMedian }) => ({ ...light, gradientMean, gradientMedian }),
    });
  }

  /** The last change that was made at once, by a click or a key; a drag is none. */
  get cause(): Cause | null {
    return this.#cause;
  }
  override set(change: Partial<WorkbenchValues>, mode: HistoryMode = 'push'): void {
    const stage = mode === 'push' ? firstStageOf(this.values, change) : null;
    if (stage !== null) this.#cause = { count: (this.#cause?.count ?? 0) + 1, stage };
    super.set(change, mode);
  }

  get file(): OpenFile | null {
    return this.#file;
  }
  /** The chosen head's numbers; for a moment those of the frame before. */
  get head(): HeadValues | null {
    return this.#head;
  }
  /** The same of A. */
  get pinnedHead(): HeadValues | null {
    return this.#pinnedHead;
  }
  /** What each head mostly does, by its weights; empty until they are read back. */
  get badges(): readonly (Badge | null)[] {
    return this.#facts?.badges ?? [];
  }
  /** What the maps of all layers show, once they are computed and read back; for a moment that of the frame before. */
  get layerFacts(): LayerFacts | null {
    return this.#layerFacts;
  }
  /** Largest difference between the weights on screen and those in the file. */
  get agreement(): number | null {
    return this.#facts?.agreement ?? null;
  }

  /** How the device's kernels were found to be fastest; null before that, when rules of thumb choose. */
  get tuning(): KernelTuning | null {
    return this.#tuning;
  }
  /** The output after W_O, (m, d), once `readProjected` has read that of the frame on screen. */
  get projected(): Float32Array | null {
    return this.#projected && this.#projected.version === this.frame?.version ? this.#projected.values : null;
  }
  /** Reads the output after W_O back, for whoever walks through it cell by cell; once for each frame. */
  async readProjected(): Promise<void> {
    const { frame, engine } = this;
    if (!frame?.drawable('projected') || !engine || this.#projected?.version === frame.version) return;
    const values = await engine.read('present', 'projected').catch(() => null); // a lost device; the session says so
    if (values && this.frame?.version === frame.version) this.#projected = { version: frame.version, values };
  }

  /** Opens a visitor's file. @throws FormatError or PlanError; the present view stays. */
  async open(bytes: ArrayBuffer, name: string): Promise<void> {
    await this.ready;
    // The readers and what they say: loaded with the first file, since most visits open none.
    const [{ layerOf, readAttentionFile }] = await Promise.all([import('../../formats/attention'), this.preferences.use(fileText)]);
    const file = readAttentionFile(bytes, name);
    const open: OpenFile = { file, id: `file${++this.#fileCount}`, layer: (index) => layerOf(file, index) };
    planOf({ ...this.values, source: 'mine', layer: 0, head: 0 }, open, this.bounds);
    for (const asset of this.#assets.keys()) this.engine?.setAsset(asset, null);
    this.#assets.clear();
    this.#file = open;
    this.wantsFile = false;
    this.dismiss();
    this.set({ source: 'mine', layer: 0, head: 0, locked: null, compare: '', ...(looksCausal(open) && { mask: 'causal' as const }) });
    await this.update();
    await this.engine?.finish();
  }

  /** Chooses a mask; the painted one starts from the cells of the mask before it. */
  chooseMask(mask: MaskName): void {
    const plan = this.frame?.plan.present;
    if (mask !== 'painted' || !plan || this.values.painted) this.set({ mask });
    else this.set({ mask, painted: paint(this.#cells(plan), plan.m, plan.n) });
  }

  /** Paints one cell of the mask; the mask becomes the painted one, starting from what it was. */
  paintCell(row: number, col: number, visible: boolean): void {
    const plan = this.frame?.plan.present;
    if (!plan || row < 0 || col < 0 || row >= plan.m || col >= plan.n) return;
    const cells = this.#cells(plan);
    cells[row * plan.n + col] = visible ? 1 : 0;
    this.set({ mask: 'painted', painted: paint(cells, plan.m, plan.n) }, 'drag');
  }

  /** A stroke of the brush is over: the next one is a step of its own in the history. */
  endStroke(): void {
    this.set({}, 'push');
  }

  /** Whether the present mask hides a cell. */
  hidden(row: number, col: number): boolean {
    const plan = this.frame?.plan.present;
    return plan !== undefined && this.#cells(plan)[row * plan.n + col] === 0;
  }

  /** Pins the present setting as A. */
  pin(): void {
    const plain = { compare: '', wipe: params.wipe.default, difference: false, locked: null };
    this.set({ compare: this.store.query({ ...this.values, ...plain }) || 'default', wipe: params.wipe.default });
  }

  unpin(): void {
    this.set({ compare: '', difference: false });
  }

  /** The visible cells of the present mask [m, n]. */
  #cells({ m, n }: Plan): Uint8Array {
    const { values } = this;
    if (values.mask === 'painted') return values.painted ? fitPainted(values.painted, m, n) : new Uint8Array(m * n).fill(1);
    return maskCells(presetMask(values.mask, values, n), m, n);
  }

  #plans(values: WorkbenchValues, bounds: Bounds): PlanPair {
    const present = this.#plan(values, bounds);
    const layers = values.layers ? layersOf(present, bounds) : null;
    if (layers?.spec && this.#file) this.#loadAll(this.#file);
    if (!values.compare) return { present, pinned: null, layers };
    const before = decode(params, values.compare === 'default' ? '' : values.compare).values;
    // Layer and head are chosen for both sides together.
    return { present, pinned: this.#plan({ ...before, layer: values.layer, head: values.head }, bounds), layers };
  }

  #plan(values: WorkbenchValues, bounds: Bounds): Plan {
    const plan = planOf(values, this.#file, bounds);
    if (plan.spec.input.kind === 'mine' && this.#file) this.#loadLayer(this.#file, plan.layer);
    return plan;
  }

  #loadLayer({ id, layer: layerOf }: OpenFile, layer: number): void {
    const name = `${id}/${layer}`;
    if (!this.#assets.has(name)) this.#load(name, layerOf(layer));
  }

  #loadAll({ id, file: { q, k, scores, weights } }: OpenFile): void {
    const name = allLayersOf(id);
    // The arrays of a file lie layer after layer.
    if (!this.#assets.has(name)) this.#load(name, { q, k, scores, weights });
  }

  #load(name: string, { q, k, v, scores, weights }: AttentionLayer): void {
    const masked = scores?.map((score) => Math.max(score, MASKED)); // −∞ is "no cell" here
    const arrays = Object.fromEntries(Object.entries({ q, k, v, scores: masked, weights }).filter(([, array]) => array)) as Record<string, Float32Array>;
    this.#assets.set(name, arrays);
    this.engine?.setAsset(name, arrays);
  }

  async #readNumbers(frame: Frame, engine: AttentionEngine, full: boolean): Promise<void> {
    const { present: plan } = frame.plan;
    const cells = plan.m * plan.n;
    const readable = cells <= (full ? READABLE_CELLS : EAGER_CELLS);
    const [head, pinned, facts, layerFacts] = await Promise.all([
      readable ? this.#readHead(frame, engine, 'present') : null,
      readable && full && frame.plan.pinned ? this.#readHead(frame, engine, 'pinned') : null,
      full && cells * plan.spec.heads <= READABLE_CELLS ? this.#readFacts(plan, engine) : null,
      this.#readLayers(frame, engine, full),
    ]);
    if (this.engine !== engine) return;
    if (head || full) this.#head = head;
    if (layerFacts || full) this.#layerFacts = layerFacts;
    if (full) {
      this.#pinnedHead = pinned;
      this.#facts = facts;
      void this.#tune(plan, engine);
    }
  }

  /** Entropies of the maps of all layers, and once the hand rests their badges; null where nothing is read. */
  async #readLayers({ plan: { present, layers } }: Frame, engine: AttentionEngine, full: boolean): Promise<LayerFacts | null> {
    if (!layers?.spec) return null;
    const { m, n } = present;
    const { spec } = layers;
    const cells = spec.heads * m * n;
    if (!full && cells > EAGER_CELLS * 16) return null;
    const [{ perHead }, weights] = await Promise.all([engine.measure('layers', spec, false), full && cells <= LAYER_CELLS ? engine.read('layers', 'weights') : null]);
    const badges = weights ? this.#badges(weights, spec.heads, present) : (this.#layerFacts?.badges ?? []);
    return { entropy: perHead.map(({ entropy }) => entropy), badges };
  }

  #badges(weights: Float32Array, heads: number, { m, n, queryTokens, keyTokens }: Plan): (Badge | null)[] {
    const tokens = queryTokens && keyTokens && { queries: queryTokens, keys: keyTokens };
    return Array.from({ length: heads }, (_, head) => badgeOf(weights.subarray(head * m * n, (head + 1) * m * n), m, n, tokens));
  }

  /** Finds the device's fastest kernels, once, after a picture for which it matters. */
  async #tune({ spec, m, n }: Plan, engine: AttentionEngine): Promise<void> {
    if (!engine.gpu || spec.kernel || this.#tuning || spec.heads * m * n * spec.headDim < TUNE_FROM) return;
    const { tuneKernels } = await import('../../lab/tuning');
    const tuning = await tuneKernels(engine.gpu).catch(() => null); // a device that was lost meanwhile; its successor measures
    if (this.engine === engine) this.#tuning = tuning;
  }

  async #readHead({ plan, drawable }: Frame, engine: AttentionEngine, slot: 'present' | 'pinned'): Promise<HeadValues> {
    const head = plan[slot]!.head;
    const names = STAGES.filter((stage) => drawable(stage, slot));
    const arrays = await Promise.all(
      names.map((name) => {
        const [, rows, cols] = drawable(name, slot)!.shape as [number, number, number];
        return engine.read(slot, name, head * rows * cols, rows * cols);
      }),
    );
    return Object.fromEntries(names.map((name, index) => [name, arrays[index]]));
  }

  async #readFacts(plan: Plan, engine: AttentionEngine): Promise<HeadFacts> {
    const weights = await engine.read('present', 'weights');
    const badges = this.#badges(weights, plan.spec.heads, plan);
    const { input } = plan.spec;
    const own = input.kind === 'mine' && (input.has.qk || input.has.scores) ? this.#assets.get(input.asset)?.weights : undefined;
    const agreement = own ? weights.reduce((most, weight, index) => Math.max(most, Math.abs(weight - own[index]!)), 0) : null;
    return { badges, agreement };
  }
}
