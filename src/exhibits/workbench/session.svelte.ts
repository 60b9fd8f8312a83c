import { tick } from 'svelte';
import { CPU_MAX_LENGTH, type Engine } from '../../lab/engine-types';
import { openEngine } from '../../lab/engine';
import { ParamStore, parseHash, type HistoryMode } from '../../lab/location.svelte';
import { checkChange, decode, type Values } from '../../lab/params';
import { layerOf, readAttentionFile } from '../../formats/attention';
import { maskCells } from '../../reference/mask';
import { MASKED } from '../../reference/softmax';
import { badgeOf, type Badge } from './badges';
import { mapsOf, type Frame, type HeadValues, type Slot } from './frame';
import type { AttentionMeasurements } from './measure';
import { paint } from './painted';
import { FIRST_TEXT_ZH, STAGES, params, type MaskName, type StageName } from './params';
import { attentionPipeline } from './pipeline';
import { PlanError, fitPainted, planOf, presetMask, type OpenFile, type Plan, type Remark, type WorkbenchValues } from './plan';
import type { AttentionSpec } from './spec';

/** A sentence for the visitor: a key of text.ts with values, or the text of an error that speaks for itself. */
export type Message = { readonly tone: 'info' | 'warn' } & (
  | Remark
  | { readonly key: 'badLink'; readonly values: Readonly<Record<string, string>> }
  | { readonly key: 'lost' | 'pinned' | 'cpuAfterLoss'; readonly values: Readonly<Record<string, string>> }
  | { readonly key: 'error'; readonly values: { readonly text: string }; readonly cause: unknown }
);

/** Cells up to which the chosen head's numbers are read after every frame; larger ones are read once the hand rests. */
const EAGER_CELLS = 64 * 64;
/** Largest head whose numbers are read at all for labels and tables. */
const READABLE_CELLS = 2 ** 20;
/** Milliseconds without a change after which the dear figures are taken. */
const REST = 180;
/** Past readings that a meter shows. */
const TRAIL = 12;

export interface SessionOptions {
  /** Language of the first visit's sentence. */
  readonly language: 'en' | 'zh';
  /** Told of every engine that is opened: the first, and those after a lost device. */
  readonly onengine: (engine: Engine<AttentionSpec, AttentionMeasurements>) => void;
}

/** What the weights of all heads tell once they are read back. */
interface HeadFacts {
  readonly badges: readonly (Badge | null)[];
  /** Largest difference from the weights that the file brought, or null. */
  readonly agreement: number | null;
}

/**
 * The workbench: address → parameters → plan → engine → frame. Whoever changes a parameter goes through `set`; the
 * pictures redraw when `frame` is replaced, the meters when `measurements` is.
 */
export class WorkbenchSession {
  readonly store: ParamStore<typeof params>;
  /** Resolves when the first frame is drawn. */
  readonly ready: Promise<void>;
  /** The visitor chose "Mine" and has not opened a file yet. */
  wantsFile = $state(false);

  #engine = $state.raw<Engine<AttentionSpec, AttentionMeasurements> | null>(null);
  #frame = $state.raw<Frame | null>(null);
  #measurements = $state.raw<AttentionMeasurements | null>(null);
  #trail = $state.raw<readonly AttentionMeasurements[]>([]);
  #head = $state.raw<HeadValues | null>(null);
  #facts = $state.raw<HeadFacts | null>(null);
  #message = $state.raw<Message | null>(null);
  #file = $state.raw<OpenFile | null>(null);
  #stageTimes = $state.raw<Readonly<Record<string, number>> | null>(null);
  #busySince = $state<number | null>(null);
  #running: Promise<void> | null = null;
  #dirty = false;
  #version = 0;
  #lastGood: WorkbenchValues | null = null;
  #restTimer: ReturnType<typeof setTimeout> | null = null;
  #measuring: Promise<void> | null = null;
  #openedGpu: 'auto' | 'off' = 'auto';
  #fileCount = 0;
  #measuredVersion = 0;
  #disposed = false;

  constructor(private readonly options: SessionOptions) {
    if (options.language === 'zh' && parseHash(location.hash).query === '') {
      history.replaceState(null, '', `#/?${new URLSearchParams({ text: FIRST_TEXT_ZH })}`);
    }
    this.store = new ParamStore(params, '');
    if (this.store.problems.length > 0) this.#message = badLink(this.store.problems);
    this.store.onchange(() => {
      if (this.store.problems.length > 0) this.#message = badLink(this.store.problems);
      this.#update().catch(() => undefined); // the message says what went wrong
    });
    this.ready = this.#start();
  }

