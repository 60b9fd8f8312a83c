import type { Assets, Pipeline } from '../../lab/pipeline';
import type { Stage, StageCache } from '../../lab/stage-cache';
import type { MaskSpec, Ops, Tensor } from '../../ops';
import { variantsOf } from './kernels';
import { measureAttention, type AttentionMeasurements } from './measure';
import { STREAMS, type AttentionSpec, type InputSpec } from './spec';

interface Heads<T> {
  readonly q: T | null;
  readonly k: T | null;
  readonly v: T | null;
}

/** softmax(QKᵀ · factor + mask) · V for all heads, every stage kept (Vaswani et al. 2017, §3.2). */
function run<T extends Tensor>(given: Ops<T>, cache: StageCache<T>, spec: AttentionSpec, assets: Assets): Record<string, T> {
  const ops: Ops<T> = spec.aside ? { ...given, stage: (_name, body) => body() } : given;
  const { input, kernel = 'auto' } = spec;
  const variants = variantsOf(kernel);
  const heads = ops.stage('project', () => projections(ops, cache, spec, assets));
  const tensors: Record<string, T> = {};
  for (const name of ['q', 'k', 'v'] as const) if (heads.value[name]) tensors[name] = heads.value[name];

  let weights: Stage<T>;
  if (input.kind === 'mine' && !input.has.qk && !input.has.scores) {
    weights = cache.stage('weights', [heads.key], () => ops.tensor(asset(assets, input.asset, 'weights'), [spec.heads, input.m, input.n]));
  } else {
    const scores = ops.stage('scores', () => cache.stage('scores', [heads.key, kernel], () => scoresOf(ops, spec, heads.value, assets)));
    const masks = Object.keys(spec.mask).length > 0;
    if (spec.lean) cache.drop(masks ? 'scaled' : 'masked'); // what the setting before kept, and this one does not
    const scaled = spec.lean && masks ? null : ops.stage('scale', () => cache.stage('scaled', [scores.key, spec.factor], () => ops.scale(scores.value, spec.factor)));
    // Where nothing is hidden, the scaled scores are the masked ones.
    const masked = scaled && !masks ? scaled : ops.stage('mask', () => maskStage(ops, cache, spec, scores, scaled));
    weights = ops.stage('softmax', () => cache.stage('weights', [masked.key], () => ops.softmax(masked.value, variants.rows)));
    Object.assign(tensors, { scores: scores.value, ...(scaled && { scaled: scaled.value }), masked: masked.value });
  }
  tensors.weights = weights.value;

  const { v } = heads.value;
  if (v) {
    const output = ops.stage('values', () => cache.stage('output', [heads.key, weights.key, kernel, spec.only ?? 'all'], () => ops.weightedValues(weights.value, v, { ...variants.product, ...(spec.only !== undefined && { only: spec.only }) })));
    tensors.output = output.value;
    if (input.kind === 'text') tensors.projected = ops.stage('merge', () => mergeStage(ops, cache, spec, input.width, output)).value;
  }
  return tensors;
}

function scoresOf<T extends Tensor>(ops: Ops<T>, spec: AttentionSpec, { q, k }: Heads<T>, assets: Assets): T {
  if (q && k) return ops.scores(q, k, variantsOf(spec.kernel ?? 'auto').product);
  if (spec.input.kind !== 'mine') throw new Error('Scores need queries and keys.');
  return ops.tensor(asset(assets, spec.input.asset, 'scores'), [spec.heads, spec.input.m, spec.input.n]);
}

/** The masked scores, from the scaled ones, or where those are not kept from the scores themselves. */
function maskStage<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, { mask, factor }: AttentionSpec, scores: Stage<T>, scaled: Stage<T> | null): Stage<T> {
  const { segments, bitmap, ...rule } = mask;
  const bits = segments ?? bitmap;
  const arrays = cache.stage('mask-bits', [segments ? 'segments' : 'bitmap', bits ? fingerprint(bits) : ''], () => ({
    bits: bits ? ops.tensor(Uint32Array.from(bits), [bits.length]) : null,
  }));
  const { bits: tensor } = arrays.value;
  const full: MaskSpec<T> = { ...rule, ...(tensor && (segments ? { segments: tensor } : { bitmap: tensor })) };
  const rules = [JSON.stringify(rule), arrays.key];
  if (scaled) return cache.stage('masked', [scaled.key, ...rules], () => ops.mask(scaled.value, full));
  return cache.stage('masked', [scores.key, factor, ...rules], () => {
    cache.drop('weights'); // made anew after this: two tensors of this size are all that is needed besides the scores
    const passing = ops.scale(scores.value, factor);
    const masked = ops.mask(passing, full);
    ops.free(passing);
    return masked;
  });
}

