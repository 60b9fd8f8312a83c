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

/** A matrix [rows, cols] whose row r is filled with weights[r]. */
export function filledRows<T extends Tensor>(ops: Ops<T>, weights: Float32Array, cols: number): T {
  const column = ops.tensor(weights, [weights.length, 1]);
  const ones = ops.tensor(new Float32Array(cols).fill(1), [1, cols]);
  const filled = ops.matmul(column, ones);
  ops.free(column, ones);
  return filled;
}

/** x with each row r multiplied by weights[r]: exact where the weight is 0 or 1. */
export function weightRows<T extends Tensor>(ops: Ops<T>, x: T, weights: Float32Array): T {
  if (weights.every((weight) => weight === 1)) return ops.scale(x, 1);
  const filled = filledRows(ops, weights, x.shape[1]!);
  const weighted = ops.multiply(x, filled);
  ops.free(filled);
  return weighted;
}

const rowWeights = (spec: NormsSpec, weight: (row: number, sample: number) => number): Float32Array =>
  Float32Array.from({ length: rowsOf(spec) }, (_, row) => weight(row, Math.floor(row / spec.tokens)));

/** 1 for the real tokens of the watched sentence, 0 elsewhere. */
export const watchedRows = (spec: NormsSpec): Float32Array => rowWeights(spec, (row, sample) => Number(sample === WATCHED && isReal(spec, row)));

/** 1 for real tokens, 0 for padding. */
export const realWeights = (spec: NormsSpec): Float32Array => rowWeights(spec, (row) => Number(isReal(spec, row)));

/** A batch of sentences as the norm sees it [batch · tokens, features], padding 0, without an outlier. */
export function drawBatch<T extends Tensor>(ops: Ops<T>, spec: NormsSpec, scales: { gain: T; offset: T }, stream: number): T {
  const drawn = drawTokens(ops, spec, spec.features, stream);
  const scaled = ops.multiplyRow(drawn, scales.gain);
  const moved = ops.addRow(scaled, scales.offset);
  const batch = weightRows(ops, moved, realWeights(spec));
  ops.free(drawn, scaled, moved);
  return batch;
}

/** `clean` with every sentence but the watched one taken from `others`; the watched one keeps its bits. */
export function withOthers<T extends Tensor>(ops: Ops<T>, spec: NormsSpec, clean: T, others: T): T {
  const kept = weightRows(ops, clean, rowWeights(spec, (_, sample) => Number(sample === WATCHED)));
  const drawn = weightRows(ops, others, rowWeights(spec, (_, sample) => Number(sample !== WATCHED)));
  const mixed = ops.add(kept, drawn);
  ops.free(kept, drawn);
  return mixed;
}

/** `batch` with the outlier sentence multiplied by `size`. */
export const withOutlier = <T extends Tensor>(ops: Ops<T>, spec: NormsSpec, batch: T): T =>
  weightRows(ops, batch, rowWeights(spec, (_, sample) => (sample === OUTLIER ? spec.size : 1)));

/** u32 [rows]: 1 where BatchNorm counts the row; null where it counts them all. */
export function validRows<T extends Tensor>(ops: Ops<T>, spec: NormsSpec): T | null {
  if (spec.counted || spec.lengths.every((length) => length === spec.tokens)) return null;
  return ops.tensor(Uint32Array.from(realWeights(spec)), [rowsOf(spec)]);
}
