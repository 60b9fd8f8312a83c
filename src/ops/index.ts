import type { Gpu } from '../gpu';
import { gpuAttention, referenceAttention, type AttentionOps } from './attention';
import { gpuAttentionBackward, referenceAttentionBackward, type AttentionBackwardOps } from './attention_backward';
import { gpuBatchNorm, referenceBatchNorm, type BatchNormOps } from './batch_norm';
import { gpuElementwise, referenceElementwise, type ElementwiseOps } from './elementwise';
import { gpuHeads, referenceHeads, type HeadOps } from './heads';
import { gpuHeadStatistics, referenceHeadStatistics, type HeadStatisticsOps } from './head_statistics';
import { gpuMask, referenceMask, type MaskOps } from './mask';
import { gpuMatmul, referenceMatmul, type MatmulOps } from './matmul';
import { gpuMemory, referenceMemory, type MemoryOps } from './memory';
import { gpuNorm, referenceNorm, type NormOps } from './norm';
import { gpuRandom, referenceRandom, type RandomOps } from './random';
import { gpuRowStatistics, referenceRowStatistics, type RowStatisticsOps } from './row_statistics';
import { gpuScores, referenceScores, type ScoresOps } from './scores';
import { gpuSoftmax, referenceSoftmax, type SoftmaxOps } from './softmax';
import { gpuStatistics, referenceStatistics, type StatisticsOps } from './statistics';
import type { GpuTensor, HostTensor, Tensor } from './tensor';
import { gpuText, referenceText, type TextOps } from './text';
import { gpuTiming, referenceTiming, type TimingOps } from './timing';

/** Every op, over one backend's tensors. Ops record and return at once; `read` and `flush` run what was recorded. */
export type Ops<T extends Tensor = Tensor> = MemoryOps<T> & MaskOps<T> & SoftmaxOps<T> & RowStatisticsOps<T> &
  MatmulOps<T> & HeadOps<T> & ScoresOps<T> & AttentionOps<T> &
  AttentionBackwardOps<T> & NormOps<T> & BatchNormOps<T> &
  RandomOps<T> & TextOps<T> & ElementwiseOps<T> & StatisticsOps<T> & HeadStatisticsOps<T> & TimingOps;

/** The ops on the visitor's GPU, in f32. */
export function gpuOps(gpu: Gpu) {
  return {
    ...gpuMemory(gpu), ...gpuMask(gpu), ...gpuSoftmax(gpu), ...gpuRowStatistics(gpu),
    ...gpuMatmul(gpu), ...gpuHeads(gpu), ...gpuScores(gpu), ...gpuAttention(gpu),
    ...gpuAttentionBackward(gpu), ...gpuNorm(gpu), ...gpuBatchNorm(gpu),
    ...gpuRandom(gpu), ...gpuText(gpu), ...gpuElementwise(gpu), ...gpuStatistics(gpu),
    ...gpuHeadStatistics(gpu), ...gpuTiming(gpu),
  } satisfies Ops<GpuTensor>;
}

/** The same ops on the float64 twins. Made by a call marked pure, so that a bundle without the CPU mode drops them. */
export const referenceOps = /* @__PURE__ */ (() => ({
  ...referenceMemory, ...referenceMask, ...referenceSoftmax, ...referenceRowStatistics,
  ...referenceMatmul, ...referenceHeads, ...referenceScores, ...referenceAttention,
  ...referenceAttentionBackward, ...referenceNorm, ...referenceBatchNorm,
  ...referenceRandom, ...referenceText, ...referenceElementwise, ...referenceStatistics,
  ...referenceHeadStatistics, ...referenceTiming,
}) satisfies Ops<HostTensor>)();

export { sizeOf, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';
export { maskBinding, maskRule, maskUniforms, type MaskSpec, type MaskUniforms } from './mask';
export { ROW_STATISTICS, ROW_STATISTICS_WIDTH } from './row_statistics';
export type { AttentionInputs } from './attention';
export type { MatmulOptions } from './matmul';
export { productNow } from './matmul';
export { choicesOf, KernelChoices, SIZE_CLASSES, type AttentionVariant, type KernelSet, type KernelTable, type ProductVariant, type RowVariant, type SizeClass } from './choice';
export type { RandomKey } from './random';
export type { Timed } from './timing';
export type { HistogramRange } from './statistics';
export type { AttentionBackwardInput, AttentionGradients } from './attention_backward';
export type { BatchNormInput, BatchNormOptions, BatchNormResult } from './batch_norm';
export type { NormGradients, NormOptions } from './norm';
