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

export function gpuSoftmax(gpu: Gpu): SoftmaxOps<GpuTensor> {
  const choices = choicesOf(gpu);
  // A workgroup of SwiftShader's runs on one core: small ones spread few rows over all cores.
  const rowsPerWorkgroup = gpu.facts.software ? 16 : 64;
  return {
    softmax(x, options = {}) {
      const { rows, cols } = asRows(x.shape);
      const weights = emptyOn(gpu, x.shape, 'softmax/weights');
      const variant = options.variant ?? choices.rows(rows, cols);
      const bindings = { x: x.buffer, weights: weights.buffer };
      if (variant === 'row') {
        const grid = { bindings, overrides: { WG: rowsPerWorkgroup }, workgroups: Math.ceil(rows / rowsPerWorkgroup) };
        if (cols % 4 === 0) gpu.run('softmax_forward.vec4', { ...grid, uniforms: { rows, quads: cols / 4 } });
        else gpu.run('softmax_forward', { ...grid, uniforms: { rows, cols } });
      } else {
        gpu.run(`softmax_forward.${variant}`, { bindings, uniforms: { rows, cols }, overrides: { WG: rowWorkgroup(cols) }, workgroups: rows });
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
