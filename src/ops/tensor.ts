import type { Gpu, PooledBuffer } from '../gpu';

/** Extents of a tensor, outermost first, C order. */
export type Shape = readonly number[];

/** What every backend's tensor tells without a read-back. Data is f32 (on the twins float64) or u32. */
export interface Tensor {
  readonly shape: Shape;
  readonly dtype: 'f32' | 'u32';
}

/** A tensor in a storage buffer. */
export interface GpuTensor extends Tensor {
  readonly buffer: PooledBuffer;
}

/** A tensor of the float64 twins, in JavaScript memory. */
export interface HostTensor extends Tensor {
  readonly data: Float64Array | Uint32Array;
}

/** Number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

/** Leading extents multiplied together, and the last two: [..., rows, cols] as (batch, rows, cols). */
export function asMatrices(shape: Shape): { batch: number; rows: number; cols: number } {
  if (shape.length < 2) throw new Error(`A matrix is needed, but the tensor has shape [${shape.join(', ')}].`);
  const [rows, cols] = shape.slice(-2) as [number, number];
  return { batch: sizeOf(shape.slice(0, -2)), rows, cols };
}

/** [..., cols] as (rows, cols): all but the last axis multiplied together. */
export function asRows(shape: Shape): { rows: number; cols: number } {
  const cols = shape[shape.length - 1] ?? 1;
  return { rows: sizeOf(shape.slice(0, -1)), cols };
}

/** @throws when two shapes differ; `what` names the op and its operands. */
export function assertSameShape(what: string, a: Shape, b: Shape): void {
  if (a.length !== b.length || a.some((extent, axis) => extent !== b[axis])) {
    throw new Error(`${what}: shapes [${a.join(', ')}] and [${b.join(', ')}] differ; they must be equal.`);
  }
}

/** A new f32 (or u32) tensor on the GPU with undefined content. @throws DeviceLimitError */
export function emptyOn(gpu: Gpu, shape: Shape, label: string, dtype: Tensor['dtype'] = 'f32'): GpuTensor {
  return { shape, dtype, buffer: gpu.allocate(4 * sizeOf(shape), label) };
}

/** A float64 tensor of the twins around `data`. */
export const host = (shape: Shape, data: Float64Array): HostTensor => ({ shape, dtype: 'f32', data });

/** The float64 data of a twin's tensor. @throws when it holds integers. */
export function doubles(tensor: HostTensor): Float64Array {
  if (tensor.data instanceof Float64Array) return tensor.data;
  throw new Error('This op needs a tensor of numbers, not of unsigned integers.');
}

/** The u32 data of a twin's tensor. @throws when it holds floats. */
export function integers(tensor: HostTensor): Uint32Array {
  if (tensor.data instanceof Uint32Array) return tensor.data;
  throw new Error('This op needs a tensor of unsigned integers, not of numbers.');
}
