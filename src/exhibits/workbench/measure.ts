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
  const statistics = ops.rowStatistics(masked ?? weights, weights);
  // The scores stay while a hand drags scale or mask; a tensor is never written twice.
  const known = scores && momentsOf.get(scores);
  const scoreMoments = scores && !known ? ops.moments(scores) : null;
  const scaledMoments = scaled ? ops.moments(scaled) : null;
  const gradient = full && !spec.lean ? gradientNorms(ops, tensors, spec) : null;
  // All reads are recorded before the first wait, so that they share one submit.
  const reading = Promise.all([
    ops.read(statistics),
    scoreMoments && ops.read(scoreMoments),
    scaledMoments && ops.read(scaledMoments),
    gradient && ops.read(gradient),
  ]);
  ops.free(statistics, scoreMoments, scaledMoments, gradient);
  const [rows, readMoments, moments, norms] = await reading;
  const rawMoments = known ?? readMoments;
  if (scores && rawMoments) momentsOf.set(scores, rawMoments);
  return { ...summarise(rows, spec.heads), scoreVariance: rawMoments?.[1] ?? null, scoreExtent: rawMoments && Math.max(-rawMoments[2]!, rawMoments[3]!), scaledVariance: moments?.[1] ?? null, ...gradientSummary(norms) };
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

function summarise(statistics: Float32Array, heads: number) {
  const total = statistics.length / ROW_STATISTICS_WIDTH;
  const column = (name: keyof typeof ROW_STATISTICS, from = 0, to = total) => {
    const values: number[] = [];
    for (let row = from; row < to; row++) {
      const at = row * ROW_STATISTICS_WIDTH;
      if (statistics[at + ROW_STATISTICS.cells]! > 0) values.push(statistics[at + ROW_STATISTICS[name]]!);
    }
    return values;
  };
  const entropy = column('entropy');
  const peak = column('peak');
  const jacobian = column('jacobian');
  const perHead = total / heads;
  return {
    entropy: mean(entropy),
    entropyLimit: mean(column('cells').map(Math.log)),
    largestWeight: mean(peak),
    saturated: share(peak, (weight) => weight > SATURATED),
    jacobianMean: mean(jacobian),
    jacobianMedian: median(jacobian),
    emptyRows: total - entropy.length,
    rows: entropy.length,
    perHead: Array.from({ length: heads }, (_, head) => ({
      entropy: mean(column('entropy', head * perHead, (head + 1) * perHead)),
      largestWeight: mean(column('peak', head * perHead, (head + 1) * perHead)),
    })),
  };
}
