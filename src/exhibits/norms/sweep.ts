import type { Ops, Tensor } from '../../ops';
import { drawTokens, filledRows } from './data';
import { STREAMS, WATCHED, type NormsSpec } from './spec';

/** What BatchNorm in training does at one batch size, over many independent features; no padding, no outlier. */
export interface SweepPoint {
  readonly batch: number;
  /** Root mean square of BatchNorm's means around the true mean 0, in deviations of the feature. */
  readonly standardError: number;
  /** RMS change of the watched sentence's output when all others are drawn anew; null at batch 1. */
  readonly change: number | null;
  /** The same under LayerNorm, from the same numbers. */
  readonly layerChange: number | null;
  /** RMS distance of the watched sentence's output in training from evaluation with the true mean and variance. */
  readonly gap: number;
}

/** Batch sizes of the sweep. */
export const SWEEP = [1, 2, 4, 8, 16, 32, 64] as const;

/** Independent features that each point is measured on: fewer for long sentences, so that a sweep stays short. */
export const sweepColumns = (tokens: number): number => Math.max(64, Math.min(256, Math.floor(4096 / tokens)));

/** Measures every batch size that BatchNorm can train at. @param columns independent features; each one is a draw */
export async function sweepBatches<T extends Tensor>(
  ops: Ops<T>,
  { tokens, alike, seed, eps }: Pick<NormsSpec, 'tokens' | 'alike' | 'seed' | 'eps'>,
  columns = sweepColumns(tokens),
  batches: readonly number[] = SWEEP,
): Promise<SweepPoint[]> {
  const points: SweepPoint[] = [];
  // One size after the other: the largest alone is as large as all the others together.
  for (const batch of batches) if (batch * tokens >= 2) points.push(await point(ops, { batch, tokens, alike, seed }, eps, columns));
  return points;
}

async function point<T extends Tensor>(ops: Ops<T>, draw: Parameters<typeof drawTokens>[1], eps: number, columns: number): Promise<SweepPoint> {
  const { batch, tokens } = draw;
  const rows = batch * tokens;
  const ofSample = (watched: boolean) => Float32Array.from({ length: rows }, (_, row) => Number((Math.floor(row / tokens) === WATCHED) === watched));
  const [mine, theirs] = [filledRows(ops, ofSample(true), columns), filledRows(ops, ofSample(false), columns)];
  const stream = STREAMS.sweep + 4 * batch;
  const x = drawTokens(ops, draw, columns, stream);
  const again = drawTokens(ops, draw, columns, stream + 2);
  const parts = [ops.multiply(x, mine), ops.multiply(again, theirs)] as const;
  const other = ops.add(...parts);
  const truth = { mode: 'eval', eps, runningMean: constant(ops, 0, columns), runningVar: constant(ops, 1, columns) } as const;
  const passes = [ops.batchNorm(x, { mode: 'train', eps }), ops.batchNorm(other, { mode: 'train', eps }), ops.batchNorm(x, truth)] as const;
  const layers = [ops.layerNorm(x, { eps }), ops.layerNorm(other, { eps })] as const;
  const apart = (a: T, b: T): Promise<number> => {
    const difference = ops.subtract(a, b);
    const kept = ops.multiply(difference, mine);
    const moments = ops.moments(kept);
    const reading = ops.read(moments);
    ops.free(difference, kept, moments);
    return reading.then((values) => Math.sqrt((values[1]! + values[0]! ** 2) * batch));
  };
  const reading = Promise.all([
    ops.read(passes[0].mean),
    batch > 1 ? apart(passes[0].y, passes[1].y) : null,
    batch > 1 ? apart(layers[0].y, layers[1].y) : null,
    apart(passes[0].y, passes[2].y),
  ]);
  ops.free(x, again, mine, theirs, ...parts, other, truth.runningMean, truth.runningVar, passes[2].y, passes[2].rstd);
  for (const pass of passes.slice(0, 2)) ops.free(pass.y, pass.mean, pass.variance, pass.rstd);
  for (const pass of layers) ops.free(pass.y, pass.mean, pass.rstd);
  const [means, change, layerChange, gap] = await reading;
  const standardError = Math.sqrt(means.reduce((sum, mean) => sum + mean * mean, 0) / columns);
  return { batch, standardError, change, layerChange, gap };
}

const constant = <T extends Tensor>(ops: Ops<T>, value: number, length: number): T => ops.tensor(new Float32Array(length).fill(value), [length]);

/**
 * Standard error of the mean over B sentences of T tokens: √((1 + (T − 1)·alike) / (B·T)), which is 1/√(B·T) for independent
 * tokens; with alike = 1 a sentence counts as one token.
 */
export const standardErrorOf = (batch: number, tokens: number, alike: number): number => Math.sqrt((1 + (tokens - 1) * alike) / (batch * tokens));

/** The square of the variance estimate's relative error is twice this, for normal tokens. */
const varianceShare = (tokens: number, alike: number) => (1 + (tokens - 1) * alike * alike) / tokens;

/**
 * RMS change of a sentence's normalised output when the other B − 1 are drawn anew, to first order in 1/(B·T):
 * the mean moves by √2 (B − 1)^½/B of a sentence's own error, and the deviation likewise.
 */
export const changeOf = (batch: number, tokens: number, alike: number): number =>
  (Math.sqrt(batch - 1) / batch) * Math.sqrt(2 * standardErrorOf(1, tokens, alike) ** 2 + varianceShare(tokens, alike));

/** RMS distance between normalising with the batch's statistics and with the true ones, to first order in 1/(B·T). */
export const gapOf = (batch: number, tokens: number, alike: number): number =>
  Math.sqrt(standardErrorOf(batch, tokens, alike) ** 2 + varianceShare(tokens, alike) / (2 * batch));
