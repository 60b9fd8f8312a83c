import { requestDevice, type AdapterFacts } from './device';
import { DeviceLimitError, DeviceLostError } from './errors';
import { BindGroups } from './bind-groups';
import { foldGrid, packUniforms, type Command, type Dispatch, type KernelName } from './commands';
import { encode, type UniformArena } from './encode';
import { kernelOn } from './kernel';
import { BufferPool, type MemoryUse, type PooledBuffer } from './pool';
import { StageTimer } from './timing';

export type { Dispatch, KernelName } from './commands';

const UNIFORM_ARENA_BYTES = 1 << 16;
const POOL_CAP_BYTES = 256 * 2 ** 20;

/**
 * A device and everything that is kept with it. Calls only record; `flush` encodes what was recorded, in order, into one
 * encoder and one submit. Pipelines compile in the background: a flush that needs one still compiling waits for it, and
 * the flushes behind it wait their turn.
 */
export class Gpu {
  readonly limits: GPUSupportedLimits;
  /** Resolves with the reason when the device is gone (never rejects). */
  readonly lost: Promise<string>;
  readonly #pool: BufferPool;
  readonly #timer: StageTimer | null;
  readonly #arena: UniformArena;
  readonly #bindGroups: BindGroups;
  readonly #largest: number;
  #commands: Command[] = [];
  #stage = '';
  #tail: Promise<void> | null = null;
  #readers: ((flushed: Promise<void>) => void)[] = [];
  #lostReason: string | null = null;
  readonly #ran = new Set<KernelName>();
  readonly #compiling = new Set<Promise<void>>();
  readonly #refused = new Set<KernelName>();
  /** Per-stage timestamps cost a pass each, so they are taken only when somebody looks at them. */
  timing = false;

