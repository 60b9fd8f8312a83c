import type { Kernel } from './kernel';
import { writeStruct, type KernelTable } from './layout';
import type { PooledBuffer } from './pool';

export type KernelName = keyof KernelTable;

/** One dispatch: buffers by the names of the WGSL variables, uniform fields by theirs. */
export interface Dispatch<K extends KernelName> {
  readonly bindings: Readonly<Record<KernelTable[K]['bindings'], PooledBuffer>>;
  readonly uniforms: Readonly<Record<KernelTable[K]['uniforms'], number | readonly number[]>>;
  readonly overrides?: Readonly<Partial<Record<KernelTable[K]['overrides'], number>>>;
  /** Number of workgroups; a single number beyond 65 535 is folded over y and z (see shaders/lib/grid.wgsl). */
  readonly workgroups: number | readonly [number, number, number];
}

/** One thing that was recorded. */
export type Command =
  | {
      readonly kind: 'dispatch';
      readonly kernel: Kernel;
      readonly pipeline: GPUComputePipeline | Promise<GPUComputePipeline>;
      readonly overrides: Readonly<Record<string, number>>;
      readonly bindings: Readonly<Record<string, PooledBuffer>>;
      readonly uniforms: ArrayBuffer | null;
      readonly workgroups: readonly [number, number, number];
      readonly stage: string;
    }
  | { readonly kind: 'write'; readonly buffer: PooledBuffer; readonly data: ArrayBufferView<ArrayBuffer> }
  | { readonly kind: 'clear'; readonly buffer: PooledBuffer; readonly bytes: number }
  | { readonly kind: 'copy'; readonly from: GPUBuffer; readonly fromOffset: number; readonly to: GPUBuffer; readonly bytes: number }
  | { readonly kind: 'destroy'; readonly buffer: PooledBuffer };

const MAX_WORKGROUPS = 65_535;

/** Bytes of a kernel's uniform struct as it is bound. */
export const uniformBytes = (kernel: Kernel) => Math.ceil(kernel.uniform!.size! / 16) * 16;

/** The uniform struct of a dispatch, or null where the kernel has none. @throws for a field it lacks or is not given */
export function packUniforms(kernel: Kernel, values: Readonly<Record<string, number | readonly number[]>>): ArrayBuffer | null {
  if (!kernel.uniform) return null;
  const bytes = new ArrayBuffer(uniformBytes(kernel));
  writeStruct(new DataView(bytes), 0, kernel.uniform, values);
  return bytes;
}

/** Spreads more workgroups than one dimension holds over y and z; the kernel checks its linear index against the end. */
export function foldGrid(name: string, workgroups: number | readonly [number, number, number]): readonly [number, number, number] {
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
