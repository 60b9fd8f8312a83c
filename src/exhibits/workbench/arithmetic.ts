import { isMasked } from '../../reference/softmax';

/** The operands behind one weight, read back from the device that computed it. */
export interface CellOperands {
  readonly row: number;
  readonly col: number;
  /** q_i and k_j [d_k], or null where a file brought the scores. */
  readonly q: Float32Array | null;
  readonly k: Float32Array | null;
  /** The score q·k as the device has it. */
  readonly score: number;
  readonly factor: number;
  /** The masked scores of row i [n]. */
  readonly maskedRow: Float32Array;
  /** The weights of row i [n]. */
  readonly weightRow: Float32Array;
}

/** One weight taken apart. */
export interface Arithmetic {
  /** q_i[c] · k_j[c] for each dimension c, or null where a file brought the scores. */
  readonly products: Float64Array | null;
  readonly score: number;
  readonly scaled: number;
  readonly hidden: boolean;
  /** Largest visible score of the row, NaN where every key is masked. */
  readonly largest: number;
  /** exp(s − largest) for each key; 0 where masked. */
  readonly exponentials: Float64Array;
  readonly rowSum: number;
  /** The quotient, computed here in float64. */
  readonly weight: number;
  /** The weight as the device has it. */
  readonly deviceWeight: number;
}

/** Repeats the arithmetic of one cell in float64 from its f32 operands. */
export function arithmeticOf({ col, q, k, score, factor, maskedRow, weightRow }: CellOperands): Arithmetic {
  const products = q && k ? Float64Array.from(q, (value, c) => value * k[c]!) : null;
  let largest = -Infinity;
  for (const value of maskedRow) if (!isMasked(value)) largest = Math.max(largest, value);
  const exponentials = Float64Array.from(maskedRow, (value) => (isMasked(value) ? 0 : Math.exp(value - largest)));
  const rowSum = exponentials.reduce((sum, e) => sum + e, 0);
  return {
    products,
    score,
    scaled: score * factor,
    hidden: isMasked(maskedRow[col]!),
    largest: Number.isFinite(largest) ? largest : NaN,
    exponentials,
    rowSum,
    weight: rowSum > 0 ? exponentials[col]! / rowSum : 0,
    deviceWeight: weightRow[col]!,
  };
}

/** The operands behind one component of the output, read back from the device that computed it. */
export interface OutputOperands {
  /** The weights of row i [n]. */
  readonly weightRow: Float32Array;
  /** Component d of every value [n]. */
  readonly column: Float32Array;
  /** The component as the device has it. */
  readonly output: number;
}

/** One component of the output taken apart. */
export interface OutputArithmetic {
  /** w_ij · v_jd for each key j, in float64. */
  readonly terms: Float64Array;
  /** Keys by the size of their terms, the largest first. */
  readonly largest: readonly number[];
  /** The sum of all terms but those of the first `count` keys of `largest`. */
  readonly restAfter: (count: number) => number;
  readonly output: number;
}

/** Repeats Σ_j w_ij · v_jd in float64 from its f32 operands. */
export function outputArithmetic({ weightRow, column }: OutputOperands): OutputArithmetic {
  const terms = Float64Array.from(weightRow, (weight, j) => weight * column[j]!);
  const largest = [...terms.keys()].sort((a, b) => Math.abs(terms[b]!) - Math.abs(terms[a]!));
  const sumOf = (keys: readonly number[]) => keys.reduce((sum, j) => sum + terms[j]!, 0);
  return { terms, largest, restAfter: (count) => sumOf(largest.slice(count)), output: sumOf(largest) };
}
