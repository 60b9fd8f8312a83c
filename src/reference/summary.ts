// Summaries of a few thousand numbers that have been read back, such as one number per row. None of them changes its input.

/** Arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** The middle value, or the mean of the middle two; NaN of nothing, and NaN when any value is NaN. */
export function median(values: ArrayLike<number>): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort(); // typed arrays sort by number, NaN last
  if (Number.isNaN(sorted[sorted.length - 1]!)) return NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Share, from 0 to 1, of the values for which `predicate` holds; NaN of nothing. */
export function share(values: ArrayLike<number>, predicate: (value: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (predicate(values[i]!)) count++;
  return count / values.length;
}
