// The experiment over all widths: measured points, and the theory beside them. Pure.
import type { CurvePoint } from '../../ui/curves/types';
import type { GradientFigures, Measurements, SideFigures } from './measure';
import type { Distribution } from './params';
import { factorsOf, type ScalingValues } from './plan';
import { varianceError, type Prediction } from './theory';
import { VALUE_WIDTH, type ScalingSpec, type Side } from './spec';

/** Widths of the sweep: powers of two. */
export const WIDTHS: readonly number[] = Array.from({ length: 13 }, (_, i) => 2 ** i);

/** Draws at each width; fewer where they would take long. */
export const SWEEP_DRAWS = 16;

/** One width, measured. */
export interface SweepPoint {
  readonly dk: number;
  readonly measured: Measurements;
}

/** One width, predicted. */
export interface TheoryPoint {
  readonly dk: number;
  readonly off: Prediction;
  readonly on: Prediction;
}

/** The setting that a sweep depends on: everything but d_k. */
export type SweepSetting = Pick<ScalingValues, 'dist' | 'n' | 'seed' | 'scale' | 'temperature'>;

/** A name for a sweep, so that each is measured once. */
export const sweepKey = ({ dist, n, seed, scale, temperature }: SweepSetting): string =>
  [dist, n, seed, typeof scale === 'number' ? scale : 'rsqrt', temperature].join(';');

/** A name for its theory, which knows no seed and assumes N(0, 1). */
export const theoryKey = ({ n, scale, temperature }: SweepSetting): string => [n, typeof scale === 'number' ? scale : 'rsqrt', temperature].join(';');

export function sweepSpec(setting: SweepSetting, dk: number, draws: number): ScalingSpec {
  const { dist, n, seed } = setting;
  return { input: { kind: 'random', dist }, draws, m: n, n, dk, dv: VALUE_WIDTH, seed, factors: factorsOf(setting, dk), causal: false };
}

/** Standard errors that an error bar reaches to either side. */
export const REACH = 2;

/** Points of the variance of q·k, or of the scaled scores. */
export const variancePoints = (points: readonly SweepPoint[], side: Side): CurvePoint[] =>
  points.map(({ dk, measured }) => ({ x: dk, y: side === 'off' ? measured.scoreVariance : measured.on.variance }));

/** The line that theory draws for the variance, with the sampling error of one point as its band. */
export function varianceLine(dist: Distribution, n: number, draws: (dk: number) => number, height: (dk: number) => number): CurvePoint[] {
  return WIDTHS.map((dk) => {
    const y = height(dk);
    const error = varianceError(dist, n, dk, draws(dk));
    return error === null ? { x: dk, y } : { x: dk, y, low: y * Math.max(1e-9, 1 - REACH * error), high: y * (1 + REACH * error) };
  });
}

/** Points of a figure with an error in its own unit. */
export const pointsOf = (points: readonly SweepPoint[], side: Side, read: (figures: SideFigures) => readonly [number | undefined, number | null | undefined]): CurvePoint[] =>
  points.map(({ dk, measured }) => {
    const [y = NaN, error = null] = read(measured[side]);
    return { x: dk, y, ...(error !== null && { low: Math.max(0, y - REACH * error), high: y + REACH * error }) };
  });

/** Points of a median, whose error is that of its logarithm. */
export const logPointsOf = (points: readonly SweepPoint[], side: Side, read: (figures: SideFigures) => readonly [number | undefined, number | null | undefined]): CurvePoint[] =>
  points.map(({ dk, measured }) => {
    const [y = NaN, error = null] = read(measured[side]);
    return { x: dk, y, ...(error !== null && { low: y * Math.exp(-REACH * error), high: y * Math.exp(REACH * error) }) };
  });

export const entropyOf = ({ entropy, entropyError }: SideFigures) => [entropy, entropyError] as const;
export const jacobianOf = ({ jacobianMedian, jacobianMedianLogError }: SideFigures) => [jacobianMedian, jacobianMedianLogError] as const;
export const gradientMeanOf = ({ gradient }: { readonly gradient: GradientFigures | null }) => [gradient?.mean, gradient?.meanError] as const;
export const gradientMedianOf = ({ gradient }: { readonly gradient: GradientFigures | null }) => [gradient?.median, gradient?.medianLogError] as const;

/** The line of one predicted figure. */
export const lineOf = (theory: readonly TheoryPoint[], side: Side, figure: keyof Prediction): CurvePoint[] => theory.map((point) => ({ x: point.dk, y: point[side][figure] }));
