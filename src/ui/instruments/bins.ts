/** Many values in few bars, without hiding that it was done. Pure. */

/** How the values of one bar become its length. */
export type Aggregate = 'sum' | 'mean' | 'max';

/** One bar: a value, or a run of neighbouring ones. */
export interface Bar {
  /** Index of the first value, and of the one after the last. */
  start: number;
  end: number;
  /** The value, or the aggregate over the run: NaN if any is NaN, −∞ only if all are. */
  value: number;
}

function aggregate(values: ArrayLike<number>, start: number, end: number, how: Aggregate): number {
  let total = 0;
  let largest = -Infinity;
  let counted = 0;
  for (let i = start; i < end; i += 1) {
    const value = values[i];
    if (Number.isNaN(value)) return NaN;
    if (value === -Infinity) continue; // masked: it is no number to add
    total += value;
    if (value > largest) largest = value;
    counted += 1;
  }
  if (counted === 0) return -Infinity;
  return how === 'sum' ? total : how === 'mean' ? total / counted : largest;
}

/**
 * At most `limit` bars over all values. Runs are equally long but for the last, and masked values (−∞) do
 * not count towards a run's sum, mean or largest value.
 */
export function toBars(values: ArrayLike<number>, limit: number, how: Aggregate): Bar[] {
  const run = Math.max(1, Math.ceil(values.length / Math.max(1, limit)));
  const bars: Bar[] = [];
  for (let start = 0; start < values.length; start += run) {
    const end = Math.min(values.length, start + run);
    bars.push({ start, end, value: run === 1 ? values[start] : aggregate(values, start, end, how) });
  }
  return bars;
}

/** The range of the finite values, zero included, so that bars stand on it; [0, 1] if there is none but zero. */
export function barDomain(bars: readonly Bar[]): [number, number] {
  let low = 0;
  let high = 0;
  for (const { value } of bars) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low === high ? [0, 1] : [low, high];
}
