import type { WeightOperands } from './numpy';

/** One weight taken apart, in float64 from the device's own operands. */
export interface WeightArithmetic {
  /** q[c] · k[c] for each dimension. */
  readonly products: Float64Array;
  readonly score: number;
  /** The score over √d_k. */
  readonly scaled: number;
  /** The causal mask hides the key. */
  readonly hidden: boolean;
  /** exp(scaled − largest of the row). */
  readonly exponential: number;
  readonly rowSum: number;
  readonly weight: number;
}

/** Repeats the arithmetic of one weight. @param m number of queries, the last ones of the positions that the keys count */
export function weightArithmetic({ row, col, q, keys, causal }: WeightOperands, m: number): WeightArithmetic {
  const headDim = q.length;
  const n = keys.length / headDim;
  const root = Math.sqrt(headDim);
  const last = causal ? row + n - m : n - 1;
  const product = (j: number) => Float64Array.from(q, (value, c) => value * keys[j * headDim + c]!);
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const scores = Array.from({ length: last + 1 }, (_, j) => total(product(j)) / root);
  const largest = Math.max(...scores);
  const products = product(col);
  const score = total(products);
  const rowSum = scores.reduce((sum, scaled) => sum + Math.exp(scaled - largest), 0);
  const hidden = col > last;
  const exponential = hidden ? 0 : Math.exp(score / root - largest);
  return { products, score, scaled: score / root, hidden, exponential, rowSum, weight: exponential / rowSum };
}
