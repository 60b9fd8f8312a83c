import type { Gpu } from '../gpu';
import * as twin from '../reference/row_statistics';
import { asRows, assertSameShape, doubles, emptyOn, host, type GpuTensor, type HostTensor, type Tensor } from './tensor';

export { ROW_STATISTICS, ROW_STATISTICS_WIDTH } from '../reference/row_statistics';

export interface RowStatisticsOps<T extends Tensor> {
  /**
   * What the meters read of each row: masked scores [..., m, n] and their weights [..., m, n] → [rows, 8] with rows the
   * leading axes and m multiplied together, columns as in ROW_STATISTICS. @throws when the shapes differ.
   */
  rowStatistics(masked: T, weights: T, options?: { /** False: without what only scores tell (max, sum, variance), which stays 0 and costs half. */ readonly scores?: boolean }): T;
}

export function gpuRowStatistics(gpu: Gpu): RowStatisticsOps<GpuTensor> {
  // A workgroup of SwiftShader's runs on one core: small ones spread few rows over all cores.
  const rowsPerWorkgroup = gpu.facts.software ? 16 : 64;
  return {
    rowStatistics(masked, weights, { scores = true } = {}) {
      assertSameShape('rowStatistics (masked, weights)', masked.shape, weights.shape);
      const { rows, cols } = asRows(masked.shape);
      const statistics = emptyOn(gpu, [rows, twin.ROW_STATISTICS_WIDTH], 'row_statistics/statistics');
      const dispatch = {
        bindings: { masked: masked.buffer, weights: weights.buffer, statistics: statistics.buffer },
        overrides: { WG: rowsPerWorkgroup, SCORES: Number(scores) },
        workgroups: Math.ceil(rows / rowsPerWorkgroup),
      };
      if (cols % 4 === 0) gpu.run('row_statistics_forward.vec4', { ...dispatch, uniforms: { rows, quads: cols / 4 } });
      else gpu.run('row_statistics_forward', { ...dispatch, uniforms: { rows, cols } });
      return statistics;
    },
  };
}

export const referenceRowStatistics: RowStatisticsOps<HostTensor> = {
  rowStatistics(masked, weights, { scores = true } = {}) {
    assertSameShape('rowStatistics (masked, weights)', masked.shape, weights.shape);
    const { rows, cols } = asRows(masked.shape);
    const statistics = twin.rowStatistics(doubles(masked), doubles(weights), rows, cols);
    return host([rows, twin.ROW_STATISTICS_WIDTH], scores ? statistics : twin.withoutScores(statistics));
  },
};
