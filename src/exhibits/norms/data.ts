import type { Ops, Tensor } from '../../ops';
import { isReal, OUTLIER, rowsOf, STREAMS, WATCHED, type NormsSpec } from './spec';

/** How the numbers of a batch of sentences are drawn. */
export interface Draw {
  readonly batch: number;
  readonly tokens: number;
  /** Correlation of two tokens of one sentence, 0…1. */
  readonly alike: number;
  readonly seed: number;
}

/**
 * Standard normal tokens [batch · tokens, cols]: √(1 − alike) of a number of the token's own and √alike of one that its
 * sentence shares, so that every cell has variance 1 and two tokens of a sentence correlate by `alike`. Columns are
 * independent. Takes streams `stream` and `stream` + 1.
 */
export function drawTokens<T extends Tensor>(ops: Ops<T>, { batch, tokens, alike, seed }: Draw, cols: number, stream: number): T {
  const rows = batch * tokens;
  const own = ops.normal([rows, cols], { seed, stream });
  if (alike === 0) return own;
  const sentences = ops.tensor(Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / tokens)), [rows]);
  const shared = ops.embedding(sentences, cols, { seed, stream: stream + 1 });
  const parts = [ops.scale(own, Math.sqrt(1 - alike)), ops.scale(shared, Math.sqrt(alike))] as const;
  const drawn = ops.add(...parts);
  ops.free(own, sentences, shared, ...parts);
  return drawn;
}

/** Each feature's own deviation and mean [1, features]: standard normal tokens become gain · z + offset. */
export function featureScales<T extends Tensor>(ops: Ops<T>, { features, seed }: Pick<NormsSpec, 'features' | 'seed'>): { gain: T; offset: T } {
  const share = ops.uniform([features], { seed, stream: STREAMS.gain });
  const half = ops.tensor(new Float32Array(features).fill(0.5), [features]);
  const gain = ops.add(share, half);
  ops.free(share, half);
  return { gain, offset: ops.normal([features], { seed, stream: STREAMS.offset }) };
}

/** A matrix [weights.length, cols] whose row r is filled with weights[r]: multiplied by it, rows are kept or dropped exactly. */
export function filledRows<T extends Tensor>(ops: Ops<T>, weights: Float32Array, cols: number): T {
  const column = ops.tensor(weights, [weights.length, 1]);
  const ones = ops.tensor(new Float32Array(cols).fill(1), [1, cols]);
  const filled = ops.matmul(column, ones);
  ops.free(column, ones);
  return filled;
}

/** Row weights as matrices [batch · tokens, features] of zeros and ones. */
export interface Weights<T extends Tensor> {
  /** The watched sentence, padding included. */
  readonly mine: T;
  /** All other sentences. */
  readonly theirs: T;
  /** The watched sentence's real tokens. */
  readonly watched: T;
  /** Real tokens of all sentences; null where there is no padding. */
  readonly real: T | null;
}

const rowWeights = (spec: NormsSpec, weight: (row: number, sample: number) => number): Float32Array =>
  Float32Array.from({ length: rowsOf(spec) }, (_, row) => weight(row, Math.floor(row / spec.tokens)));

const hasPadding = ({ lengths, tokens }: NormsSpec): boolean => lengths.some((length) => length < tokens);

export function makeWeights<T extends Tensor>(ops: Ops<T>, spec: NormsSpec): Weights<T> {
  const matrix = (weight: (row: number, sample: number) => boolean) => filledRows(ops, rowWeights(spec, (row, sample) => Number(weight(row, sample))), spec.features);
  return {
    mine: matrix((_, sample) => sample === WATCHED),
    theirs: matrix((_, sample) => sample !== WATCHED),
    watched: matrix((row, sample) => sample === WATCHED && isReal(spec, row)),
    real: hasPadding(spec) ? matrix((row) => isReal(spec, row)) : null,
  };
}

/** A batch of sentences as the norm sees it [batch · tokens, features], padding 0, without an outlier. */
export function drawBatch<T extends Tensor>(ops: Ops<T>, spec: NormsSpec, scales: { gain: T; offset: T }, real: T | null, stream: number): T {
  const drawn = drawTokens(ops, spec, spec.features, stream);
  const scaled = ops.multiplyRow(drawn, scales.gain);
  const moved = ops.addRow(scaled, scales.offset);
  ops.free(drawn, scaled);
  if (!real) return moved;
  const batch = ops.multiply(moved, real);
  ops.free(moved);
  return batch;
}

/** `clean` with every sentence but the watched one taken from `others`; the watched one keeps its bits. */
export function withOthers<T extends Tensor>(ops: Ops<T>, { mine, theirs }: Weights<T>, clean: T, others: T): T {
  const kept = ops.multiply(clean, mine);
  const drawn = ops.multiply(others, theirs);
  const mixed = ops.add(kept, drawn);
  ops.free(kept, drawn);
  return mixed;
}

/** A copy of `batch`, its outlier sentence multiplied by `size`. */
export function withOutlier<T extends Tensor>(ops: Ops<T>, spec: NormsSpec, batch: T): T {
  const loud = filledRows(ops, rowWeights(spec, (_, sample) => (sample === OUTLIER ? spec.size : 1)), spec.features);
  const changed = ops.multiply(batch, loud);
  ops.free(loud);
  return changed;
}

/** u32 [rows]: 1 for real tokens, 0 for padding. */
export const realRowsTensor = <T extends Tensor>(ops: Ops<T>, spec: NormsSpec): T =>
  ops.tensor(Uint32Array.from(rowWeights(spec, (row) => Number(isReal(spec, row)))), [rowsOf(spec)]);

/** The rows that BatchNorm counts, as its `valid`; null where it counts them all. */
export const validRows = <T extends Tensor>(ops: Ops<T>, spec: NormsSpec): T | null =>
  spec.counted || !hasPadding(spec) ? null : realRowsTensor(ops, spec);
