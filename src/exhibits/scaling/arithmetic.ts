import { isMasked } from '../../reference/softmax';

/** What the device used for one row, read back. */
export interface RowOperands {
  readonly col: number;
  /** q_i and k_j [d_k] and all keys [n, d_k]; null where a file brought the scores. */
  readonly q: Float32Array | null;
  readonly keys: Float32Array | null;
  /** q·k for every key of the row [n]. */
  readonly scores: Float32Array;
  readonly factor: number;
  /** Scores of the row after factor and mask [n], and their weights. */
  readonly scaledRow: Float32Array;
  readonly weightRow: Float32Array;
  /** g·v_j for every key [n]: the gradient of the weights; null where there are no keys. */
  readonly dweights: Float64Array | null;
}

/** One weight, and the row that it stands in, taken apart. */
export interface RowArithmetic {
  readonly products: Float64Array | null;
  readonly score: number;
  readonly scaled: number;
  readonly hidden: boolean;
  readonly largest: number;
  /** exp(s − largest) of each key; 0 where masked. */
  readonly exponentials: Float64Array;
  readonly rowSum: number;
  readonly weight: number;
  /** The weight as the device has it. */
  readonly deviceWeight: number;
  readonly entropy: number;
  readonly jacobian: number;
  readonly gradient: { readonly average: number; readonly dscores: number; readonly norm: number } | null;
}

/** Repeats the arithmetic of one row in float64 from its f32 operands. */
export function rowArithmetic({ col, q, keys, scores, factor, scaledRow, weightRow, dweights }: RowOperands): RowArithmetic {
  const n = scaledRow.length;
  const dk = q?.length ?? 0;
  const scaled = Float64Array.from(scaledRow, (value, j) => (isMasked(value) ? -Infinity : scores[j]! * factor));
  const largest = scaled.reduce((most, value) => Math.max(most, value), -Infinity);
  const exponentials = scaled.map((value) => Math.exp(value - largest));
  const rowSum = exponentials.reduce((sum, e) => sum + e, 0);
  const p = exponentials.map((e) => e / rowSum);
  return {
    products: q && keys ? Float64Array.from(q, (value, c) => value * keys[col * dk + c]!) : null,
    score: scores[col]!,
    scaled: scores[col]! * factor,
    hidden: isMasked(scaledRow[col]!),
    largest,
    exponentials,
    rowSum,
    weight: p[col]!,
    deviceWeight: weightRow[col]!,
    entropy: -p.reduce((sum, weight) => (weight > 0 ? sum + weight * Math.log(weight) : sum), 0),
    jacobian: jacobianNorm(p),
    gradient: q && keys && dweights ? gradientOf(p, dweights, keys, factor, n, dk) : null,
  };
}

/** ‖diag(p) − ppᵀ‖_F, entry by entry: the definition itself. */
function jacobianNorm(p: Float64Array): number {
  const top = p.reduce((best, weight, j) => (weight > p[best]! ? j : best), 0);
  // 1 − p of the largest weight, which subtraction would round to 0
  const rest = p.reduce((sum, weight, j) => (j === top ? sum : sum + weight), 0);
  let squares = 0;
  p.forEach((a, i) => {
    p.forEach((b, j) => {
      const entry = i === j ? a * (i === top ? rest : 1 - a) : -a * b;
      squares += entry ** 2;
    });
  });
  return Math.sqrt(squares);
}

function gradientOf(p: Float64Array, dweights: Float64Array, keys: Float32Array, factor: number, n: number, dk: number) {
  const average = p.reduce((sum, weight, j) => sum + weight * dweights[j]!, 0);
  // Differences to the best key's gradient keep what two rounded numbers of the same size would lose.
  const top = p.reduce((best, weight, j) => (weight > p[best]! ? j : best), 0);
  const shift = p.reduce((sum, weight, j) => sum + weight * (dweights[j]! - dweights[top]!), 0);
  const dscores = p.map((weight, j) => weight * (dweights[j]! - dweights[top]! - shift));
  const dq = new Float64Array(dk);
  for (let j = 0; j < n; j++) for (let c = 0; c < dk; c++) dq[c]! += factor * dscores[j]! * keys[j * dk + c]!;
  return { average, dscores: Math.hypot(...dscores), norm: Math.hypot(...dq) };
}
