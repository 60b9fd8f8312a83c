import type { Gpu } from '../gpu';
import * as twin from '../reference/softmax';
import { asRows, doubles, emptyOn, host, type GpuTensor, type HostTensor, type Tensor } from './tensor';

export interface SoftmaxOps<T extends Tensor> {
  /**
   * Weights along the last axis: x [..., cols] scores with masked cells at MASKED → weights [..., cols].
   * A row with every cell masked becomes zeros.
   */
  softmax(x: T): T;
}

const ROWS_PER_WORKGROUP = 64;

export function gpuSoftmax(gpu: Gpu): SoftmaxOps<GpuTensor> {
  return {
    softmax(x) {
      const { rows, cols } = asRows(x.shape);
      const weights = emptyOn(gpu, x.shape, 'softmax/weights');
      gpu.run('softmax_forward', {
        bindings: { x: x.buffer, weights: weights.buffer },
        uniforms: { rows, cols },
        overrides: { WG: ROWS_PER_WORKGROUP },
        workgroups: Math.ceil(rows / ROWS_PER_WORKGROUP),
      });
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
