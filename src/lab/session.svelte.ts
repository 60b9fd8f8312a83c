import { tick } from 'svelte';
import type { KernelName } from '../gpu';
import { openEngine } from './engine';
import { CPU_MAX_LENGTH, type Drawable, type Engine } from './engine-types';
import { FIRST_PICTURE } from './first-picture';
import { ParamStore, type HistoryMode } from './location.svelte';
import type { ParamTable } from './exhibit';
import { checkChange, type Values } from './params';
import { Pacing } from './pacing';
import type { Pipeline } from './pipeline';
import { PlanError, type Bounds, type Remark } from './plan';

/** Something the visitor is told: a remark, a part of the link that could not be used, or an error that speaks for itself. */
export type Message = (
  | { readonly kind: 'remark'; readonly tone: 'info' | 'warn'; readonly remark: Remark }
  | { readonly kind: 'badLink'; readonly tone: 'warn'; readonly parts: string }
  | { readonly kind: 'lost'; readonly tone: 'info'; readonly backend: 'webgpu' | 'cpu' }
  | { readonly kind: 'error'; readonly tone: 'warn'; readonly cause: unknown }
) & {
  /** The link asked for what cannot be computed, and its defaults are shown instead. */
  readonly defaults?: true;
};

/** One setting worked out: what each slot computes. The first slot is the one on screen and measured. */
export interface SlotSpecs<Spec> {
  readonly present: Spec;
  readonly [slot: string]: Spec;
}

/** What is on screen: a plan and where its tensors are. Replaced whole at every change. */
export interface BaseFrame<Plan> {
  /** Grows by one with every frame; pictures redraw when it changes. */
  readonly version: number;
  readonly plan: Plan;
  /** The tensors of the first slot without what no one sees while a hand drags; empty once it rests. */
  readonly partial: readonly string[];
  /** A tensor of a slot, or null where the setting has none. */
  readonly drawable: (name: string, slot?: string) => Drawable | null;
}

/** A plan for one frame of a drag. */
interface Draft<Plan> {
  readonly plan: Plan;
  /** The tensors of the first slot that are not computed whole. */
  readonly partial: readonly string[];
}

/** Bytes of a setting's tensors beyond which a page is asking too much of a computer that has other things to do. */
const MOST_BYTES = 1.5 * 2 ** 30;

/** Past readings that a meter shows. */
const TRAIL = 12;

/** What an exhibit brings to the session. */
export interface SessionParts<R extends ParamTable, Spec, Measurements, Plan> {
  readonly slug: string;
  readonly params: R;
  readonly pipeline: Pipeline<Spec, Measurements>;
  readonly startWorker: () => Worker;
  /** Works a setting out. @throws PlanError when it cannot be computed */
  readonly plan: (values: Readonly<Values<R>>, bounds: Bounds) => Plan;
  /**
   * The same for one frame of a drag, without what no one sees of it, and the tensors that are then incomplete; null where
   * nothing can be left out. Once the hand rests, or one of them is read, the setting is computed whole.
   */
  readonly draft?: (plan: Plan, values: Readonly<Values<R>>) => Draft<Plan> | null;
  /** The specs of a plan, by slot. */
  readonly slots: (plan: Plan) => SlotSpecs<Spec>;
  /** Called with every engine that is opened, before its first run. */
  readonly onengine?: (engine: Engine<Spec, Measurements>) => void;
  /** More to read back with the measurements; its result is the exhibit's to keep. */
  readonly onmeasure?: (frame: BaseFrame<Plan>, engine: Engine<Spec, Measurements>, full: boolean) => Promise<void>;
  /** False forces the CPU twins. */
  readonly allowGpu?: (values: Readonly<Values<R>>) => boolean;
  /** Keeps between two full measurements what only those bring. */
  readonly merge?: (light: Measurements, before: Measurements) => Measurements;
}

/**
 * What a frame has to draw, fixed as it was when the frame was made: parameters change, and the page with them, while the
 * engine is already at work on the next frame, whose setting may lack a tensor or give it another shape. Of a tensor that the
 * next frame has in the same shape, the newest is drawn.
 */
