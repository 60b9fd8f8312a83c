import type { Gpu } from '../gpu';
import * as twin from '../reference/row_statistics';
import { asRows, assertSameShape, doubles, emptyOn, host, type GpuTensor, type HostTensor, type Tensor } from './tensor';

export { ROW_STATISTICS, ROW_STATISTICS_WIDTH } from '../reference/row_statistics';

export interface RowStatisticsOptions {
  /** False: without what only scores tell (max, sum, variance), which stays 0 and costs half. */
  readonly scores?: boolean;
  /** Rows from the first up to, not including, the second; all where it is left out. */
  readonly rows?: readonly [from: number, to: number];
}

export interface RowStatisticsOps<T extends Tensor> {
  /**
   * What the meters read of each row: masked scores [..., m, n] and their weights [..., m, n] → [rows, 8] with rows the
   * leading axes and m multiplied together, columns as in ROW_STATISTICS. @throws when the shapes differ, or a row does not exist
   */
  rowStatistics(masked: T, weights: T, options?: RowStatisticsOptions): T;
}

/** The rows that are asked for of tensors that fit. @throws otherwise */
function extentOf(masked: Tensor, weights: Tensor, asked: RowStatisticsOptions['rows']) {
  assertSameShape('rowStatistics (masked, weights)', masked.shape, weights.shape);
  const { rows, cols } = asRows(masked.shape);
  const [from, to] = asked ?? [0, rows];
  if (!(from >= 0 && from <= to && to <= rows)) throw new Error(`There are no rows ${from} to ${to} among ${rows}.`);
  return { first: from, rows: to - from, cols };
}

export function gpuRowStatistics(gpu: Gpu): RowStatisticsOps<GpuTensor> {
  // A workgroup of SwiftShader's runs on one core: small ones spread few rows over all cores.
  const rowsPerWorkgroup = gpu.facts.software ? 16 : 64;
  return {
    rowStatistics(masked, weights, { scores = true, rows: asked } = {}) {
      const { first, rows, cols } = extentOf(masked, weights, asked);
      const statistics = emptyOn(gpu, [rows, twin.ROW_STATISTICS_WIDTH], 'row_statistics/statistics');
      const dispatch = {
        bindings: { masked: masked.buffer, weights: weights.buffer, statistics: statistics.buffer },
        overrides: { WG: rowsPerWorkgroup, SCORES: Number(scores) },
        workgroups: Math.ceil(rows / rowsPerWorkgroup),
      };
      if (cols % 4 === 0) gpu.run('row_statistics_forward.vec4', { ...dispatch, uniforms: { first, rows, quads: cols / 4 } });
      else gpu.run('row_statistics_forward', { ...dispatch, uniforms: { first, rows, cols } });
      return statistics;
    },
  };
}

export const referenceRowStatistics: RowStatisticsOps<HostTensor> = {
  rowStatistics(masked, weights, { scores = true, rows: asked } = {}) {
    const { first, rows, cols } = extentOf(masked, weights, asked);
    const [x, p] = [masked, weights].map((tensor) => doubles(tensor).subarray(first * cols, (first + rows) * cols)) as [Float64Array, Float64Array];
    const statistics = twin.rowStatistics(x, p, rows, cols);
    return host([rows, twin.ROW_STATISTICS_WIDTH], scores ? statistics : twin.withoutScores(statistics));
  },
};
