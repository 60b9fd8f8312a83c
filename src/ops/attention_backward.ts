import type { Gpu } from '../gpu';
import * as twin from '../reference/attention_backward';
import { gpuElementwise, referenceElementwise, type ElementwiseOps } from './elementwise';
import { gpuMatmul, referenceMatmul, type MatmulOps } from './matmul';
import { gpuMemory, referenceMemory, type MemoryOps } from './memory';
import { asRows, assertSameShape, doubles, emptyOn, host, type GpuTensor, type HostTensor, type Tensor } from './tensor';

/** What the backward pass reads: the operands of output = weights · v, weights = softmax(mask(scale · q kᵀ)). */
export interface AttentionBackwardInput<T extends Tensor> {
  /** [..., m, d] */
  readonly q: T;
  /** [..., n, d] */
  readonly k: T;
  /** [..., n, e] */
  readonly v: T;
  /** [..., m, n]; masked cells are 0, so that no gradient passes them. */
  readonly weights: T;
  /** Gradient of the loss with respect to the output [..., m, e]. */
  readonly gradOutput: T;
  /** The factor on q kᵀ. */
  readonly scale: number;
}

/** Gradients of the loss, each in the shape of what it belongs to. */
export interface AttentionGradients<T extends Tensor> {
  readonly dq: T;
  readonly dk: T;
  readonly dv: T;
  readonly dweights: T;
  /** With respect to the scaled and masked scores, the softmax's input. */
  readonly dscores: T;
}

export interface AttentionBackwardOps<T extends Tensor> {
  /** dS = P ∘ (dP − rowsum(dP ∘ P)): weights P and their gradient dP, both [..., cols] → gradient of the softmax's input. */
  softmaxBackward(weights: T, dweights: T): T;
  /**
   * dV = Pᵀ dO; dP = dO Vᵀ; dS = softmaxBackward(P, dP); dQ = scale · dS K; dK = scale · dSᵀ Q.
   * @throws when the shapes do not fit together
   */
  attentionBackward(input: AttentionBackwardInput<T>): AttentionGradients<T>;
}

type Parts<T extends Tensor> = Pick<AttentionBackwardOps<T>, 'softmaxBackward'> &
  Pick<MatmulOps<T>, 'matmul'> &
  Pick<ElementwiseOps<T>, 'scale'> &
  Pick<MemoryOps<T>, 'free'>;

/** The backward pass, written once for both backends. */
function backwardWith<T extends Tensor>(ops: Parts<T>): AttentionBackwardOps<T>['attentionBackward'] {
  const scaled = (product: T, factor: number): T => {
    const result = ops.scale(product, factor);
    ops.free(product);
    return result;
  };
  return ({ q, k, v, weights, gradOutput, scale }) => {
    const dv = ops.matmul(weights, gradOutput, { transposeA: true });
    const dweights = ops.matmul(gradOutput, v, { transposeB: true });
    const dscores = ops.softmaxBackward(weights, dweights);
    const dq = scaled(ops.matmul(dscores, k), scale);
    const dk = scaled(ops.matmul(dscores, q, { transposeA: true }), scale);
    return { dq, dk, dv, dweights, dscores };
  };
}

const ROWS_PER_WORKGROUP = 64;

export function gpuAttentionBackward(gpu: Gpu): AttentionBackwardOps<GpuTensor> {
  const softmaxBackward = (weights: GpuTensor, dweights: GpuTensor): GpuTensor => {
    assertSameShape('softmaxBackward (weights, dweights)', weights.shape, dweights.shape);
    const { rows, cols } = asRows(weights.shape);
    const dscores = emptyOn(gpu, weights.shape, 'softmax/dscores');
    gpu.run('softmax_backward', {
      bindings: { weights: weights.buffer, dweights: dweights.buffer, dscores: dscores.buffer },
      uniforms: { rows, cols },
      overrides: { WG: ROWS_PER_WORKGROUP },
      workgroups: Math.ceil(rows / ROWS_PER_WORKGROUP),
    });
    return dscores;
  };
  const parts = { ...gpuMatmul(gpu), ...gpuElementwise(gpu), ...gpuMemory(gpu), softmaxBackward };
  return { softmaxBackward, attentionBackward: backwardWith(parts) };
}

const softmaxBackward = (weights: HostTensor, dweights: HostTensor): HostTensor => {
  assertSameShape('softmaxBackward (weights, dweights)', weights.shape, dweights.shape);
  const { rows, cols } = asRows(weights.shape);
  return host(weights.shape, twin.softmaxBackward(doubles(weights), doubles(dweights), rows, cols));
};

export const referenceAttentionBackward: AttentionBackwardOps<HostTensor> = {
  softmaxBackward,
  attentionBackward: backwardWith({ ...referenceMatmul, ...referenceElementwise, ...referenceMemory, softmaxBackward }),
};