function drawables(engine: Pick<Engine<unknown, unknown>, 'names' | 'drawable'>, slots: readonly string[]): BaseFrame<unknown>['drawable'] {
  const made = new Map(slots.map((slot) => [slot, new Map(engine.names(slot).map((name) => [name, engine.drawable(slot, name)!]))]));
  return (name, slot = 'present') => {
    const first = made.get(slot)?.get(name);
    if (!first) return null;
    const newest = engine.drawable(slot, name);
    return newest?.shape.length === first.shape.length && newest.shape.every((extent, axis) => extent === first.shape[axis]) ? newest : first;
  };
}

/**
 * What every exhibit does: address → parameters → plan → engine → frame, then measurements. A change of parameters goes
 * through `set`; the pictures redraw when `frame` is replaced, the meters when `measurements` is. A lost device is replaced
 * and the view computed again; a setting that cannot be computed leaves the present view and a message.
 */
export class Session<R extends ParamTable, Spec, Measurements, Plan> {
  readonly store: ParamStore<R>;
  /** Resolves when the first frame is drawn. */
  readonly ready: Promise<void>;

  #engine = $state.raw<Engine<Spec, Measurements> | null>(null);
  #frame = $state.raw<BaseFrame<Plan> | null>(null);
  #measurements = $state.raw<Measurements | null>(null);
  #trail = $state.raw<readonly Measurements[]>([]);
  #message = $state.raw<Message | null>(null);
  #stageTimes = $state.raw<Readonly<Record<string, number>> | null>(null);
  #busySince = $state<number | null>(null);
  #running: Promise<void> | null = null;
  readonly #pacing = new Pacing((full) => this.#measureFrame(full));
  #dirty = false;
  /** The change that is computed next is a hand's that drags. */
  #draft = false;
  #version = 0;
  #measuredVersion = 0;
  /** Version of the frame whose dear figures are in. */
  #settledVersion = $state(0);
  #lastGood: Values<R> | null = null;
  #withGpu = true;
  #disposed = false;

