import type { Pipeline } from '../../lab/pipeline';
import type { StageCache } from '../../lab/stage-cache';
import type { Ops, Tensor } from '../../ops';
import { drawBatch, featureScales, validRows, watchedRows, weightRows, withOthers, withOutlier } from './data';
import { measureNorms, type NormsMeasurements } from './measure';
import { applyNorm, gradientOf, type NormSetting } from './norms';
import { STREAMS, canTrain, stepsSeen, type NormsSpec } from './spec';

/** What the running statistics start from in PyTorch: mean 0 and variance 1. */
const INITIAL = { mean: 0, variance: 1 } as const;

/**
 * The chosen norm over a batch of sentences, the same with all other sentences drawn anew, the gradient that leaves the
 * watched sentence, and BatchNorm's running statistics after each training batch.
 */
function run<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: NormsSpec): Record<string, T> {
  const { batch, tokens, features, alike, seed, lengths } = spec;
  const drawn = [batch, tokens, features, alike, seed, lengths.join('.')];
  const scales = cache.stage('scales', [features, seed], () => featureScales(ops, spec));
  const clean = cache.stage('clean', drawn, () => drawBatch(ops, spec, scales.value, STREAMS.batch));
  const mixed = cache.stage('mixed', drawn, () => {
    const others = drawBatch(ops, spec, scales.value, STREAMS.redrawn);
    const made = withOthers(ops, spec, clean.value, others);
    ops.free(others);
    return made;
  });
  const size = spec.outlier ? spec.size : 1;
  const x = cache.stage('x', [clean.key, size], () => (spec.outlier ? withOutlier(ops, spec, clean.value) : ops.scale(clean.value, 1)));
  const other = cache.stage('other', [mixed.key, size], () => (spec.outlier ? withOutlier(ops, spec, mixed.value) : ops.scale(mixed.value, 1)));
  const affine = cache.stage('affine', [features, spec.gamma, spec.beta], () => ({
    gamma: ops.tensor(new Float32Array(features).fill(spec.gamma), [features]),
    beta: ops.tensor(new Float32Array(features).fill(spec.beta), [features]),
  }));
  const valid = cache.stage('valid', [spec.counted, tokens, lengths.join('.')], () => ({ rows: validRows(ops, spec) }));
  const running = cache.stage('running', [...drawn, valid.key, spec.steps, spec.momentum, canTrain(spec)], () => stream(ops, spec, scales.value, valid.value.rows));

  const last = (kind: keyof typeof INITIAL): T => running.value[`${kind} ${stepsSeen(spec)}`]!;
  const setting: NormSetting<T> = {
    norm: spec.norm, eps: spec.eps, ...affine.value, valid: valid.value.rows,
    ...(spec.mode === 'eval' && { running: { mean: last('mean'), variance: last('variance') } }),
  };
  const chosen = [spec.norm, spec.norm === 'batch' ? `${spec.mode} ${valid.key} ${spec.mode === 'eval' ? running.key : ''}` : '', spec.eps, affine.key];
  const output = cache.stage('output', [x.key, other.key, ...chosen], () => {
    const applied = applyNorm(ops, x.value, setting);
    const again = applyNorm(ops, other.value, setting);
    const difference = ops.subtract(applied.y, again.y);
    const change = weightRows(ops, difference, watchedRows(spec));
    const noise = ops.normal(x.value.shape, { seed, stream: STREAMS.gradient });
    const dy = weightRows(ops, noise, watchedRows(spec));
    const gradient = gradientOf(ops, x.value, applied, dy, setting);
    const { y } = applied;
    ops.free(...applied.made.filter((tensor) => tensor !== y), ...again.made, difference, noise, dy);
    return { output: y, change, gradient };
  });
  return {
    input: x.value, other: other.value, clean: clean.value, ...output.value, ...affine.value, ...scales.value,
    ...(valid.value.rows && { valid: valid.value.rows }), ...running.value,
  };
}

/**
 * Batches of training data through BatchNorm. "mean s" and "variance s" are the running statistics after s batches,
 * "batch mean s" and "batch variance s" (biased) those of batch s itself, counted from 1; all [features].
 */
function stream<T extends Tensor>(ops: Ops<T>, spec: NormsSpec, scales: { gain: T; offset: T }, valid: T | null): Record<string, T> {
  const { features } = spec;
  const kept: Record<string, T> = {};
  for (const kind of ['mean', 'variance'] as const) kept[`${kind} 0`] = ops.tensor(new Float32Array(features).fill(INITIAL[kind]), [features]);
  if (!canTrain(spec)) return kept;
  for (let step = 1; step <= spec.steps; step++) {
    const x = drawBatch(ops, spec, scales, STREAMS.training + 2 * step);
    const { y, rstd, mean, variance, runningMean, runningVar } = ops.batchNorm(x, {
      mode: 'train', momentum: spec.momentum, runningMean: kept[`mean ${step - 1}`]!, runningVar: kept[`variance ${step - 1}`]!,
      ...(valid && { valid }),
    });
    Object.assign(kept, { [`mean ${step}`]: runningMean!, [`variance ${step}`]: runningVar!, [`batch mean ${step}`]: mean, [`batch variance ${step}`]: variance });
    ops.free(x, y, rstd);
  }
  return kept;
}

export const normsPipeline: Pipeline<NormsSpec, NormsMeasurements> = {
  run: (ops, cache, spec) => run(ops, cache, spec),
  measure: (ops, tensors, spec, full) => measureNorms(ops, tensors, spec, full),
};

