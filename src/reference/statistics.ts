import { isMasked } from './softmax';

/**
 * Mean, biased variance, least, greatest and number of the cells that are not masked, in that order.
 * The variance takes a second pass (Chan, Golub & LeVeque 1983, eq. 1.7). Zeros when there is no cell.
 * @returns [5]
 */
export function moments(x: Float64Array): Float64Array {
  let count = 0;
  let sum = 0;
  let low = Infinity;
  let high = -Infinity;
  for (const value of x) {
    if (isMasked(value)) continue;
    count++;
    sum += value;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (count === 0) return new Float64Array(5);
  const near = sum / count;
  let rest = 0;
  let squares = 0;
  for (const value of x) {
    if (isMasked(value)) continue;
    rest += value - near;
    squares += (value - near) ** 2;
  }
  const correction = rest / count;
  return Float64Array.of(near + correction, Math.max(0, squares / count - correction ** 2), low, high, count);
}

/** Equal bins over [min, max]; the last one includes max. */
export interface HistogramRange {
  readonly min: number;
  readonly max: number;
  readonly bins: number;
}

/**
 * Counts of the cells that are not masked: below min, in each bin, above max.
 * @returns [bins + 2]
 */
export function histogram(x: Float64Array, { min, max, bins }: HistogramRange): Uint32Array {
  const counts = new Uint32Array(bins + 2);
  for (const value of x) {
    if (isMasked(value)) continue;
    if (value < min) counts[0]!++;
    else if (value > max) counts[bins + 1]!++;
    else counts[1 + Math.min(bins - 1, Math.floor(((value - min) / (max - min)) * bins))]!++;
  }
  return counts;
}

/** Euclidean norm of each row: x [rows, cols] → [rows]. */
export function rowNorms(x: Float64Array, rows: number, cols: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += x[row * cols + c]! ** 2;
    norms[row] = Math.sqrt(sum);
  }
  return norms;
}

/** Mean of each column over the rows `from` to `to` - 1: x [rows, cols] → [cols]. */
export function rowRangeMeans(x: Float64Array, cols: number, from: number, to: number): Float64Array {
  const means = new Float64Array(cols);
  for (let row = from; row < to; row++) {
    for (let c = 0; c < cols; c++) means[c]! += x[row * cols + c]! / (to - from);
  }
  return means;
}