/** The heads side by side [n, h·d_k], those switched off as zeros, times W_O [h·d_k, d_model]. */
function mergeStage<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: AttentionSpec, width: number, output: Stage<T>): Stage<T> {
  const { heads, headDim, seed } = spec;
  const inner = heads * headDim;
  const wo = cache.stage('wo', [seed, inner, width], () => ops.normal([inner, width], { seed, stream: STREAMS.wo }, 1 / Math.sqrt(inner)));
  const gate = cache.stage('gate', [inner, ...spec.off], () => {
    if (spec.off.length === 0) return { open: null }; // all heads are on, and nothing is multiplied
    const open = new Float32Array(inner).fill(1);
    for (const head of spec.off) open.fill(0, head * headDim, (head + 1) * headDim);
    return { open: ops.tensor(open, [inner]) };
  });
  return cache.stage('projected', [output.key, wo.key, gate.key], () => {
    const merged = ops.mergeHeads(output.value);
    const gated = gate.value.open && ops.multiplyRow(merged, gate.value.open);
    const projected = ops.matmul(gated ?? merged, wo.value);
    ops.free(merged, gated);
    return projected;
  });
}

function projections<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: AttentionSpec, assets: Assets): Stage<Heads<T>> {
  const { input, heads, headDim, seed } = spec;
  switch (input.kind) {
    case 'random':
      return cache.stage('qkv', ['random', input.n, heads, headDim, seed], () => {
        const normal = (stream: number) => ops.normal([heads, input.n, headDim], { seed, stream });
        return { q: normal(STREAMS.q), k: normal(STREAMS.k), v: normal(STREAMS.v) };
      });
    case 'mine':
      return cache.stage('qkv', ['mine', input.asset], () => {
        const load = (name: string, rows: number, cols: number) => ops.tensor(asset(assets, input.asset, name), [heads, rows, cols]);
        return {
          q: input.has.qk ? load('q', input.m, headDim) : null,
          k: input.has.qk ? load('k', input.n, headDim) : null,
          v: input.has.v ? load('v', input.n, input.valueDim) : null,
        };
      });
    case 'text':
      return textProjections(ops, cache, spec, input);
  }
}

function textProjections<T extends Tensor>(
  ops: Ops<T>,
  cache: StageCache<T>,
  { heads, headDim, seed }: AttentionSpec,
  { ids, width, positions }: Extract<InputSpec, { kind: 'text' }>,
): Stage<Heads<T>> {
  const inner = heads * headDim;
  const x = cache.stage('embedding', [seed, width, positions === 'sinusoidal', ...ids], () => {
    const idTensor = ops.tensor(Uint32Array.from(ids), [ids.length]);
    const embedded = ops.embedding(idTensor, width, { seed, stream: STREAMS.embedding });
    ops.free(idTensor);
    if (positions !== 'sinusoidal') return embedded;
    const encoding = ops.sinusoidal(ids.length, width);
    const sum = ops.add(embedded, encoding);
    ops.free(embedded, encoding);
    return sum;
  });
  const matrices = cache.stage('w-qkv', [seed, width, inner], () => {
    const matrix = (stream: number) => ops.normal([width, inner], { seed, stream }, 1 / Math.sqrt(width));
    return { wq: matrix(STREAMS.wq), wk: matrix(STREAMS.wk), wv: matrix(STREAMS.wv) };
  });
  return cache.stage('qkv', [x.key, matrices.key, heads, positions === 'rope'], () => {
    const project = (matrix: T) => {
      const flat = ops.matmul(x.value, matrix);
      const split = ops.splitHeads(flat, heads);
      ops.free(flat);
      return split;
    };
    const rotate = (tensor: T) => {
      if (positions !== 'rope') return tensor;
      const rotated = ops.rope(tensor);
      ops.free(tensor);
      return rotated;
    };
    const { wq, wk, wv } = matrices.value;
    return { q: rotate(project(wq)), k: rotate(project(wk)), v: project(wv) };
  });
}

function asset(assets: Assets, name: string, array: string): Float32Array {
  const found = assets.get(name)?.[array];
  if (!found) throw new Error(`The file's array "${array}" is not loaded.`);
  return found;
}

/** A short name for an array's content (FNV-1a over its words), so that a repainted mask is a new stage. */
function fingerprint(values: ArrayLike<number>): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < values.length; i++) hash = Math.imul(hash ^ values[i]!, 0x01000193) ^ (hash >>> 15);
  return `${values.length}:${hash >>> 0}`;
}

export const attentionPipeline: Pipeline<AttentionSpec, AttentionMeasurements> = { run, measure: measureAttention };