  get values(): WorkbenchValues {
    return this.store.values;
  }
  get engine() {
    return this.#engine;
  }
  get frame(): Frame | null {
    return this.#frame;
  }
  get measurements(): AttentionMeasurements | null {
    return this.#measurements;
  }
  /** The measurements before the present ones, the latest last: what the meters leave as a trail. */
  get trail(): readonly AttentionMeasurements[] {
    return this.#trail;
  }
  /** The chosen head's numbers; of this frame only when the versions agree. */
  get head(): HeadValues | null {
    return this.#head;
  }
  /** What each head mostly does, by its weights; empty until they are read back. */
  get badges(): readonly (Badge | null)[] {
    return this.#facts?.badges ?? [];
  }
  /** Largest difference between the weights on screen and those in the file. */
  get agreement(): number | null {
    return this.#facts?.agreement ?? null;
  }
  get message(): Message | null {
    return this.#message;
  }
  get file(): OpenFile | null {
    return this.#file;
  }
  get stageTimes() {
    return this.#stageTimes;
  }
  /** When the computation on hand began (performance.now()), or null. */
  get busySince(): number | null {
    return this.#busySince;
  }

  dismiss(): void {
    this.#message = null;
  }

  /** Changes parameters; the picture follows in the same frame where nothing has to be compiled. */
  set(change: Partial<Values<typeof params>>, mode: HistoryMode = 'push'): void {
    this.store.set(change, mode);
  }

