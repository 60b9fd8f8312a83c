import type { Mistake } from './params';

/** The operands behind one weight of the first layer, read back from the device that computed it. */
export interface WeightOperands {
  readonly col: number;
  /** q_i and k_j [WIDTH]. */
  readonly q: Float32Array;
  readonly k: Float32Array;
  /** What the product is multiplied by. */
  readonly factor: number;
  readonly mistake: Mistake;
  /** Which keys of the row the mask leaves visible (1) [n]. */
  readonly visible: Uint8Array;
  /** What goes into the softmax, and the weights of the row [n]; hidden scores are MASKED where the mask is right. */
  readonly maskedRow: Float32Array;
  readonly weightRow: Float32Array;
}

/** One weight taken apart. */
export interface WeightArithmetic {
  /** q[c] · k[c] for each dimension. */
  readonly products: Float64Array;
  readonly score: number;
  readonly scaled: number;
  readonly hidden: boolean;
  /** Largest score that takes part in the row's softmax; null where none does. */
  readonly largest: number | null;
  /** exp(score − largest) of each key; 0 where it takes no part. */
  readonly exponentials: Float64Array;
  readonly rowSum: number;
  readonly quotient: number;
  /** After the mask, where it comes last; else the quotient. */
  readonly weight: number;
  /** As the device has it. */
  readonly deviceWeight: number;
}

/** Repeats the arithmetic of one weight in float64 from its f32 operands. */
export function weightArithmetic({ col, q, k, factor, mistake, visible, maskedRow, weightRow }: WeightOperands): WeightArithmetic {
  const products = Float64Array.from(q, (value, c) => value * k[c]!);
  const score = products.reduce((a, b) => a + b, 0);
  const takesPart = (j: number) => mistake !== 'none' || visible[j] === 1;
  const keys = Array.from({ length: maskedRow.length }, (_, j) => j);
  const taking = keys.filter(takesPart);
  const largest = taking.length > 0 ? Math.max(...taking.map((j) => maskedRow[j]!)) : null;
  const exponentials = Float64Array.from(keys, (j) => (largest !== null && takesPart(j) ? Math.exp(maskedRow[j]! - largest) : 0));
  const rowSum = exponentials.reduce((a, b) => a + b, 0);
  const quotient = rowSum > 0 ? exponentials[col]! / rowSum : 0;
  const hidden = visible[col] === 0;
  return {
    products, score, scaled: score * factor, hidden, largest, exponentials, rowSum, quotient,
    weight: mistake === 'after' && hidden ? 0 : quotient,
    deviceWeight: weightRow[col]!,
  };
}

/** One cell of the leak map taken apart: the outputs [WIDTH] before and after the change. */
export function leakArithmetic(before: Float32Array, after: Float32Array): { difference: Float64Array; squares: number; norm: number } {
  const difference = Float64Array.from(after, (value, e) => value - before[e]!);
  const squares = difference.reduce((sum, d) => sum + d * d, 0);
  return { difference, squares, norm: Math.sqrt(squares) };
}
