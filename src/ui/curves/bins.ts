/** A histogram's counts as shares and densities. Pure. */

/** Equal bins over [min, max], and what fell outside. */
export interface HistogramData {
  readonly min: number;
  readonly max: number;
  /** How many values fell into each bin. */
  readonly counts: ArrayLike<number>;
  readonly below?: number;
  readonly above?: number;
}

/** One bar of a histogram. */
export interface HistogramBar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Share of all values, those outside included. */
  readonly share: number;
  /** Share per unit of x: what a density is compared with. */
  readonly density: number;
}

/** Number of values, those outside the bins included. */
export function totalOf({ counts, below = 0, above = 0 }: HistogramData): number {
  let total = below + above;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  return total;
}

/** The bars of a histogram; densities are 0 where nothing was counted. */
export function barsOf(data: HistogramData): HistogramBar[] {
  const { min, max, counts } = data;
  const total = totalOf(data);
  const width = (max - min) / counts.length;
  return Array.from(counts, (count, i) => {
    const share = total > 0 ? count / total : 0;
    return { from: min + i * width, to: min + (i + 1) * width, count, share, density: share / width };
  });
}

/** Density of N(mean, deviation²). */
export function normalDensity(mean: number, deviation: number): (x: number) => number {
  const factor = 1 / (deviation * Math.sqrt(2 * Math.PI));
  return (x) => factor * Math.exp(-0.5 * ((x - mean) / deviation) ** 2);
}
