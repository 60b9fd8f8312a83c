import type { Gpu } from '../gpu';
import * as twin from '../reference/row_statistics';
import { asRows, assertSameShape, doubles, emptyOn, host, type GpuTensor, type HostTensor, type Tensor } from './tensor';

export { ROW_STATISTICS, ROW_STATISTICS_WIDTH } from '../reference/row_statistics';

export interface RowStatisticsOps<T extends Tensor> {
  /**
   * What the meters read of each row: masked scores [..., m, n] and their weights [..., m, n] → [rows, 8] with rows the
   * leading axes and m multiplied together, columns as in ROW_STATISTICS. @throws when the shapes differ.
   */
  rowStatistics(masked: T, weights: T): T;
}

const ROWS_PER_WORKGROUP = 64;

export function gpuRowStatistics(gpu: Gpu): RowStatisticsOps<GpuTensor> {
  return {
    rowStatistics(masked, weights) {
      assertSameShape('rowStatistics (masked, weights)', masked.shape, weights.shape);
      const { rows, cols } = asRows(masked.shape);
      const statistics = emptyOn(gpu, [rows, twin.ROW_STATISTICS_WIDTH], 'row_statistics/statistics');
      gpu.run('row_statistics_forward', {
        bindings: { masked: masked.buffer, weights: weights.buffer, statistics: statistics.buffer },
        uniforms: { rows, cols },
        overrides: { WG: ROWS_PER_WORKGROUP },
        workgroups: Math.ceil(rows / ROWS_PER_WORKGROUP),
      });
      return statistics;
    },
  };
}

export const referenceRowStatistics: RowStatisticsOps<HostTensor> = {
  rowStatistics(masked, weights) {
    assertSameShape('rowStatistics (masked, weights)', masked.shape, weights.shape);
    const { rows, cols } = asRows(masked.shape);
    return host([rows, twin.ROW_STATISTICS_WIDTH], twin.rowStatistics(doubles(masked), doubles(weights), rows, cols));
  },
};
