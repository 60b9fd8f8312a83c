import type { Ops, Tensor } from '../../ops';
import { drawBatch } from './data';
import { STREAMS, stepsSeen, type NormsSpec } from './spec';

/** What the running statistics start from in PyTorch. */
const INITIAL = { mean: 0, variance: 1 } as const;

/** One training batch gone through: its own statistics and the running ones after it, each [features]. */
export interface StreamStep<T extends Tensor> {
  readonly batchMean: T;
  /** Biased. */
  readonly batchVariance: T;
  readonly mean: T;
  readonly variance: T;
}

/**
 * Sends the setting's batches of training data through BatchNorm, one after the other; none where BatchNorm cannot train.
 * @param each takes one step's tensors over: it frees what it does not keep, but for `mean` and `variance`, which the next
 * step still needs and `trainRunning` frees
 * @returns the running statistics after the last batch
 */
export function trainRunning<T extends Tensor>(
  ops: Ops<T>, spec: NormsSpec, scales: { gain: T; offset: T }, real: T | null, valid: T | null, each: (step: StreamStep<T>) => void,
): { mean: T; variance: T } {
  const { features, momentum } = spec;
  let mean = ops.tensor(new Float32Array(features).fill(INITIAL.mean), [features]);
  let variance = ops.tensor(new Float32Array(features).fill(INITIAL.variance), [features]);
  for (let step = 1; step <= stepsSeen(spec); step++) {
    const x = drawBatch(ops, spec, scales, real, STREAMS.training + 2 * step);
    const passed = ops.batchNorm(x, { mode: 'train', momentum, runningMean: mean, runningVar: variance, ...(valid && { valid }) });
    ops.free(x, passed.y, passed.rstd, mean, variance);
    [mean, variance] = [passed.runningMean!, passed.runningVar!];
    each({ batchMean: passed.mean, batchVariance: passed.variance, mean, variance });
  }
  return { mean, variance };
}

/** BatchNorm's statistics step by step: running ones [steps + 1, features], those of the batches [steps, features]. */
export interface RunningHistory {
  readonly steps: number;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly batchMean: Float32Array;
  readonly batchVariance: Float32Array;
  /** The features' own mean and variance, from which every token is drawn [features]. */
  readonly trueMean: Float32Array;
  readonly trueVariance: Float32Array;
}

/** Trains, and reads every step back. */
export async function readHistory<T extends Tensor>(ops: Ops<T>, spec: NormsSpec, tensors: { gain: T; offset: T; real: T | null; valid: T | null }): Promise<RunningHistory> {
  const reading: Record<keyof StreamStep<T>, Promise<Float32Array>[]> = {
    batchMean: [], batchVariance: [],
    mean: [Promise.resolve(new Float32Array(spec.features).fill(INITIAL.mean))],
    variance: [Promise.resolve(new Float32Array(spec.features).fill(INITIAL.variance))],
  };
  const { mean, variance } = trainRunning(ops, spec, tensors, tensors.real, tensors.valid, (step) => {
    for (const name of Object.keys(step) as (keyof StreamStep<T>)[]) reading[name].push(ops.read(step[name]));
    ops.free(step.batchMean, step.batchVariance);
  });
  ops.free(mean, variance);
  const gather = async (name: keyof StreamStep<T>) => joined(await Promise.all(reading[name]));
  const [running, batch, trueMean, gain] = await Promise.all([
    Promise.all([gather('mean'), gather('variance')]), Promise.all([gather('batchMean'), gather('batchVariance')]), ops.read(tensors.offset), ops.read(tensors.gain),
  ]);
  return {
    steps: stepsSeen(spec), mean: running[0], variance: running[1], batchMean: batch[0], batchVariance: batch[1],
    trueMean, trueVariance: gain.map((value) => value * value),
  };
}

/** The running statistics after the last batch, [features] each. */
export const lastOf = ({ steps, mean, variance, trueMean }: RunningHistory): { mean: Float32Array; variance: Float32Array } => {
  const from = steps * trueMean.length;
  return { mean: mean.subarray(from), variance: variance.subarray(from) };
};

function joined(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
