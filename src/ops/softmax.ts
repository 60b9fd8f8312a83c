import type { Gpu } from '../gpu';
import * as twin from '../reference/softmax';
import { choicesOf, rowWorkgroup, type RowVariant } from './choice';
import { asRows, doubles, emptyOn, host, type GpuTensor, type HostTensor, type Tensor } from './tensor';

export interface SoftmaxOps<T extends Tensor> {
  /**
   * Weights along the last axis: x [..., cols] scores with masked cells at MASKED → weights [..., cols].
   * A row with every cell masked becomes zeros.
   */
  softmax(x: T, options?: { /** Which kernel runs; the op chooses when it is left out. */ readonly variant?: RowVariant }): T;
}

const ROWS_PER_WORKGROUP = 64;

export function gpuSoftmax(gpu: Gpu): SoftmaxOps<GpuTensor> {
  const choices = choicesOf(gpu);
  return {
    softmax(x, options = {}) {
      const { rows, cols } = asRows(x.shape);
      const weights = emptyOn(gpu, x.shape, 'softmax/weights');
      const variant = options.variant ?? choices.rows(rows, cols);
      const dispatch = { bindings: { x: x.buffer, weights: weights.buffer }, uniforms: { rows, cols } };
      if (variant === 'row') {
        gpu.run('softmax_forward', { ...dispatch, overrides: { WG: ROWS_PER_WORKGROUP }, workgroups: Math.ceil(rows / ROWS_PER_WORKGROUP) });
      } else {
        gpu.run(`softmax_forward.${variant}`, { ...dispatch, overrides: { WG: rowWorkgroup(cols) }, workgroups: rows });
      }
      return weights;
    },
  };
}

export const referenceSoftmax: SoftmaxOps<HostTensor> = {
  softmax(x) {
    const { rows, cols } = asRows(x.shape);
    return host(x.shape, twin.softmax(doubles(x), rows, cols));
  },
};
