/** Attention once more, in plain float64 and of the tests' own writing, to hold the page's numbers against. */

/** Rows of [h, m, n] weights from masked scores; a row of −Infinity gives zeros. */
export function softmaxRows(scores: readonly number[], n: number): number[] {
  const weights: number[] = [];
  for (let start = 0; start < scores.length; start += n) {
    const row = scores.slice(start, start + n);
    const top = Math.max(...row);
    const exps = row.map((score) => (top === -Infinity ? 0 : Math.exp(score - top)));
    const sum = exps.reduce((a, b) => a + b, 0);
    weights.push(...exps.map((e) => (sum > 0 ? e / sum : 0)));
  }
  return weights;
}

/** a [h, m, k] times b [h, k, n], or times bᵀ [h, n, k]. */
export function multiply(a: readonly number[], b: readonly number[], [h, m, k, n]: readonly [number, number, number, number], transposed = false): number[] {
  const product: number[] = [];
  for (let head = 0; head < h; head++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let c = 0; c < k; c++) sum += a[(head * m + i) * k + c]! * b[head * k * n + (transposed ? j * k + c : c * n + j)]!;
        product.push(sum);
      }
    }
  }
  return product;
}

/** Mean entropy in nats of the rows of weights that see any key. */
export function meanEntropy(weights: readonly number[], n: number): number {
  const entropies: number[] = [];
  for (let start = 0; start < weights.length; start += n) {
    const row = weights.slice(start, start + n).filter((weight) => weight > 0);
    if (row.length > 0) entropies.push(-row.reduce((sum, weight) => sum + weight * Math.log(weight), 0));
  }
  return entropies.reduce((a, b) => a + b, 0) / entropies.length;
}

/** Largest absolute difference; equal infinities do not differ. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`Lists of ${a.length} and ${b.length} numbers cannot be compared.`);
  return a.reduce((most, value, at) => {
    const difference = value === b[at] ? 0 : Math.abs(value - b[at]!);
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
}

/** Largest magnitude. */
export const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
