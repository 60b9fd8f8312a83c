import type { AdapterFacts, Gpu, KernelName, MemoryUse, NoGpuReason } from '../gpu';
import type { GpuTensor, Ops, Shape } from '../ops';

/** A tensor of a slot as the heat-maps draw it: a GPU buffer, or an array in CPU mode. */
export interface Drawable {
  readonly shape: Shape;
  readonly tensor: GpuTensor | null;
  readonly data: Float32Array | null;
}

/** The longest sequence that the float64 twins keep up with. */
export const CPU_MAX_LENGTH = 256;

/**
 * Runs one pipeline, for several settings side by side ("slots": the present one, and A of the A|B comparison).
 * On the GPU `update` resolves in the same task when nothing has to be compiled.
 */
export interface Engine<Spec, Measurements> {
  readonly backend: 'webgpu' | 'cpu';
  /** The GPU for the view pipelines; null in CPU mode. */
  readonly gpu: Gpu | null;
  readonly facts: AdapterFacts | null;
  /** Why there is no GPU; null where there is one. */
  readonly noGpu: NoGpuReason | null;
  /** Largest tensor in bytes. */
  readonly maxTensorBytes: number;
  /** Resolves with the reason when the device is lost; never in CPU mode. */
  readonly lost: Promise<string>;
  setAsset(name: string, arrays: Readonly<Record<string, Float32Array>> | null): void;
  /** Computes a slot's stages. @throws KernelError, DeviceLimitError, DeviceLostError */
  update(slot: string, spec: Spec): Promise<void>;
  drawable(slot: string, name: string): Drawable | null;
  /** Slots that hold something. */
  slots(): readonly string[];
  names(slot: string): readonly string[];
  /** Values [start, start + count) of a tensor in C order; all of it without a range. */
  read(slot: string, name: string, start?: number, count?: number): Promise<Float32Array>;
  measure(slot: string, spec: Spec, full: boolean): Promise<Measurements>;
  /**
   * Lends the ops and a slot's tensors, which stay alive until `body` has ended. What `body` makes, it frees.
   * @throws Error in CPU mode, which has none to lend
   */
  borrow<R>(slot: string, body: (ops: Ops<GpuTensor>, tensors: Readonly<Record<string, GpuTensor>>) => Promise<R>): Promise<R>;
  /** Frees a slot. */
  drop(slot: string): void;
  /** Resolves when everything submitted is finished. */
  finish(): Promise<void>;
  readonly stageTimes: Readonly<Record<string, number>> | null;
  /** The kernels dispatched since the engine was opened, in the order of their first time; none in CPU mode. */
  kernelsRun(): readonly KernelName[];
  memory(): MemoryUse | null;
  dispose(): void;
}
