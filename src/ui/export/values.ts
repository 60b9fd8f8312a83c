/** Tensors as they were read, made ready for figures. Pure. */

/** The lowest float32 stands for "no cell" on the device. */
const MASKED = -3.4028234663852886e38;

/** The same numbers with −Infinity for every masked score; the array itself where there is none. */
export function withInfinities(values: Float32Array): Float32Array {
  if (!values.some((value) => value <= MASKED)) return values;
  return values.map((value) => (value <= MASKED ? -Infinity : value));
}

/** Weights without those that the mask hides, which are zeros: −Infinity where `masked` has no cell. */
export const withoutHidden = (values: Float32Array, masked: Float32Array | null): Float32Array =>
  masked ? values.map((value, index) => (masked[index]! <= MASKED ? -Infinity : value)) : values;

/** b − a; −Infinity where either has no cell. */
export const differenceOf = (b: Float32Array, a: Float32Array): Float32Array =>
  b.map((value, index) => (value <= MASKED || a[index]! <= MASKED ? -Infinity : value - a[index]!));

/** Whether any cell is none. */
export const hasHidden = (values: ArrayLike<number>): boolean => Array.prototype.includes.call(values, -Infinity);

/** Least and largest of the numbers that there are, or null. */
export function rangeOf(arrays: readonly ArrayLike<number>[]): [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value) || value <= MASKED) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : null;
}
