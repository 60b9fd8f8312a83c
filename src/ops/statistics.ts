import type { Gpu } from '../gpu';
import * as twin from '../reference/statistics';
import type { HistogramRange } from '../reference/statistics';
import { asRows, doubles, emptyOn, host, sizeOf, type GpuTensor, type HostTensor, type Tensor } from './tensor';

export type { HistogramRange };

/** Numbers about a whole tensor or about its rows. The same input gives the same bits on one device. */
export interface StatisticsOps<T extends Tensor> {
  /**
   * [5]: mean, biased variance, least, greatest and number of the cells that are not masked; zeros when there is none.
   * The number is exact up to 2²⁴ cells; the variance leaves the range of f32 for values around 1e18.
   */
  moments(x: T): T;
  /**
   * u32 [bins + 2]: how many unmasked cells lie below `min`, in each of `bins` equal bins over [min, max], above `max`.
   * The limits are rounded to f32; a cell closer to an edge between bins than f32 can tell may count on either side of it.
   * @throws unless min < max and bins ≥ 1
   */
  histogram(x: T, range: HistogramRange): T;
  /** Euclidean norm of each row: x [..., n, d] → [..., n]. */
  rowNorms(x: T): T;
  /** Mean of each column over rows `from` … `to` - 1 (all by default): x [..., cols] → [cols]. @throws when the range is empty or too long. */
  rowRangeMeans(x: T, range?: { from?: number; to?: number }): T;
}

const WG = 64;
/** Quads that one invocation of moments_forward reads: few enough for short sums, many enough for few parts. */
const QUADS_PER_PART = 64;
const PARTS_PER_MERGE = 256;
const CELLS_PER_COUNTER = 64;
const ROWS_PER_SUM = 128;

export function gpuStatistics(gpu: Gpu): StatisticsOps<GpuTensor> {
  /** Reduces `count` parts, 256 at a time, to one. Frees all but the last. */
  const merge = (parts: GpuTensor, count: number): GpuTensor => {
    const left = Math.ceil(count / PARTS_PER_MERGE);
    const merged = emptyOn(gpu, left === 1 ? [5] : [left, 5], 'statistics/moments');
    gpu.run('moments_merge_forward', {
      bindings: { parts: parts.buffer, merged: merged.buffer },
      uniforms: { count },
      overrides: { WG, PARTS: PARTS_PER_MERGE },
      workgroups: Math.ceil(left / WG),
    });
    gpu.release(parts.buffer);
    return left === 1 ? merged : merge(merged, left);
  };
  return {
    moments(x) {
      const cells = sizeOf(x.shape);
      const workgroups = Math.max(1, Math.ceil(cells / (4 * WG * QUADS_PER_PART)));
      const parts = emptyOn(gpu, [workgroups * WG, 5], 'statistics/moments-parts');
      gpu.run('moments_forward', {
        bindings: { x: x.buffer, parts: parts.buffer },
        uniforms: { cells },
        overrides: { WG, STEPS: QUADS_PER_PART },
        workgroups,
      });
      return merge(parts, workgroups * WG);
    },
    histogram(x, range) {
      const { min: low, max: high, bins: inner } = checkRange(range);
      const cells = sizeOf(x.shape);
      const bins = emptyOn(gpu, [inner + 2], 'statistics/histogram', 'u32');
      gpu.clear(bins.buffer, 4 * (inner + 2));
      gpu.run('histogram_forward', {
        bindings: { x: x.buffer, bins: bins.buffer },
        uniforms: { cells, inner, low, high, scale: inner / (high - low) },
        overrides: { WG, STEPS: CELLS_PER_COUNTER },
        workgroups: Math.ceil(cells / (WG * CELLS_PER_COUNTER)),
      });
      return bins;
    },
    rowNorms(x) {
      const { rows, cols } = asRows(x.shape);
      const norms = emptyOn(gpu, x.shape.slice(0, -1), 'statistics/row-norms');
      gpu.run('row_norms_forward', {
        bindings: { x: x.buffer, norms: norms.buffer },
        uniforms: { rows, cols },
        overrides: { WG },
        workgroups: Math.ceil(rows / WG),
      });
      return norms;
    },
    rowRangeMeans(x, range) {
      const { cols, from, to } = checkRows(x, range);
      let source = x;
      let first = from;
      let last = to;
      for (;;) {
        const left = Math.ceil((last - first) / ROWS_PER_SUM);
        const sums = emptyOn(gpu, left === 1 ? [cols] : [left, cols], 'statistics/row-range-means');
        gpu.run('row_range_means_forward', {
          bindings: { x: source.buffer, sums: sums.buffer },
          uniforms: { cols, first, last, factor: left === 1 ? 1 / (to - from) : 1 },
          overrides: { WG, ROWS: ROWS_PER_SUM },
          workgroups: Math.ceil((left * cols) / WG),
        });
        if (source !== x) gpu.release(source.buffer);
        if (left === 1) return sums;
        source = sums;
        first = 0;
        last = left;
      }
    },
  };
}

export const referenceStatistics: StatisticsOps<HostTensor> = {
  moments: (x) => host([5], twin.moments(doubles(x))),
  histogram(x, range) {
    const checked = checkRange(range);
    return { shape: [checked.bins + 2], dtype: 'u32', data: twin.histogram(doubles(x), checked) };
  },
  rowNorms(x) {
    const { rows, cols } = asRows(x.shape);
    return host(x.shape.slice(0, -1), twin.rowNorms(doubles(x), rows, cols));
  },
  rowRangeMeans(x, range) {
    const { cols, from, to } = checkRows(x, range);
    return host([cols], twin.rowRangeMeans(doubles(x), cols, from, to));
  },
};

function checkRange(range: HistogramRange): HistogramRange {
  const { bins } = range;
  const min = Math.fround(range.min);
  const max = Math.fround(range.max);
  if (!(min < max && Number.isFinite(max - min) && Number.isInteger(bins) && bins >= 1)) {
    throw new Error(`A histogram over ${range.min} … ${range.max} in ${bins} bins cannot be made; min must be less than max, and bins at least 1.`);
  }
  return { min, max, bins };
}

function checkRows(x: Tensor, { from, to }: { from?: number; to?: number } = {}): { cols: number; from: number; to: number } {
  const { rows, cols } = asRows(x.shape);
  const range = { cols, from: from ?? 0, to: to ?? rows };
  if (!(range.from >= 0 && range.from < range.to && range.to <= rows)) {
    throw new Error(`rowRangeMeans: rows ${range.from} to ${range.to} are not a range of the ${rows} rows there are; give 0 ≤ from < to ≤ ${rows}.`);
  }
  return range;
}
