import type { Assets, Pipeline } from '../../lab/pipeline';
import type { Stage, StageCache } from '../../lab/stage-cache';
import type { Ops, Tensor } from '../../ops';
import { drawVectors } from './draw';
import { measureScaling, type Measurements } from './measure';
import { SIDES, STREAMS, VALUE_WIDTH, type ScalingSpec } from './spec';

/**
 * softmax(factor · QKᵀ) for two factors at once: the bare product ('off') and the scaled one ('on'), from the same q and k
 * (Vaswani et al. 2017, §3.2.1). V and the gradient G that arrives at the output belong to both.
 */
function run<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: ScalingSpec, assets: Assets): Record<string, T> {
  const vectors = ops.stage('draw', () => vectorsOf(ops, cache, spec, assets));
  const ends = cache.stage('values', [spec.draws, spec.m, spec.n, spec.dv, spec.seed, vectors.key], () => valuesOf(ops, spec, assets));
  const scores = ops.stage('scores', () => cache.stage('scores', [vectors.key], () => scoresOf(ops, spec, vectors.value, assets)));

  const tensors: Record<string, T> = { scores: scores.value };
  for (const [name, tensor] of Object.entries({ ...vectors.value, ...ends.value })) if (tensor) tensors[name] = tensor;
  for (const side of SIDES) {
    const factor = spec.factors[side];
    const scaled = ops.stage('scale', () =>
      cache.stage(`scaled.${side}`, [scores.key, factor, spec.causal], () => {
        const scaled = ops.scale(scores.value, factor);
        if (!spec.causal) return scaled;
        const masked = ops.mask(scaled, { causal: true });
        ops.free(scaled);
        return masked;
      }),
    );
    const weights = ops.stage('softmax', () => cache.stage(`weights.${side}`, [scaled.key], () => ops.softmax(scaled.value)));
    tensors[`scaled.${side}`] = scaled.value;
    tensors[`weights.${side}`] = weights.value;
  }
  return tensors;
}

interface Vectors<T> extends Readonly<Record<string, T | null>> {
  readonly q: T | null;
  readonly k: T | null;
}

function vectorsOf<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: ScalingSpec, assets: Assets): Stage<Vectors<T>> {
  const { input, draws, m, n, dk, seed } = spec;
  if (input.kind === 'random') {
    return cache.stage('vectors', [input.dist, draws, m, n, dk, seed], () => ({
      q: drawVectors(ops, 'q', { dist: input.dist, draws, rows: m, dk, seed }),
      k: drawVectors(ops, 'k', { dist: input.dist, draws, rows: n, dk, seed }),
    }));
  }
  return cache.stage('vectors', [input.asset], () => ({
    q: input.has.qk ? ops.tensor(arrayOf(assets, input.asset, 'q'), [draws, m, dk]) : null,
    k: input.has.qk ? ops.tensor(arrayOf(assets, input.asset, 'k'), [draws, n, dk]) : null,
  }));
}

/** V [draws, n, d_v] and G [draws, m, d_v], both N(0, 1) unless the file brings its own values. */
function valuesOf<T extends Tensor>(ops: Ops<T>, { input, draws, m, n, dv, seed }: ScalingSpec, assets: Assets): { v: T; gradOutput: T } {
  const own = input.kind === 'mine' && input.has.v ? arrayOf(assets, input.asset, 'v') : null;
  const width = own ? dv : VALUE_WIDTH;
  return {
    v: own ? ops.tensor(own, [draws, n, dv]) : ops.normal([draws, n, width], { seed, stream: STREAMS.v }),
    gradOutput: ops.normal([draws, m, width], { seed, stream: STREAMS.gradient }),
  };
}

function scoresOf<T extends Tensor>(ops: Ops<T>, { input, draws, m, n }: ScalingSpec, { q, k }: Vectors<T>, assets: Assets): T {
  if (q && k) return ops.scores(q, k);
  if (input.kind !== 'mine') throw new Error('Scores need queries and keys.');
  return ops.tensor(arrayOf(assets, input.asset, 'scores'), [draws, m, n]);
}

function arrayOf(assets: Assets, name: string, array: string): Float32Array {
  const found = assets.get(name)?.[array];
  if (!found) throw new Error(`The file's array "${array}" is not loaded.`);
  return found;
}

export const scalingPipeline: Pipeline<ScalingSpec, Measurements> = { run, measure: measureScaling };
