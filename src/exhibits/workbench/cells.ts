import { isMasked, MASKED } from '../../reference/softmax';

/** A number of a row and a column: undefined while it is not read back, MASKED where there is no cell. */
export type NumberAt = (row: number, col: number) => number | undefined;

/** What stands behind the cells of a map, row-major. */
export interface CellNumbers {
  readonly values: Float32Array;
  /** Where it is MASKED, `values` has no cell either: weights are zero there. */
  readonly masked?: Float32Array | null;
  /** The same stage of A: the numbers are then `values` − `minus`. */
  readonly minus?: Float32Array | null;
}

/** The number of one cell. */
export function numberOf({ values, masked, minus }: CellNumbers, index: number): number {
  const value = values[index]!;
  if (minus) return isMasked(value) || isMasked(minus[index]!) ? MASKED : value - minus[index]!;
  return masked && isMasked(masked[index]!) ? MASKED : value;
}

/** Least and largest number that there is, or undefined where there is none. */
export function rangeOf(numbers: CellNumbers): [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (let index = 0; index < numbers.values.length; index++) {
    const value = numberOf(numbers, index);
    if (isMasked(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}
