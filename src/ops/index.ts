import type { Gpu } from '../gpu';
import { gpuMask, referenceMask, type MaskOps } from './mask';
import { gpuMemory, referenceMemory, type MemoryOps } from './memory';
import { gpuSoftmax, referenceSoftmax, type SoftmaxOps } from './softmax';
import type { GpuTensor, HostTensor, Tensor } from './tensor';

/** Every op, over one backend's tensors. Ops record and return at once; `read` and `flush` run what was recorded. */
export type Ops<T extends Tensor = Tensor> = MemoryOps<T> & MaskOps<T> & SoftmaxOps<T>;

/** The ops on the visitor's GPU, in f32. */
export function gpuOps(gpu: Gpu) {
  return { ...gpuMemory(gpu), ...gpuMask(gpu), ...gpuSoftmax(gpu) } satisfies Ops<GpuTensor>;
}

/** The same ops on the float64 twins. */
export const referenceOps = { ...referenceMemory, ...referenceMask, ...referenceSoftmax } satisfies Ops<HostTensor>;

export { sizeOf, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';
export { maskBinding, maskRule, maskUniforms, type MaskSpec, type MaskUniforms } from './mask';
