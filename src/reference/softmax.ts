/** The value that stands for "no cell", as in shaders/lib/masked.wgsl: the lowest finite f32. */
export const MASKED = -3.4028234663852886e38;

/** True where a score is masked. */
export const isMasked = (score: number): boolean => score <= MASKED;

/**
 * Softmax along rows, shifted by the row's largest score (Goodfellow et al. 2016, Deep Learning, §4.1).
 * @param x scores [rows, cols], masked cells MASKED
 * @returns weights [rows, cols]; a row with every cell masked is zeros
 */
export function softmax(x: Float64Array, rows: number, cols: number): Float64Array {
  const weights = new Float64Array(x.length);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    let top = MASKED;
    for (let c = 0; c < cols; c++) top = Math.max(top, x[start + c]!);
    let sum = 0;
    for (let c = 0; c < cols; c++) {
      const score = x[start + c]!;
      const e = isMasked(score) ? 0 : Math.exp(score - top);
      weights[start + c] = e;
      sum += e;
    }
    if (sum > 0) for (let c = 0; c < cols; c++) weights[start + c]! /= sum;
  }
  return weights;
}
