import type { NormsSpec } from './spec';

/** What made one normalised cell, read back from the device. */
export interface CellOperands {
  /** The cells that share its statistics, and its place among them; −1: padding that is left out. */
  readonly values: readonly number[];
  readonly at: number;
  /** The cell itself. */
  readonly x: number;
  /** Its output as the device has it. */
  readonly y: number;
  /** BatchNorm in evaluation: the running statistics of its feature. */
  readonly running: { readonly mean: number; readonly variance: number } | null;
}

/** One cell taken apart, in float64. */
export interface Arithmetic {
  /** Null for RMSNorm, which subtracts none. */
  readonly mean: number | null;
  /** Biased variance; for RMSNorm the mean square. */
  readonly variance: number;
  readonly deviation: number;
  readonly normal: number;
  readonly y: number;
  /** What the running variance would take in of this set: unbiased. Null where it does not apply. */
  readonly unbiased: number | null;
}

/** Repeats the arithmetic of one cell from its f32 operands; null where no norm is applied to it. */
export function arithmeticOf({ values, at, x, running }: CellOperands, { norm, eps, gamma, beta }: Pick<NormsSpec, 'norm' | 'eps' | 'gamma' | 'beta'>): Arithmetic | null {
  if (norm === 'none' || at < 0) return null;
  const N = values.length;
  const average = (of: (value: number) => number) => values.reduce((sum, value) => sum + of(value), 0) / N;
  const mean = norm === 'rms' ? null : (running?.mean ?? average((value) => value));
  const variance = running?.variance ?? average((value) => (value - (mean ?? 0)) ** 2);
  const deviation = Math.sqrt(variance + eps);
  const normal = (x - (mean ?? 0)) / deviation;
  return {
    mean, variance, deviation, normal,
    y: normal * gamma + (norm === 'rms' ? 0 : beta),
    unbiased: norm === 'batch' && !running && N > 1 ? (variance * N) / (N - 1) : null,
  };
}
