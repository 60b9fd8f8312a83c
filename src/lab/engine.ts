import { Gpu, NoGpuError, type MemoryUse } from '../gpu';
import { gpuOps, sizeOf, type GpuTensor, type Ops } from '../ops';
import type { Drawable, Engine } from './engine-types';
import { markFirstWeights } from './first-picture';
import type { Assets, Pipeline } from './pipeline';
import { StageCache } from './stage-cache';
import { openWorkerEngine } from './worker-engine';

/**
 * Opens the GPU, or the CPU mode with the reason where there is no GPU.
 * @param startWorker makes the exhibit's worker; called in CPU mode only
 * @param allowGpu false forces CPU mode
 */
export async function openEngine<Spec, Measurements>(
  pipeline: Pipeline<Spec, Measurements>,
  startWorker: () => Worker,
  allowGpu: boolean,
): Promise<Engine<Spec, Measurements>> {
  if (!allowGpu) return openWorkerEngine(startWorker(), 'disabled');
  try {
    return new GpuEngine(pipeline, await sharedGpu());
  } catch (error) {
    if (error instanceof NoGpuError) return openWorkerEngine(startWorker(), error.reason);
    throw error;
  }
}

let opened: Promise<Gpu> | null = null;

/**
 * One device for the whole page: its pipelines and buffers outlive an exhibit, so that the next one starts warm, and small
 * live pictures beside each other do not open a device each. A lost one makes room for the next.
 */
function sharedGpu(): Promise<Gpu> {
  if (opened) return opened;
  const opening = Gpu.open();
  const forget = () => {
    if (opened === opening) opened = null;
  };
  opening.then((gpu) => gpu.lost.then(forget), forget);
  return (opened = opening);
}

class GpuEngine<Spec, Measurements> implements Engine<Spec, Measurements> {
  readonly backend = 'webgpu';
  readonly noGpu = null;
  readonly #ops;
  readonly #assets = new Map<string, Readonly<Record<string, Float32Array>>>();
  /** What running measurements read: it is not freed under them, or its buffers would be written as other tensors. */
  readonly #measured = new Set<ReadonlySet<GpuTensor['buffer']>>();
  readonly #held: GpuTensor[] = [];
  readonly #slots = new Map<string, { cache: StageCache<GpuTensor>; tensors: Record<string, GpuTensor> }>();

  constructor(
    private readonly pipeline: Pipeline<Spec, Measurements>,
    readonly gpu: Gpu,
  ) {
    this.#ops = gpuOps(gpu);
    gpu.timing = gpu.canTime;
    gpu.clearStageTimes();
    gpu.forgetKernels();
  }

  get facts() {
    return this.gpu.facts;
  }
  get lost() {
    return this.gpu.lost;
  }
  get maxTensorBytes() {
    return Math.min(this.gpu.limits.maxStorageBufferBindingSize, this.gpu.limits.maxBufferSize);
  }
  kernelsRun() {
    return this.gpu.kernelsRun;
  }
  get stageTimes() {
    return this.gpu.stageTimes;
  }

  setAsset(name: string, arrays: Readonly<Record<string, Float32Array>> | null): void {
    if (arrays) this.#assets.set(name, arrays);
    else this.#assets.delete(name);
  }

  async update(slot: string, spec: Spec): Promise<void> {
    let state = this.#slots.get(slot);
    if (!state) this.#slots.set(slot, (state = { cache: new StageCache({ free: (...tensors) => this.#free(tensors) }), tensors: {} }));
    // What is on screen has a peak of its own, from the run that first computes it; another head of it is no other setting.
    const { made } = state.cache;
    const keepPeak = slot === 'present' ? this.gpu.beginMemoryPeak() : null;
    try {
      state.tensors = this.pipeline.run(this.#ops, state.cache, spec, this.#assets as Assets);
      if (state.cache.made === made) keepPeak?.();
      state.cache.sweep();
      await this.gpu.flush();
      markFirstWeights(this.gpu.device.queue.onSubmittedWorkDone());
    } catch (error) {
      // A half-made run, or one whose commands were never submitted, must not be mistaken for a whole one.
      state.cache.clear();
      state.tensors = {};
      throw error;
    }
  }

  slots(): readonly string[] {
    return [...this.#slots.keys()];
  }

  names(slot: string): readonly string[] {
    return Object.keys(this.#slots.get(slot)?.tensors ?? {});
  }

  drawable(slot: string, name: string): Drawable | null {
    const tensor = this.#slots.get(slot)?.tensors[name];
    return tensor ? { shape: tensor.shape, tensor, data: null } : null;
  }

  async read(slot: string, name: string, start = 0, count?: number): Promise<Float32Array> {
    const tensor = this.#slots.get(slot)?.tensors[name];
    if (!tensor) throw new Error(`There is no tensor "${name}" to read at this setting.`);
    const bytes = 4 * (count ?? sizeOf(tensor.shape) - start);
    return new Float32Array(await this.gpu.read(tensor.buffer, bytes, 4 * start));
  }

  measure(slot: string, spec: Spec, full: boolean): Promise<Measurements> {
    return this.borrow(slot, (ops, tensors) => this.pipeline.measure(ops, tensors, spec, full));
  }

  async borrow<R>(slot: string, body: (ops: Ops<GpuTensor>, tensors: Readonly<Record<string, GpuTensor>>) => Promise<R>): Promise<R> {
    const tensors = this.#slots.get(slot)?.tensors ?? {};
    const read = new Set(Object.values(tensors).map(({ buffer }) => buffer));
    this.#measured.add(read);
    try {
      return await body(this.#ops, tensors);
    } finally {
      this.#measured.delete(read);
      this.#free(this.#held.splice(0));
    }
  }

  drop(slot: string): void {
    this.#slots.get(slot)?.cache.clear();
    this.#slots.delete(slot);
  }

  finish(): Promise<void> {
    return this.gpu.finish();
  }

  memory(): MemoryUse {
    return this.gpu.memory();
  }

  dispose(): void {
    for (const slot of this.slots()) this.drop(slot);
  }

  #free(tensors: readonly (GpuTensor | null | undefined)[]): void {
    for (const tensor of tensors) {
      if (!tensor) continue;
      if ([...this.#measured].some((read) => read.has(tensor.buffer))) this.#held.push(tensor);
      else this.#ops.free(tensor);
    }
  }
}
