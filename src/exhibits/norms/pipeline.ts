import type { Pipeline } from '../../lab/pipeline';
import type { StageCache } from '../../lab/stage-cache';
import type { Ops, Tensor } from '../../ops';
import { drawBatch, featureScales, makeWeights, validRows, withOthers, withOutlier } from './data';
import { measureNorms, type NormsMeasurements } from './measure';
import { applyNorm, gradientOf, type NormSetting } from './norms';
import { STREAMS, stepsSeen, type NormsSpec } from './spec';
import { trainRunning } from './stream';

/**
 * The chosen norm over a batch of sentences, the same with all other sentences drawn anew, and the gradient that leaves the
 * watched sentence. BatchNorm in evaluation is trained first; in all other settings the measurements train it.
 */
function run<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: NormsSpec): Record<string, T> {
  const { batch, tokens, features, alike, seed, lengths } = spec;
  const shape = [batch, tokens, features, lengths.join('.')];
  const scales = cache.stage('scales', [features, seed], () => featureScales(ops, spec));
  const weights = cache.stage('weights', shape, () => ({ ...makeWeights(ops, spec) }));
  const drawn = [weights.key, scales.key, alike];
  const draw = (stream: number) => drawBatch(ops, spec, scales.value, weights.value.real, stream);
  const clean = cache.stage('clean', drawn, () => draw(STREAMS.batch));
  const mixed = cache.stage('mixed', drawn, () => {
    const others = draw(STREAMS.redrawn);
    const made = withOthers(ops, weights.value, clean.value, others);
    ops.free(others);
    return made;
  });
  const size = spec.outlier ? spec.size : 1;
  const finish = (x: T) => (spec.outlier ? withOutlier(ops, spec, x) : ops.scale(x, 1));
  const x = cache.stage('x', [clean.key, size], () => finish(clean.value));
  const other = cache.stage('other', [mixed.key, size], () => finish(mixed.value));
  const affine = cache.stage('affine', [features, spec.gamma, spec.beta], () => ({
    gamma: ops.tensor(new Float32Array(features).fill(spec.gamma), [features]),
    beta: ops.tensor(new Float32Array(features).fill(spec.beta), [features]),
  }));
  const valid = cache.stage('valid', [...shape, spec.counted], () => ({ valid: validRows(ops, spec) }));

  const evaluated = spec.norm === 'batch' && spec.mode === 'eval';
  const running = evaluated
    ? cache.stage('running', [...drawn, valid.key, stepsSeen(spec), spec.momentum], () =>
        trainRunning(ops, spec, scales.value, weights.value.real, valid.value.valid, (step) => ops.free(step.batchMean, step.batchVariance)),
      )
    : null;
  const setting: NormSetting<T> = { norm: spec.norm, eps: spec.eps, ...affine.value, ...valid.value, ...(running && { running: running.value }) };
  const statistics = spec.norm === 'batch' ? [running?.key ?? 'batch', valid.key] : [];
  const result = cache.stage('result', [x.key, other.key, affine.key, spec.norm, spec.eps, ...statistics], () => {
    const applied = applyNorm(ops, x.value, setting);
    const again = applyNorm(ops, other.value, setting);
    const difference = ops.subtract(applied.y, again.y);
    const change = ops.multiply(difference, weights.value.watched);
    const noise = ops.normal(x.value.shape, { seed, stream: STREAMS.gradient });
    const dy = ops.multiply(noise, weights.value.watched);
    const gradient = gradientOf(ops, x.value, applied, dy, setting);
    const { y } = applied;
    ops.free(...applied.made.filter((tensor) => tensor !== y), ...again.made, difference, noise, dy);
    return { output: y, change, gradient };
  });
  const { real, ...rows } = weights.value;
  return {
    input: x.value, clean: clean.value, other: other.value, ...result.value, ...affine.value, ...scales.value, ...rows,
    ...(real && { real }), ...(valid.value.valid && { valid: valid.value.valid }),
    ...(running && { runningMean: running.value.mean, runningVariance: running.value.variance }),
  };
}

export const normsPipeline: Pipeline<NormsSpec, NormsMeasurements> = {
  run: (ops, cache, spec) => run(ops, cache, spec),
  measure: (ops, tensors, spec, full) => measureNorms(ops, tensors, spec, full),
};