  constructor(protected readonly parts: SessionParts<R, Spec, Measurements, Plan>) {
    this.store = new ParamStore(parts.params, parts.slug);
    this.#tellProblems();
    this.store.onchange(() => {
      // What the setting before could not do says nothing about this one.
      if (this.#message?.kind === 'remark') this.#message = null;
      this.#tellProblems();
      this.update().catch(() => undefined); // the message says what went wrong
    });
    this.ready = this.#start();
  }

  get values(): Readonly<Values<R>> {
    return this.store.values;
  }
  get engine() {
    return this.#engine;
  }
  get frame(): BaseFrame<Plan> | null {
    return this.#frame;
  }
  get measurements(): Measurements | null {
    return this.#measurements;
  }
  /** The measurements once all of them belong to the picture on screen; null for the moment until then. */
  get settledMeasurements(): Measurements | null {
    return this.#frame && this.#settledVersion === this.#frame.version ? this.#measurements : null;
  }
  /** The measurements before the present ones, the latest last: what the meters leave as a trail. */
  get trail(): readonly Measurements[] {
    return this.#trail;
  }
  get message(): Message | null {
    return this.#message;
  }
  get stageTimes() {
    return this.#stageTimes;
  }
  /** The kernels that ran so far, in the order of their first time; none in CPU mode. */
  get kernelsRun(): readonly KernelName[] {
    // The engine's list grows with frames and with measurements.
    void this.#frame;
    void this.#measurements;
    return this.#engine?.kernelsRun() ?? [];
  }
  /** When the computation on hand began (performance.now()), or null. */
  get busySince(): number | null {
    return this.#busySince;
  }
  get bounds(): Bounds {
    const engine = this.#engine;
    return { maxTensorBytes: engine?.maxTensorBytes ?? 2 ** 27, maxTotalBytes: MOST_BYTES, maxLength: engine?.backend === 'cpu' ? CPU_MAX_LENGTH : null, subgroups: engine?.facts?.features.includes('subgroups') ?? true };
  }

  dismiss(): void {
    this.#message = null;
  }

  /** Reports a failure, such as a file that cannot be read. */
  report(cause: unknown): void {
    this.#message = cause instanceof PlanError ? { kind: 'remark', tone: 'warn', remark: cause.remark } : { kind: 'error', tone: 'warn', cause };
  }

  /** Changes parameters; the picture follows in the same frame where nothing has to be compiled. */
  set(change: Partial<Values<R>>, mode: HistoryMode = 'push'): void {
    this.#draft = mode === 'drag';
    this.store.set(change, mode);
  }

  /**
   * Changes parameters from outside; resolves when drawn.
   * @throws Error with one sentence for an unknown name, a value out of range, or PlanError for what cannot be computed
   */
  async setChecked(change: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ready;
    const checked = checkChange(this.parts.params, change);
    this.parts.plan({ ...this.values, ...checked } as Values<R>, this.bounds);
    this.#draft = false;
    this.store.set(checked);
    this.store.flush(); // whoever awaits this may read the address, or reload
    await this.update();
    await this.#engine?.finish();
  }

  /** Resolves when the picture shows the present parameters. */
  async settled(): Promise<void> {
    await this.ready;
    await this.#running;
  }

  /** Values of a tensor of the frame on screen; while the next one is being computed, of that. */
  async read(name: string, slot = 'present', start?: number, count?: number): Promise<Float32Array> {
    // A hand that drags on may bring another change, or another draft, meanwhile.
    for (;;) {
      if (this.#running) await this.#running.catch(() => undefined); // what went wrong is told by the message
      else if (slot === 'present' && this.#frame?.partial.includes(name)) await this.update();
      else break;
    }
    if (!this.#engine) throw new Error('The experiment is not ready yet.');
    return this.#engine.read(slot, name, start, count);
  }

  /** The measurements of the present frame, the dear ones included. */
  async measureNow(): Promise<Measurements> {
    await this.settled();
    while (this.#frame && this.#frame.partial.length > 0) await this.update();
    if (!this.#engine || !this.#frame) throw new Error('The experiment is not ready yet.');
    return this.#engine.measure('present', this.parts.slots(this.#frame.plan).present, true);
  }

  /** Brings the picture up to date; changes made meanwhile are gathered into one more run. */
  update(): Promise<void> {
    this.#dirty = true;
    if (this.#running) return this.#running;
    const run: Promise<void> = this.#loop().finally(() => {
      if (this.#running === run) this.#running = null;
    });
    return (this.#running = run);
  }

  destroy(): void {
    this.#disposed = true;
    this.#pacing.stop();
    this.store.destroy();
    this.#engine?.dispose();
  }

  #allowsGpu(): boolean {
    return this.parts.allowGpu?.(this.values) ?? true;
  }

  async #start(): Promise<void> {
    await Promise.resolve(); // a subclass finishes its constructor first
    await this.#open(this.#allowsGpu());
    try {
      await this.update();
    } catch (error) {
      // A link whose setting cannot be computed here: the defaults can, on what the link asks for.
      const { gpu } = this.values as { gpu?: unknown };
      this.store.reset();
      if (gpu !== undefined) this.set({ gpu } as unknown as Partial<Values<R>>, 'replace');
      await this.update();
      this.report(error);
      if (this.#message) this.#message = { ...this.#message, defaults: true };
    }
    performance.mark(FIRST_PICTURE);
  }

  async #open(withGpu: boolean): Promise<void> {
    this.#withGpu = withGpu;
    const engine = await openEngine(this.parts.pipeline, this.parts.startWorker, withGpu);
    this.#engine = engine;
    this.parts.onengine?.(engine);
    void engine.lost.then(() => this.#recover(engine));
  }

  /** A lost device: a new one (or the CPU), the same parameters, one line. */
  async #recover(lost: Engine<Spec, Measurements>): Promise<void> {
    if (this.#disposed || this.#engine !== lost) return;
    this.#frame = null;
    try {
      await this.#open(true);
    } catch {
      await this.#open(false);
    }
    this.#running = null;
    this.#message = { kind: 'lost', tone: 'info', backend: this.#engine!.backend };
    await this.update().catch(() => undefined);
  }

  async #loop(): Promise<void> {
    await Promise.resolve(); // several changes in one task make one run
    const engine = this.#engine;
    try {
      while (this.#dirty) {
        this.#dirty = false;
        this.#busySince ??= performance.now();
        await this.#compute();
      }
    } catch (error) {
      if (engine?.gpu?.isLost) return; // #recover computes again
      this.#restore(error);
      this.#pacing.frame(); // the frame that stays may have waited for its figures
      throw error;
    } finally {
      this.#busySince = null;
    }
    this.#pacing.frame();
  }

  async #compute(): Promise<void> {
    if (this.#engine && this.#allowsGpu() !== this.#withGpu) {
      const before = this.#engine;
      this.#frame = null;
      await this.#open(this.#allowsGpu());
      before.dispose();
    }
    const engine = this.#engine;
    if (!engine) return;
    const values = { ...this.values };
    const whole = this.parts.plan(values, this.bounds);
    const draft = this.#draft ? (this.parts.draft?.(whole, values) ?? null) : null;
    this.#draft = false;
    const { plan, partial } = draft ?? { plan: whole, partial: [] };
    const specs = this.parts.slots(plan);
    for (const slot of engine.slots()) if (!(slot in specs)) engine.drop(slot);
    for (const [slot, spec] of Object.entries(specs)) await engine.update(slot, spec);
    // The first frame brings a page full of panels: on a device that is this computer's own CPU, they would hold it up.
    if (!this.#lastGood) await engine.finish();
    this.#frame = { version: ++this.#version, plan, partial, drawable: drawables(engine, Object.keys(specs)) };
    this.#lastGood = values;
    await tick(); // the canvases paint in this flush
  }

  /** Goes back to the last setting that could be computed, and says why; the field that is typed in speaks for itself. */
  #restore(error: unknown): void {
    if (error instanceof PlanError && error.keep) return;
    this.report(error);
    if (!this.#lastGood || !this.#frame) return;
    this.#dirty = false;
    const message = this.#message;
    this.store.set(this.#lastGood as Partial<Values<R>>, 'replace');
    this.#message = message;
  }

  /** Measures the frame on screen; null where a frame is on its way, which has a measurement of its own. */
  #measureFrame(full: boolean): Promise<void> | null {
    // Half of the tensors may be the next frame's already, or gone.
    if (this.#running || !this.#engine || !this.#frame || this.#disposed) return null;
    if (!full || this.#frame.partial.length === 0) return this.#measure(this.#engine, this.#frame, full);
    this.update().catch(() => undefined); // the message says what went wrong
    return null;
  }

  async #measure(engine: Engine<Spec, Measurements>, frame: BaseFrame<Plan>, full: boolean): Promise<void> {
    try {
      const [measurements] = await Promise.all([
        engine.measure('present', this.parts.slots(frame.plan).present, full),
        this.parts.onmeasure?.(frame, engine, full),
      ]);
      if (this.#engine !== engine) return;
      const before = this.#measurements;
      if (before && this.#measuredVersion !== frame.version) this.#trail = [...this.#trail.slice(1 - TRAIL), before];
      this.#measuredVersion = frame.version;
      if (full) this.#settledVersion = frame.version;
      this.#measurements = full || !before || !this.parts.merge ? measurements : this.parts.merge(measurements, before);
      this.#stageTimes = engine.stageTimes;
    } catch (error) {
      if (!engine.gpu?.isLost && !this.#disposed && this.#frame === frame) this.report(error);
    }
  }

  #tellProblems(): void {
    const { problems } = this.store;
    if (problems.length === 0) return;
    const short = (text: string) => (text.length > 24 ? `${text.slice(0, 23)}…` : text);
    this.#message = { kind: 'badLink', tone: 'warn', parts: problems.map(({ name, given }) => `${name}=${short(given)}`).join(', ') };
  }
}
