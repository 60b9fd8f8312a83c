import { pythonArray, pythonNumber } from '../python';

/** Numbers beyond which code is too long to paste. */
export const MOST_NUMBERS = 4096;

/** What made one weight: a query, the keys that it can be scored against, and the factor. */
export interface WeightOperands {
  readonly head: number;
  readonly row: number;
  readonly col: number;
  /** [d_k] */
  readonly q: Float32Array;
  /** The keys of the head [n, d_k]. */
  readonly keys: Float32Array;
  readonly causal: boolean;
  /** The weight as the device has it. */
  readonly weight: number;
}


/** Python that computes one weight of one head from its query and keys, and prints it beside the page's own value. */
export function weightCode({ head, row, col, q, keys, causal, weight }: WeightOperands): string {
  const headDim = q.length;
  const n = keys.length / headDim;
  const visible = causal ? row + 1 : n; // as many queries as keys: only files have more keys, and they bring no q to show
  const lines = ['import numpy as np', '', `q = ${pythonArray(q)}  # head ${head}, query ${row}`];
  if (keys.length <= MOST_NUMBERS) {
    lines.push(`K = ${pythonArray(keys)}.reshape(${n}, ${headDim})  # the keys of head ${head}`, `s = K @ q / np.sqrt(${headDim})`);
  } else {
    const scores = Float64Array.from({ length: n }, (_, j) => q.reduce((sum, value, c) => sum + value * keys[j * headDim + c]!, 0));
    lines.push(`# ${n} keys of width ${headDim} are too many to paste: these are the scores K @ q`, `s = ${pythonArray(scores)} / np.sqrt(${headDim})`);
  }
  if (visible < n) lines.push(`s = s[:${visible}]  # the causal mask`);
  if (col >= visible) lines.push(`print(0.0)  # key ${col} is masked; the page shows ${pythonNumber(weight)}`);
  else lines.push('e = np.exp(s - s.max())', 'p = e / e.sum()', `print(p[${col}])  # the page shows ${pythonNumber(weight)}`);
  return lines.join('\n') + '\n';
}

/** What made one divergence: the weights of two heads, [rows, n] each. */
export interface PairOperands {
  readonly a: number;
  readonly b: number;
  readonly n: number;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** One divergence taken apart, in float64 from the device's weights. */
export interface PairArithmetic {
  /** Divergence of each row, in bits. */
  readonly rows: Float64Array;
  readonly mean: number;
  /** The row that differs most: its index, entropy of the average, and average of the entropies, in bits. */
  readonly largest: number;
  readonly ofAverage: number;
  readonly average: number;
}

const entropy = (p: ArrayLike<number>): number => Array.from(p).reduce((sum, weight) => (weight > 0 ? sum - weight * Math.log2(weight) : sum), 0);

/** Repeats the arithmetic of one pair of heads. */
export function pairArithmetic({ n, first, second }: PairOperands): PairArithmetic {
  const parts = (row: number) => {
    const [p, q] = [first.subarray(row * n, (row + 1) * n), second.subarray(row * n, (row + 1) * n)];
    return { ofAverage: entropy(Float64Array.from(p, (weight, j) => (weight + q[j]!) / 2)), average: (entropy(p) + entropy(q)) / 2 };
  };
  const rows = Float64Array.from({ length: first.length / n }, (_, row) => parts(row).ofAverage - parts(row).average);
  const largest = rows.indexOf(Math.max(...rows));
  return { rows, mean: rows.reduce((sum, value) => sum + value, 0) / rows.length, largest, ...parts(largest) };
}

/** Rows of a pair whose numbers are short enough to paste. */
export const pastedRows = ({ n, first }: PairOperands): number => Math.max(1, Math.min(first.length / n, Math.floor(MOST_NUMBERS / (2 * n))));

/** Python that computes the divergence of two heads from their weights. */
export function pairCode(pair: PairOperands): string {
  const { a, b, n, first, second } = pair;
  const count = pastedRows(pair);
  const all = first.length / n;
  const shown = pairArithmetic({ ...pair, first: first.subarray(0, count * n), second: second.subarray(0, count * n) }).mean;
  return [
    'import numpy as np', '',
    `P = ${pythonArray(first.subarray(0, count * n))}.reshape(${count}, ${n})  # head ${a}`,
    `Q = ${pythonArray(second.subarray(0, count * n))}.reshape(${count}, ${n})  # head ${b}`,
    'def H(p):  # entropy of each row, in bits',
    '    return -np.sum(np.where(p > 0, p * np.log2(np.where(p > 0, p, 1)), 0), axis=1)',
    'JS = H((P + Q) / 2) - (H(P) + H(Q)) / 2',
    count < all ? `print(JS.mean())  # these ${count} of ${all} rows give ${pythonNumber(shown)}` : `print(JS.mean())  # the page shows ${pythonNumber(shown)}`,
  ].join('\n') + '\n';
}
