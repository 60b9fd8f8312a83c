import { requestDevice, type AdapterFacts } from './device';
import { DeviceLimitError, DeviceLostError } from './errors';
import { kernelOn, type Kernel } from './kernel';
import { writeStruct, type KernelTable } from './layout';
import { BufferPool, type MemoryUse, type PooledBuffer } from './pool';
import { StageTimer } from './timing';

export type KernelName = keyof KernelTable;

/** One dispatch: buffers by the names of the WGSL variables, uniform fields by theirs. */
export interface Dispatch<K extends KernelName> {
  readonly bindings: Readonly<Record<KernelTable[K]['bindings'], PooledBuffer>>;
  readonly uniforms: Readonly<Record<KernelTable[K]['uniforms'], number | readonly number[]>>;
  readonly overrides?: Readonly<Partial<Record<KernelTable[K]['overrides'], number>>>;
  /** Number of workgroups; a single number beyond 65 535 is folded over y and z (see shaders/lib/grid.wgsl). */
  readonly workgroups: number | readonly [number, number, number];
}

type Command =
  | {
      readonly kind: 'dispatch';
      readonly kernel: Kernel;
      readonly pipeline: GPUComputePipeline | Promise<GPUComputePipeline>;
      readonly overrides: Readonly<Record<string, number>>;
      readonly buffers: readonly PooledBuffer[];
      readonly bindGroup: () => GPUBindGroup;
      readonly uniforms: ArrayBuffer | null;
      readonly workgroups: readonly [number, number, number];
      readonly stage: string;
    }
  | { readonly kind: 'write'; readonly buffer: PooledBuffer; readonly data: ArrayBufferView<ArrayBuffer> }
  | { readonly kind: 'clear'; readonly buffer: PooledBuffer; readonly bytes: number }
  | { readonly kind: 'copy'; readonly from: GPUBuffer; readonly fromOffset: number; readonly to: GPUBuffer; readonly bytes: number }
  | { readonly kind: 'destroy'; readonly buffer: PooledBuffer };