  /**
   * Changes parameters from outside; resolves when drawn.
   * @throws Error with one sentence for an unknown name, a value out of range, or a setting that cannot be computed
   */
  async setChecked(change: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ready;
    const checked = checkChange(params, change);
    planOf({ ...this.values, ...checked }, this.#file, this.#bounds());
    this.store.set(checked);
    await this.#update();
    await this.#engine?.finish();
  }

  /** Opens a visitor's file. @throws FormatError; the present view stays. */
  async open(bytes: ArrayBuffer, name: string): Promise<void> {
    await this.ready;
    const file = readAttentionFile(bytes, name);
    const open: OpenFile = { file, id: `file${++this.#fileCount}` };
    planOf({ ...this.values, source: 'mine', layer: 0, head: 0 }, open, this.#bounds());
    this.#dropAssets();
    this.#file = open;
    this.wantsFile = false;
    this.#message = null;
    const firstTime = this.values.source !== 'mine';
    this.store.set({ source: 'mine', layer: 0, head: 0, locked: null, ...(firstTime && { compare: '' }) });
    await this.#update();
    await this.#engine?.finish();
  }

  /** Chooses a mask; the painted one starts from the cells of the mask before it. */
  chooseMask(mask: MaskName): void {
    const plan = this.#frame?.plan;
    if (mask !== 'painted' || !plan || this.values.painted) this.set({ mask });
    else this.set({ mask, painted: paint(this.cells(plan), plan.m, plan.n) });
  }

  /** Paints one cell of the mask; the mask becomes the painted one, starting from what it was. */
  paintCell(row: number, col: number, visible: boolean): void {
    const plan = this.#frame?.plan;
    if (!plan || row < 0 || col < 0 || row >= plan.m || col >= plan.n) return;
    const cells = this.cells(plan);
    cells[row * plan.n + col] = visible ? 1 : 0;
    this.set({ mask: 'painted', painted: paint(cells, plan.m, plan.n) }, 'drag');
  }

  /** Whether the present mask hides a cell. */
  hidden(row: number, col: number): boolean {
    const plan = this.#frame?.plan;
    return plan !== undefined && this.cells(plan)[row * plan.n + col] === 0;
  }

  /** The visible cells of the present mask [m, n]. */
  cells({ m, n }: Plan): Uint8Array {
    const { values } = this;
    if (values.mask === 'painted') return values.painted ? fitPainted(values.painted, m, n) : new Uint8Array(m * n).fill(1);
    return maskCells(presetMask(values.mask, values, n), m, n);
  }

  /** Pins the present setting as A. */
  pin(): void {
    this.set({ compare: this.store.query({ ...this.values, compare: '', wipe: params.wipe.default, difference: false, locked: null }) || 'default', wipe: 50 });
  }

  unpin(): void {
    this.set({ compare: '', difference: false });
  }

  /** Reports a failure that the caller could not foresee, or a file that cannot be read. */
  report(error: unknown): void {
    this.#message = messageOf(error);
  }

  /** Values of a tensor of the frame on screen. */
  async read(slot: Slot, name: string, start?: number, count?: number): Promise<Float32Array> {
    if (!this.#engine) throw new Error('The workbench is not ready yet.');
    return this.#engine.read(slot, name, start, count);
  }

  /** Resolves when the picture shows the present parameters. */
  async settled(): Promise<void> {
    await this.ready;
    await this.#running;
  }

  /** The measurements of the present frame, gradient included. */
  async measureNow(): Promise<AttentionMeasurements> {
    await this.settled();
    if (!this.#engine || !this.#frame) throw new Error('The workbench is not ready yet.');
    return this.#engine.measure('present', this.#frame.plan.spec, true);
  }

  destroy(): void {
    this.#disposed = true;
    if (this.#restTimer !== null) clearTimeout(this.#restTimer);
    this.store.destroy();
    this.#engine?.dispose();
  }

  async #start(): Promise<void> {
    await this.#openEngine(this.values.gpu !== 'off');
    try {
      await this.#update();
    } catch {
      // A link whose setting cannot be computed here: the defaults can.
      this.store.reset();
      await this.#update();
    }
  }

  async #openEngine(allowGpu: boolean): Promise<void> {
    const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const engine = await openEngine(attentionPipeline, startWorker, allowGpu);
    this.#engine = engine;
    this.#openedGpu = this.values.gpu;
    this.options.onengine(engine);
    for (const [id, arrays] of this.#assets) engine.setAsset(id, arrays);
    void engine.lost.then(() => this.#recover(engine));
  }

  /** A lost device: a new one (or the CPU), the same parameters, one line. */
  async #recover(lost: Engine<AttentionSpec, AttentionMeasurements>): Promise<void> {
    if (this.#disposed || this.#engine !== lost) return;
    this.#frame = null;
    try {
      await this.#openEngine(this.values.gpu !== 'off');
    } catch {
      await this.#openEngine(false);
    }
    this.#running = null;
    this.#message = { tone: 'info', key: this.#engine?.backend === 'webgpu' ? 'lost' : 'cpuAfterLoss', values: {} };
    await this.#update().catch(() => undefined);
  }

  #bounds() {
    const engine = this.#engine;
    return {
      maxTensorBytes: engine?.maxTensorBytes ?? 2 ** 27,
      maxLength: engine?.backend === 'cpu' ? CPU_MAX_LENGTH : null,
    };
  }

  /** Brings the picture up to date; changes made meanwhile are gathered into one more run. */
  #update(): Promise<void> {
    this.#dirty = true;
    if (this.#running) return this.#running;
    const run: Promise<void> = this.#loop().finally(() => {
      if (this.#running === run) this.#running = null;
    });
    return (this.#running = run);
  }

  async #loop(): Promise<void> {
    await Promise.resolve(); // several changes in one task make one run
    try {
      while (this.#dirty) {
        this.#dirty = false;
        this.#busySince ??= performance.now();
        await this.#compute();
      }
    } catch (error) {
      if (this.#engine?.gpu?.isLost) return; // #recover computes again
      this.#restore(error);
      throw error;
    } finally {
      this.#busySince = null;
    }
    this.#measureSoon();
  }

  async #compute(): Promise<void> {
    if (this.#engine && this.values.gpu !== this.#openedGpu) {
      const before = this.#engine;
      await this.#openEngine(this.values.gpu !== 'off');
      before.dispose();
    }
    const engine = this.#engine;
    if (!engine) return;
    const values = { ...this.values };
    const plan = this.#plan(engine, values);
    await engine.update('present', plan.spec);
    const pinned = await this.#computePinned(engine, values);
    const maps = mapsOf((name) => engine.drawable('present', name));
    this.#frame = { version: ++this.#version, plan, maps, projected: engine.drawable('present', 'projected'), pinned };
    this.#lastGood = values;
    await tick(); // the canvases paint in this flush
  }

  async #computePinned(engine: Engine<AttentionSpec, AttentionMeasurements>, values: WorkbenchValues): Promise<Frame['pinned']> {
    if (!values.compare) {
      engine.drop('pinned');
      return null;
    }
    const pinnedValues = decode(params, values.compare === 'default' ? '' : values.compare).values;
    // Layer and head are chosen for both sides together.
    const plan = this.#plan(engine, { ...pinnedValues, layer: values.layer, head: values.head });
    await engine.update('pinned', plan.spec);
    return { plan, maps: mapsOf((name) => engine.drawable('pinned', name)) };
  }

  #plan(engine: Engine<AttentionSpec, AttentionMeasurements>, values: WorkbenchValues): Plan {
    const plan = planOf(values, this.#file, this.#bounds());
    if (plan.spec.input.kind === 'mine' && this.#file) this.#loadLayer(engine, this.#file, plan.layer);
    return plan;
  }

  readonly #assets = new Map<string, Readonly<Record<string, Float32Array>>>();

  #loadLayer(engine: Engine<AttentionSpec, AttentionMeasurements>, { file, id }: OpenFile, layer: number): void {
    const name = `${id}/${layer}`;
    if (this.#assets.has(name)) return;
    const { q, k, v, scores, weights } = layerOf(file, layer);
    const masked = scores?.map((score) => Math.max(score, MASKED)); // −∞ is "no cell" here
    const arrays = Object.fromEntries(Object.entries({ q, k, v, scores: masked, weights }).filter(([, array]) => array)) as Record<string, Float32Array>;
    this.#assets.set(name, arrays);
    engine.setAsset(name, arrays);
  }

  #dropAssets(): void {
    for (const name of this.#assets.keys()) this.#engine?.setAsset(name, null);
    this.#assets.clear();
  }

  /** Goes back to the last setting that could be computed, and says why. */
  #restore(error: unknown): void {
    this.#message = messageOf(error);
    const good = this.#lastGood;
    const stillTyping = error instanceof PlanError && error.remark.key === 'emptyText';
    if (!good || !this.#frame || stillTyping) return;
    this.#dirty = false;
    this.store.set(good as Values<typeof params>, 'drag');
  }

  #measureSoon(): void {
    if (this.#restTimer !== null) clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => void this.#measure(true), REST);
    if (!this.#measuring) void this.#measure(false);
  }

  /** Takes the figures of the frame on screen. `full`: the gradient and large heads too. */
  #measure(full: boolean): Promise<void> {
    const run = async () => {
      const engine = this.#engine;
      const frame = this.#frame;
      if (!engine || !frame) return;
      try {
        const cells = frame.plan.m * frame.plan.n;
        const [measurements, head, facts] = await Promise.all([
          engine.measure('present', frame.plan.spec, full),
          cells <= (full ? READABLE_CELLS : EAGER_CELLS) ? this.#readHead(engine, frame) : null,
          full && cells * frame.plan.spec.heads <= READABLE_CELLS ? this.#readFacts(engine, frame) : null,
        ]);
        if (this.#engine !== engine) return;
        const kept = this.#measurements;
        if (kept && this.#measuredVersion !== frame.version) this.#trail = [...this.#trail.slice(1 - TRAIL), kept];
        this.#measuredVersion = frame.version;
        // Between two full measurements the last gradient stays on its meter rather than blinking.
        this.#measurements = full || !kept ? measurements : { ...measurements, gradientMean: kept.gradientMean, gradientMedian: kept.gradientMedian };
        if (head) this.#head = head;
        if (full) this.#facts = facts;
        this.#stageTimes = engine.stageTimes;
      } catch (error) {
        if (!engine.gpu?.isLost && this.#frame === frame) this.report(error);
      }
    };
    const previous = this.#measuring ?? Promise.resolve();
    const done: Promise<void> = previous.then(run).finally(() => {
      if (this.#measuring === done) this.#measuring = null;
    });
    return (this.#measuring = done);
  }

  async #readFacts(engine: Engine<AttentionSpec, AttentionMeasurements>, { plan }: Frame): Promise<HeadFacts> {
    const weights = await engine.read('present', 'weights');
    const cells = plan.m * plan.n;
    const badges = Array.from({ length: plan.spec.heads }, (_, head) => badgeOf(weights.subarray(head * cells, (head + 1) * cells), plan.m, plan.n));
    const { input } = plan.spec;
    const own = input.kind === 'mine' && (input.has.qk || input.has.scores) ? this.#assets.get(input.asset)?.weights : undefined;
    const agreement = own ? weights.reduce((most, weight, index) => Math.max(most, Math.abs(weight - own[index]!)), 0) : null;
    return { badges, agreement };
  }

  async #readHead(engine: Engine<AttentionSpec, AttentionMeasurements>, { plan, version, maps }: Frame): Promise<HeadValues> {
    const names = STAGES.filter((stage) => maps[stage]);
    const arrays = await Promise.all(
      names.map((name) => {
        const [, rows, cols] = maps[name]!.shape as [number, number, number];
        return engine.read('present', name, plan.head * rows * cols, rows * cols);
      }),
    );
    const stages: Partial<Record<StageName, Float32Array>> = {};
    names.forEach((name, index) => (stages[name] = arrays[index]));
    return { version, stages };
  }
}

const badLink = (problems: readonly { readonly name: string; readonly given: string }[]): Message => ({
  tone: 'warn',
  key: 'badLink',
  values: { parts: problems.map(({ name, given }) => (given.length > 24 ? `${name}=${given.slice(0, 23)}…` : `${name}=${given}`)).join(', ') },
});

function messageOf(error: unknown): Message {
  if (error instanceof PlanError) return { tone: 'warn', ...error.remark };
  return { tone: 'warn', key: 'error', values: { text: error instanceof Error ? error.message : String(error) }, cause: error };
}