  constructor(
    readonly device: GPUDevice,
    readonly facts: AdapterFacts,
  ) {
    this.limits = device.limits;
    this.#largest = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    this.#pool = new BufferPool(device, POOL_CAP_BYTES, (buffer) => this.#commands.push({ kind: 'destroy', buffer }), this.#largest);
    this.#timer = StageTimer.on(device);
    const buffer = device.createBuffer({
      label: 'gpu/uniforms',
      size: UNIFORM_ARENA_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#arena = { buffer, bytes: new Uint8Array(UNIFORM_ARENA_BYTES), alignment: Math.max(256, device.limits.minUniformBufferOffsetAlignment) };
    this.#bindGroups = new BindGroups(device, buffer);
    this.lost = device.lost.then((info) => (this.#lostReason = info.message || info.reason));
  }

  /** Opens the visitor's GPU. @throws NoGpuError when there is none. */
  static async open(): Promise<Gpu> {
    const { device, facts } = await requestDevice();
    return new Gpu(device, facts);
  }

  get isLost(): boolean {
    return this.#lostReason !== null;
  }

  has(feature: GPUFeatureName): boolean {
    return this.device.features.has(feature);
  }

  /** A storage buffer of `bytes` bytes with undefined content. @throws DeviceLimitError beyond what the device can bind. */
  allocate(bytes: number, label: string): PooledBuffer {
    if (bytes > this.#largest) throw new DeviceLimitError(label, bytes, this.#largest);
    return this.#pool.acquire(bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST, label);
  }

  release(buffer: PooledBuffer): void {
    this.#pool.release(buffer);
  }

  memory(): MemoryUse {
    return { ...this.#pool.use(), bindGroups: this.#bindGroups.size };
  }

  /** Begins the peak of `memory()` anew; the returned function takes that back. */
  beginMemoryPeak(): () => void {
    return this.#pool.beginPeak();
  }

  /** Commands recorded inside `body` belong to `stage` in the timings; stages do not nest. */
  stage<R>(stage: string, body: () => R): R {
    this.#stage = stage;
    try {
      return body();
    } finally {
      this.#stage = '';
    }
  }

  /** Milliseconds of each stage when it last ran, or null where the device has no timestamps. */
  get stageTimes(): Readonly<Record<string, number>> | null {
    return this.#timer?.last ?? null;
  }

  /** Milliseconds of one stage when it last ran, which are then forgotten; undefined while they are not read. */
  takeStageTime(stage: string): number | undefined {
    return this.#timer?.take(stage);
  }

  /** Forgets the stage times, before another exhibit's stages run. */
  clearStageTimes(): void {
    this.#timer?.clear();
  }

  /** The kernels that were dispatched, in the order of their first time, since `forgetKernels`. */
  get kernelsRun(): readonly KernelName[] {
    return [...this.#ran];
  }

  /** Forgets which kernels ran, before another exhibit's stages run. */
  forgetKernels(): void {
    this.#ran.clear();
  }

  get canTime(): boolean {
    return this.#timer !== null;
  }

  /** Records an upload. The data is copied only at the flush, so it must not change before. */
  write(buffer: PooledBuffer, data: ArrayBufferView<ArrayBuffer>): void {
    this.#commands.push({ kind: 'write', buffer, data });
  }

  /** Records a fill with zero bytes. */
  clear(buffer: PooledBuffer, bytes: number): void {
    this.#commands.push({ kind: 'clear', buffer, bytes });
  }

  /**
   * Whether a kernel's pipeline is compiled, so that a dispatch of it waits for nothing. One that is not begins to compile, in
   * the background; `compiled` tells when it has. One that the device refuses is never ready, and not asked for again.
   */
  isReady(name: KernelName, overrides: Readonly<Record<string, number>>): boolean {
    if (this.#refused.has(name)) return false;
    const pipeline = kernelOn(this.device, name).pipeline(overrides);
    if (!(pipeline instanceof Promise)) return true;
    const compiling = pipeline.then(() => undefined, () => void this.#refused.add(name)).finally(() => this.#compiling.delete(compiling));
    this.#compiling.add(compiling);
    return false;
  }

  /** Resolves when no pipeline that `isReady` began is compiling any more. */
  async compiled(): Promise<void> {
    while (this.#compiling.size > 0) await Promise.all(this.#compiling);
  }

  /** Records one dispatch. @throws when a grid is too large for the device. */
  run<K extends KernelName>(name: K, dispatch: Dispatch<K>): void {
    const kernel = kernelOn(this.device, name);
    this.#ran.add(name);
    const overrides = (dispatch.overrides ?? {}) as Readonly<Record<string, number>>;
    this.#commands.push({
      kind: 'dispatch',
      kernel,
      pipeline: kernel.pipeline(overrides),
      overrides,
      bindings: dispatch.bindings as Readonly<Record<string, PooledBuffer>>,
      uniforms: packUniforms(kernel, dispatch.uniforms as Readonly<Record<string, number | readonly number[]>>),
      workgroups: foldGrid(name, dispatch.workgroups),
      stage: this.#stage,
    });
  }

  /**
   * Encodes and submits what was recorded, at once when every pipeline is ready.
   * @throws KernelError when a shader does not compile, DeviceLostError when the device is gone.
   */
  flush(): Promise<void> {
    const flushed = this.#flush();
    for (const resolve of this.#readers.splice(0)) resolve(flushed);
    return flushed;
  }

  /** Resolves when no flush waits for its pipelines any more. */
  async submitted(): Promise<void> {
    await this.#tail?.catch(() => undefined);
  }

  /** Flushes at the end of the present task, so that what is asked for together shares one submit. */
  #flushSoon(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#readers.push(resolve) > 1) return;
      queueMicrotask(() => {
        if (this.#readers.length > 0) void this.flush();
      });
    });
  }

  #flush(): Promise<void> {
    const commands = this.#commands;
    this.#commands = [];
    if (this.#lostReason !== null) return Promise.reject(new DeviceLostError(this.#lostReason));
    const waiting = commands.flatMap((command) =>
      command.kind === 'dispatch' && command.pipeline instanceof Promise ? [command.pipeline] : [],
    );
    const submit = () => this.#submit(commands);
    if (this.#tail === null && waiting.length === 0) return new Promise((resolve) => resolve(submit()));
    const before = this.#tail ?? Promise.resolve();
    const done: Promise<void> = before
      .catch(() => undefined)
      .then(() => Promise.all(waiting))
      .then(submit, (error: unknown) => {
        this.#retire(commands);
        throw error;
      });
    this.#tail = done;
    const settle = () => {
      if (this.#tail === done) this.#tail = null;
    };
    done.then(settle, settle);
    return done;
  }

  /** Flushes and resolves when the GPU has finished everything submitted so far. */
  async finish(): Promise<void> {
    await this.flush();
    await this.device.queue.onSubmittedWorkDone();
  }

  /** Copies `bytes` bytes of a buffer, as they are now, to JavaScript. Flushes what was recorded at the end of the task. */
  async read(buffer: PooledBuffer, bytes: number, offset = 0): Promise<ArrayBuffer> {
    const size = Math.ceil(bytes / 4) * 4;
    const staging = this.#pool.acquire(size, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ, 'gpu/staging');
    try {
      this.#commands.push({ kind: 'copy', from: buffer.buffer, fromOffset: offset, to: staging.buffer, bytes: size });
      await this.#flushSoon();
      await staging.buffer.mapAsync(GPUMapMode.READ, 0, size);
      const copy = staging.buffer.getMappedRange(0, size).slice(0, bytes);
      staging.buffer.unmap();
      return copy;
    } catch (error) {
      if (this.#lostReason !== null) throw new DeviceLostError(this.#lostReason);
      throw error;
    } finally {
      this.#pool.release(staging);
    }
  }

  destroy(): void {
    this.device.destroy();
  }

  #submit(commands: readonly Command[]): void {
    encode({ device: this.device, arena: this.#arena, bindGroups: this.#bindGroups, timer: this.#timer, timing: this.timing }, commands);
    this.#retire(commands);
  }

  /** Destroys what fell out of the pool while `commands` were recorded. */
  #retire(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.kind !== 'destroy') continue;
      this.#bindGroups.drop(command.buffer);
      command.buffer.buffer.destroy();
    }
  }
}
