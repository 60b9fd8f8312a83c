import type { Ops, Tensor } from '../../ops';
import { ROW_STATISTICS, ROW_STATISTICS_WIDTH } from '../../reference/row_statistics';
import { mean } from '../../reference/summary';
import { costOf, type Cost } from './cost';
import { outputOfSingleHeads } from './single-heads';
import { TARGETS, type HeadsSpec } from './spec';
import { targetWeights, type TargetWeights } from './targets';
import { timeHeads, type HeadTimes } from './times';

/** One head in figures. */
export interface HeadFigures {
  /** Mean entropy of its rows, in nats. */
  readonly entropy: number;
  /** Mean |i − j| under its weights. */
  readonly distance: number;
  /** ‖o_i W_O^i‖ / ‖output‖: the change of the block's output when this head alone is off. Null without an output. */
  readonly change: number | null;
}

/** What the exhibit shows of one setting. Null where the source has no such tensor: a file brings weights and no W_O. */
export interface HeadsMeasurements {
  readonly perHead: readonly HeadFigures[];
  /** Jensen–Shannon divergence of every pair of heads, in bits, [h, h]. */
  readonly divergence: readonly number[];
  /** Its mean over the pairs; null with one head. */
  readonly diversity: number | null;
  /** ‖change‖ / ‖output‖ with the heads in `off` switched off. */
  readonly ablation: number | null;
  /** Elements of W_Q, W_K, W_V and W_O as they lie on the device. */
  readonly parameters: number | null;
  /** What the block costs by arithmetic; null where the width is not known. */
  readonly cost: Cost | null;
  /** Largest difference between the batched output and the one of h separate heads; taken in full measurements only. */
  readonly agreement: number | null;
  /** The constructed task: weights of one head, and of each of two, on the two wanted keys. */
  readonly targets: { readonly one: TargetWeights; readonly two: readonly [TargetWeights, TargetWeights] };
  /** Given only where the spec asks for the time. */
  readonly times: HeadTimes | null;
}

/** Takes the figures; with `full` also the comparison with h separate heads. */
export async function measureHeads<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: HeadsSpec, full: boolean): Promise<HeadsMeasurements> {
  const { weights, divergence, contributions, projected, ablated, targetsOne, targetsTwo, wq, wk, wv, wo } = tensors as Partial<Record<string, T>>;
  if (!weights || !divergence || !targetsOne || !targetsTwo) throw new Error('There are no heads to measure.');
  const times = spec.timing ? timeHeads(ops, tensors, spec.causal, spec.timing.repeats) : null;

  const statistics = ops.rowStatistics(weights, weights, { scores: false });
  const distances = ops.attentionDistances(weights);
  const parts = contributions && ops.rowNorms(contributions);
  const whole = projected && ops.rowNorms(projected);
  const change = projected && ablated ? normsOfDifference(ops, projected, ablated) : null;
  const agreement = full && projected ? disagreement(ops, tensors, spec, projected) : null;
  const readOr = (tensor: T | null | undefined) => (tensor ? ops.read(tensor) : null);
  // All reads are recorded before the first wait, so that they share one submit.
  const reading = Promise.all([
    ops.read(statistics), ops.read(distances), ops.read(divergence), ops.read(targetsOne), ops.read(targetsTwo),
    readOr(parts), readOr(whole), readOr(change), readOr(agreement),
  ]);
  ops.free(statistics, distances, parts, whole, change, agreement);
  const [rows, lengths, pairs, one, two, partNorms, norms, changeNorms, moments] = await reading;

  const heads = weights.shape[0]!;
  const size = norms && frobenius(norms);
  const relative = (values: Float32Array | null) => (values && size ? frobenius(values) / size : null);
  const cells = TARGETS.queries * TARGETS.keys;
  const matrices = [wq, wk, wv, wo];
  return {
    perHead: Array.from({ length: heads }, (_, head) => ({
      entropy: mean(slice(column(rows, 'entropy'), head, heads)),
      distance: mean(slice(lengths, head, heads)),
      change: partNorms && relative(slice(partNorms, head, heads)),
    })),
    divergence: [...pairs],
    diversity: heads > 1 ? pairs.reduce((sum, value) => sum + value, 0) / (heads * (heads - 1)) : null,
    ablation: projected ? (changeNorms ? relative(changeNorms) : 0) : null,
    parameters: matrices.every((matrix) => matrix) ? matrices.reduce((sum, matrix) => sum + matrix!.shape[0]! * matrix!.shape[1]!, 0) : null,
    cost: spec.width ? costOf(spec.width, heads, weights.shape[2]!) : null,
    agreement: moments && Math.max(-moments[2]!, moments[3]!),
    targets: { one: targetWeights(one), two: [targetWeights(two.subarray(0, cells)), targetWeights(two.subarray(cells))] },
    times: await times,
  };
}

function normsOfDifference<T extends Tensor>(ops: Ops<T>, a: T, b: T): T {
  const difference = ops.subtract(a, b);
  const norms = ops.rowNorms(difference);
  ops.free(difference);
  return norms;
}

/** Moments of the difference from h separate heads: its least and greatest element are what counts. */
function disagreement<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: HeadsSpec, projected: T): T {
  const single = outputOfSingleHeads(ops, tensors as Readonly<Record<'x' | 'wq' | 'wk' | 'wv' | 'wo', T>>, spec.heads, spec.causal);
  const difference = ops.subtract(projected, single);
  const moments = ops.moments(difference);
  ops.free(single, difference);
  return moments;
}

const frobenius = (norms: Float32Array): number => Math.sqrt(norms.reduce((sum, norm) => sum + norm * norm, 0));

function slice(values: Float32Array, head: number, heads: number): Float32Array {
  const rows = values.length / heads;
  return values.subarray(head * rows, (head + 1) * rows);
}

function column(statistics: Float32Array, name: keyof typeof ROW_STATISTICS): Float32Array {
  return Float32Array.from({ length: statistics.length / ROW_STATISTICS_WIDTH }, (_, row) => statistics[row * ROW_STATISTICS_WIDTH + ROW_STATISTICS[name]]!);
}
