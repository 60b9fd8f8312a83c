// Figures about many rows that have been read back. Pure.
import { mean, median } from '../../reference/summary';

/** Counts in equal bins over [min, max], and outside of it. */
export interface Counted {
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

/** Draws from which on their spread tells an error. */
const FEWEST = 4;

/** Standard error of the mean of the groups' means, from their spread; null for fewer than 4 groups. */
export function meanError(groups: readonly (readonly number[])[]): number | null {
  return groups.length < FEWEST ? null : errorOf(groups.map((group) => mean(group)));
}

/** Standard error of the logarithm of the median, from the spread of the groups' own; null for fewer than 4 groups, or where a median is 0. */
export function logMedianError(groups: readonly (readonly number[])[]): number | null {
  if (groups.length < FEWEST) return null;
  const error = errorOf(groups.map((group) => Math.log(median(group))));
  return Number.isFinite(error) ? error : null;
}

/** Standard error of the mean of independent values. */
function errorOf(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** Smallest share of the values that adds up to `part` of their sum; NaN of nothing. */
export function carriers(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort().reverse();
  const wanted = part * sorted.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  let count = 0;
  while (count < sorted.length && sum < wanted) sum += sorted[count++]!;
  return count / sorted.length;
}

/** Positive values by the power of ten: `perDecade` bins for each from 10^from to 10^to; zeros lie below. */
export function logBins(values: readonly number[], from: number, to: number, perDecade: number): Counted {
  const counts = new Array<number>((to - from) * perDecade).fill(0);
  let [below, above] = [0, 0];
  for (const value of values) {
    const place = Math.floor((Math.log10(value) - from) * perDecade);
    if (!(place >= 0)) below++;
    else if (place >= counts.length) above++;
    else counts[place]!++;
  }
  return { min: from, max: to, counts, below, above };
}
