import type { Gpu } from '../gpu';
import * as twin from '../reference/head_statistics';
import { gpuStatistics, referenceStatistics } from './statistics';
import { asMatrices, doubles, emptyOn, host, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';

/** What tells heads apart: how far they look, and how differently. */
export interface HeadStatisticsOps<T extends Tensor> {
  /**
   * Pairwise Jensen–Shannon divergence of heads, in bits, the mean over the rows: weights [heads, m, n] → [heads, heads].
   * @throws when the weights are no stack of matrices
   */
  jensenShannon(weights: T): T;
  /** Mean distance |i − j| between query and key under each row's weights [..., m, n] → [..., m]; the queries are the last m positions. */
  attentionDistances(weights: T): T;
}

const WG = 64;

function stackOf(shape: Shape): { heads: number; rows: number; cols: number } {
  if (shape.length !== 3) throw new Error(`Heads to compare have weights [heads, m, n], not [${shape.join(', ')}].`);
  const [heads, rows, cols] = shape as readonly [number, number, number];
  return { heads, rows, cols };
}

export function gpuHeadStatistics(gpu: Gpu): HeadStatisticsOps<GpuTensor> {
  const { rowRangeMeans } = gpuStatistics(gpu);
  return {
    jensenShannon(weights) {
      const { heads, rows, cols } = stackOf(weights.shape);
      const divergence = emptyOn(gpu, [rows, heads * heads], 'head_statistics/divergence');
      gpu.run('jensen_shannon_forward', {
        bindings: { weights: weights.buffer, divergence: divergence.buffer },
        uniforms: { heads, rows, cols },
        overrides: { WG },
        workgroups: Math.ceil((rows * heads * heads) / WG),
      });
      const means = rowRangeMeans(divergence);
      gpu.release(divergence.buffer);
      return { ...means, shape: [heads, heads] };
    },
    attentionDistances(weights) {
      const { batch, rows: m, cols } = asMatrices(weights.shape);
      const rows = batch * m;
      const distance = emptyOn(gpu, weights.shape.slice(0, -1), 'head_statistics/distance');
      gpu.run('attention_distance_forward', {
        bindings: { weights: weights.buffer, distance: distance.buffer },
        uniforms: { rows, m, cols },
        overrides: { WG },
        workgroups: Math.ceil(rows / WG),
      });
      return distance;
    },
  };
}

export const referenceHeadStatistics: HeadStatisticsOps<HostTensor> = {
  jensenShannon(weights) {
    const { heads, rows, cols } = stackOf(weights.shape);
    const divergence = host([rows, heads * heads], twin.jensenShannon(doubles(weights), heads, rows, cols));
    return { ...referenceStatistics.rowRangeMeans(divergence), shape: [heads, heads] };
  },
  attentionDistances(weights) {
    const { batch, rows: m, cols } = asMatrices(weights.shape);
    return host(weights.shape.slice(0, -1), twin.attentionDistances(doubles(weights), batch * m, m, cols));
  },
};
