import type { Ops, Tensor } from '../../ops';
import { ROW_STATISTICS, ROW_STATISTICS_WIDTH } from '../../reference/row_statistics';
import { mean, median, share } from '../../reference/summary';
import { STREAMS, type AttentionSpec } from './spec';

/** A row is called saturated when one key has more than this weight. */
export const SATURATED = 0.99;

/** What the meters show of one setting. Null where the source has no such tensor (a file of weights has no scores). */
export interface AttentionMeasurements {
  /** Variance of QKᵀ over all heads and visible cells; theory for unit-variance q and k: d_k. */
  readonly scoreVariance: number | null;
  /** The same after the factor. */
  readonly scaledVariance: number | null;
  /** Largest |score| of QKᵀ over the visible cells. */
  readonly scoreExtent: number | null;
  /** Mean entropy of the rows, in nats. */
  readonly entropy: number;
  /** Mean of ln(visible keys): the entropy of a row that attends to all alike. */
  readonly entropyLimit: number;
  readonly largestWeight: number;
  /** Share of rows whose largest weight exceeds SATURATED. */
  readonly saturated: number;
  /** Frobenius norm of the softmax Jacobian per row: mean, and median. */
  readonly jacobianMean: number;
  readonly jacobianMedian: number;
  /** ‖∂L/∂q_i‖ for L = ⟨G, output⟩ with G ~ N(0, 1/d_v), that is, a gradient of unit length at each output row. */
  readonly gradientMean: number | null;
  readonly gradientMedian: number | null;
  /** Rows with every key masked, over all heads. */
  readonly emptyRows: number;
  /** Rows the means above are taken over: all but the empty ones. */
  readonly rows: number;
  readonly perHead: readonly HeadMeasurements[];
}

export interface HeadMeasurements {
  readonly entropy: number;
  readonly largestWeight: number;
}

/** While a hand drags, this many weights are measured at once, and the rest after the next frame: a frame that waits for all of them is a visible halt. */
const CELLS_PER_TURN = 2 ** 18;

/** The moments of scores that were measured before. */
const momentsOf = new WeakMap<Tensor, Float32Array>();

/** Reads the row statistics back and summarises them; with `full` also the gradient that reaches q. */
export async function measureAttention<T extends Tensor>(
  ops: Ops<T>,
  tensors: Readonly<Record<string, T>>,
  spec: AttentionSpec,
  full: boolean,
): Promise<AttentionMeasurements> {
  const { weights, masked, scores, scaled } = tensors as Partial<Record<string, T>>;
  if (!weights) throw new Error('There are no weights to measure.');
  const readingRows = rowStatistics(ops, masked ?? weights, weights, full ? Infinity : CELLS_PER_TURN);
  if (!full) await readingRows;
  // The scores stay while a hand drags scale or mask; a tensor is never written twice.
  const known = scores && momentsOf.get(scores);
  const scoreMoments = scores && !known ? ops.moments(scores) : null;
  const scaledMoments = scaled ? ops.moments(scaled) : null;
  const gradient = full && !spec.lean ? gradientNorms(ops, tensors, spec) : null;
  // All reads are recorded before the next wait, so that they share one submit.
  const reading = Promise.all([
    readingRows,
    scoreMoments && ops.read(scoreMoments),
    scaledMoments && ops.read(scaledMoments),
    gradient && ops.read(gradient),
  ]);
  ops.free(scoreMoments, scaledMoments, gradient);
  const [rows, readMoments, moments, norms] = await reading;
  const rawMoments = known ?? readMoments;
  if (scores && rawMoments) momentsOf.set(scores, rawMoments);
  return { ...summarise(rows, spec.heads), scoreVariance: rawMoments?.[1] ?? null, scoreExtent: rawMoments && Math.max(-rawMoments[2]!, rawMoments[3]!), scaledVariance: moments?.[1] ?? null, ...gradientSummary(norms) };
}

/** Statistics of every row [heads · m, 8], `cells` weights a turn: the next turn begins when the one before is read. */
async function rowStatistics<T extends Tensor>(ops: Ops<T>, masked: T, weights: T, cells: number): Promise<Float32Array> {
  const [heads, m, n] = weights.shape as [number, number, number];
  const rows = heads * m;
  const step = Math.max(1, Math.floor(cells / n));
  const all = new Float32Array(rows * ROW_STATISTICS_WIDTH);
  for (let from = 0; from < rows; from += step) {
    const part = ops.rowStatistics(masked, weights, { scores: false, rows: [from, Math.min(rows, from + step)] });
    const reading = ops.read(part);
    ops.free(part);
    all.set(await reading, from * ROW_STATISTICS_WIDTH);
  }
  return all;
}

/** ‖∂L/∂q_i‖ of every row [heads, m], or null where q, k or v are missing. */
function gradientNorms<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Partial<Record<string, T>>>, spec: AttentionSpec): T | null {
  const { q, k, v, weights, output } = tensors;
  if (!q || !k || !v || !weights || !output) return null;
  const valueDim = output.shape[output.shape.length - 1]!;
  const gradOutput = ops.normal(output.shape, { seed: spec.seed, stream: STREAMS.gradient }, 1 / Math.sqrt(valueDim));
  const gradients = ops.attentionBackward({ q, k, v, weights, gradOutput, scale: spec.factor });
  const norms = ops.rowNorms(gradients.dq);
  ops.free(gradOutput, ...Object.values(gradients));
  return norms;
}

const gradientSummary = (norms: Float32Array | null) => ({
  gradientMean: norms && mean(norms),
  gradientMedian: norms && median(norms),
});

/** A few thousand rows, several times a second while a hand drags: one pass over them, into typed arrays. */
function summarise(statistics: Float32Array, heads: number) {
  const total = statistics.length / ROW_STATISTICS_WIDTH;
  const [entropies, peaks, jacobians, limits] = Array.from({ length: 4 }, () => new Float64Array(total)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  /** Where the rows of each head end among those that see a key. */
  const ends: number[] = [];
  let rows = 0;
  for (let row = 0; row < total; row++) {
    const at = row * ROW_STATISTICS_WIDTH;
    const cells = statistics[at + ROW_STATISTICS.cells]!;
    if (cells > 0) {
      entropies[rows] = statistics[at + ROW_STATISTICS.entropy]!;
      peaks[rows] = statistics[at + ROW_STATISTICS.peak]!;
      jacobians[rows] = statistics[at + ROW_STATISTICS.jacobian]!;
      limits[rows++] = Math.log(cells);
    }
    if ((row + 1) % (total / heads) === 0) ends.push(rows);
  }
  const [entropy, peak, jacobian, limit] = [entropies, peaks, jacobians, limits].map((column) => column.subarray(0, rows)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  return {
    entropy: mean(entropy),
    entropyLimit: mean(limit),
    largestWeight: mean(peak),
    saturated: share(peak, (weight) => weight > SATURATED),
    jacobianMean: mean(jacobian),
    jacobianMedian: median(jacobian),
    emptyRows: total - rows,
    rows,
    perHead: ends.map((end, head) => ({ entropy: mean(entropy.subarray(ends[head - 1] ?? 0, end)), largestWeight: mean(peak.subarray(ends[head - 1] ?? 0, end)) })),
  };
}