const UNIFORM_ARENA_BYTES = 1 << 16;
const POOL_CAP_BYTES = 256 * 2 ** 20;
const MAX_WORKGROUPS = 65_535;
/** A step uses some twenty. Which buffers meet in a kernel varies without end while sizes change, so the least recently used go. */
const MAX_BIND_GROUPS = 1024;

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
  readonly #arena: GPUBuffer;
  readonly #arenaBytes = new Uint8Array(UNIFORM_ARENA_BYTES);
  readonly #bindGroups = new Map<string, { readonly group: GPUBindGroup; readonly buffers: readonly number[] }>();
  readonly #groupsOfBuffer = new Map<number, Set<string>>();
  readonly #alignment: number;
  readonly #largest: number;
  #commands: Command[] = [];
  #stage = '';
  #tail: Promise<void> | null = null;
  #readers: ((flushed: Promise<void>) => void)[] = [];
  #lostReason: string | null = null;
  /** Per-stage timestamps cost a pass each, so they are taken only when somebody looks at them. */
  timing = false;

  constructor(
    readonly device: GPUDevice,
    readonly facts: AdapterFacts,
  ) {
    this.limits = device.limits;
    this.#alignment = Math.max(256, device.limits.minUniformBufferOffsetAlignment);
    this.#largest = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    this.#pool = new BufferPool(device, POOL_CAP_BYTES, (buffer) => this.#commands.push({ kind: 'destroy', buffer }), this.#largest);
    this.#timer = StageTimer.on(device);
    this.#arena = device.createBuffer({
      label: 'gpu/uniforms',
      size: UNIFORM_ARENA_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
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

  /** Records one dispatch. @throws when a grid is too large for the device. */
  run<K extends KernelName>(name: K, dispatch: Dispatch<K>): void {
    const kernel = kernelOn(this.device, name);
    const overrides = (dispatch.overrides ?? {}) as Readonly<Record<string, number>>;
    const bindings = dispatch.bindings as Readonly<Record<string, PooledBuffer>>;
    this.#commands.push({
      kind: 'dispatch',
      kernel,
      pipeline: kernel.pipeline(overrides),
      overrides,
      buffers: Object.values(bindings),
      bindGroup: () => this.#bindGroup(kernel, bindings),
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
    const encode = () => this.#encode(commands);
    if (this.#tail === null && waiting.length === 0) return new Promise((resolve) => resolve(encode()));
    const before = this.#tail ?? Promise.resolve();
    const done: Promise<void> = before
      .catch(() => undefined)
      .then(() => Promise.all(waiting))
      .then(encode, (error: unknown) => {
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

  #bindGroup(kernel: Kernel, bindings: Readonly<Record<string, PooledBuffer>>): GPUBindGroup {
    const key = `${kernel.name}|${[...kernel.bindingIndex.keys()].map((name) => bindings[name]?.id).join(',')}`;
    const known = this.#bindGroups.get(key);
    if (known) {
      this.#bindGroups.delete(key); // and to the end: the map is in order of use
      this.#bindGroups.set(key, known);
      return known.group;
    }
    const entries: GPUBindGroupEntry[] = [...kernel.bindingIndex].map(([name, binding]) => {
      const bound = bindings[name];
      if (!bound) throw new Error(`Kernel ${kernel.name} needs a buffer for "${name}".`);
      return { binding, resource: { buffer: bound.buffer } };
    });
    if (kernel.uniform) {
      entries.push({ binding: kernel.uniform.binding, resource: { buffer: this.#arena, size: uniformBytes(kernel) } });
    }
    const group = this.device.createBindGroup({ label: kernel.name, layout: kernel.layout, entries });
    const buffers = Object.values(bindings).map((bound) => bound.id);
    this.#bindGroups.set(key, { group, buffers });
    for (const id of buffers) {
      const groups = this.#groupsOfBuffer.get(id);
      if (groups) groups.add(key);
      else this.#groupsOfBuffer.set(id, new Set([key]));
    }
    if (this.#bindGroups.size > MAX_BIND_GROUPS) this.#forgetGroup(this.#bindGroups.keys().next().value!);
    return group;
  }

  #encode(commands: readonly Command[]): void {
    const queue = this.device.queue;
    let encoder: GPUCommandEncoder | null = null;
    let pass: GPUComputePassEncoder | null = null;
    let passStage = '';
    let arenaUsed = 0;
    let bound: GPUComputePipeline | null = null;

    const endPass = () => {
      pass?.end();
      pass = null;
      bound = null;
    };
    const submit = (last = false) => {
      endPass();
      if (last && this.#timer?.waiting) open();
      if (!encoder) return;
      const afterwards = last ? (this.#timer?.resolve(encoder) ?? null) : null;
      if (arenaUsed > 0) queue.writeBuffer(this.#arena, 0, this.#arenaBytes, 0, arenaUsed);
      queue.submit([encoder.finish()]);
      afterwards?.();
      encoder = null;
      arenaUsed = 0;
    };
    const open = () => (encoder ??= this.device.createCommandEncoder({ label: 'gpu/step' }));

    for (const command of commands) {
      switch (command.kind) {
        case 'dispatch': {
          const size = command.uniforms ? Math.ceil(command.uniforms.byteLength / this.#alignment) * this.#alignment : 0;
          if (arenaUsed + size > UNIFORM_ARENA_BYTES) submit();
          if (pass && this.timing && passStage !== command.stage) endPass();
          if (!pass) {
            const timestampWrites = this.timing && command.stage ? this.#timer?.writesFor(command.stage) : undefined;
            pass = open().beginComputePass({ label: command.stage || command.kernel.name, ...(timestampWrites && { timestampWrites }) });
            passStage = command.stage;
          }
          const live: GPUComputePassEncoder = pass;
          const pipeline = command.kernel.pipeline(command.overrides) as GPUComputePipeline;
          if (pipeline !== bound) live.setPipeline((bound = pipeline));
          if (command.uniforms) {
            this.#arenaBytes.set(new Uint8Array(command.uniforms), arenaUsed);
            live.setBindGroup(0, command.bindGroup(), [arenaUsed]);
            arenaUsed += size;
          } else {
            live.setBindGroup(0, command.bindGroup());
          }
          live.dispatchWorkgroups(...command.workgroups);
          break;
        }
        case 'write':
          submit(); // a queue write happens before the next submit, so what was recorded earlier goes first
          queue.writeBuffer(command.buffer.buffer, 0, command.data);
          break;
        case 'clear':
          endPass();
          open().clearBuffer(command.buffer.buffer, 0, command.bytes);
          break;
        case 'copy':
          endPass();
          open().copyBufferToBuffer(command.from, command.fromOffset, command.to, 0, command.bytes);
          break;
        case 'destroy':
          break; // once everything before it is submitted
      }
    }
    submit(true);
    this.#retire(commands);
  }

  /** Destroys what fell out of the pool while `commands` were recorded. */
  #retire(commands: readonly Command[]): void {
    for (const command of commands) if (command.kind === 'destroy') this.#forget(command.buffer);
  }

  #forget(buffer: PooledBuffer): void {
    for (const key of [...(this.#groupsOfBuffer.get(buffer.id) ?? [])]) this.#forgetGroup(key);
    buffer.buffer.destroy();
  }

  #forgetGroup(key: string): void {
    for (const id of this.#bindGroups.get(key)?.buffers ?? []) {
      const groups = this.#groupsOfBuffer.get(id);
      groups?.delete(key);
      if (groups?.size === 0) this.#groupsOfBuffer.delete(id);
    }
    this.#bindGroups.delete(key);
  }
}

const uniformBytes = (kernel: Kernel) => Math.ceil(kernel.uniform!.size! / 16) * 16;

function packUniforms(kernel: Kernel, values: Readonly<Record<string, number | readonly number[]>>): ArrayBuffer | null {
  if (!kernel.uniform) return null;
  const bytes = new ArrayBuffer(uniformBytes(kernel));
  writeStruct(new DataView(bytes), 0, kernel.uniform, values);
  return bytes;
}

/** Spreads more workgroups than one dimension holds over y and z; the kernel checks its linear index against the end. */
function foldGrid(name: string, workgroups: number | readonly [number, number, number]): readonly [number, number, number] {
  if (typeof workgroups !== 'number') {
    if (workgroups.some((count) => count > MAX_WORKGROUPS)) {
      throw new Error(`Kernel ${name} asks for a grid of ${workgroups.join(' × ')} workgroups; no side may exceed ${MAX_WORKGROUPS}.`);
    }
    return workgroups;
  }
  const x = Math.min(workgroups, MAX_WORKGROUPS);
  const y = Math.min(Math.ceil(workgroups / Math.max(1, x)), MAX_WORKGROUPS);
  return [x, y, Math.ceil(workgroups / Math.max(1, x * y))];
}
