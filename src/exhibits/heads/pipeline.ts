import type { Assets, Pipeline } from '../../lab/pipeline';
import type { Stage, StageCache } from '../../lab/stage-cache';
import type { Ops, Tensor } from '../../ops';
import { measureHeads, type HeadsMeasurements } from './measure';
import { STREAMS, TARGETS, type HeadsInput, type HeadsSpec } from './spec';
import { targetOperands, TARGETS_WIDTH } from './targets';

type Own = Exclude<HeadsInput, { kind: 'mine' }>;

/**
 * MultiHead(X) = Concat(o_1 … o_h) W_O with o_i = softmax(Q_i K_iᵀ / √d_k) V_i (Vaswani et al. 2017, §3.2.2), every head at
 * once; how the heads differ; and the constructed task with one head and with two.
 */
function run<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: HeadsSpec, assets: Assets): Record<string, T> {
  const { input } = spec;
  const tensors = input.kind === 'mine' ? fromFile(ops, cache, spec, input, assets) : block(ops, cache, spec, input);
  const weights = tensors.weights as Stage<T>;
  const divergence = ops.stage('compare', () => cache.stage('divergence', [weights.key], () => ops.jensenShannon(weights.value)));
  const values = Object.fromEntries(Object.entries({ ...tensors, divergence }).map(([name, { value }]) => [name, value])) as Record<string, T>;
  return { ...values, ...hiddenCells(ops, cache, spec, weights.value), ...targets(ops, cache, spec) };
}

/** Which cells the mask hides, so that a weight of zero there is drawn as no cell: [1, m, n], masked or 0. */
function hiddenCells<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, { causal }: HeadsSpec, weights: T): { hidden?: T } {
  if (!causal) return {};
  const [, m, n] = weights.shape as [number, number, number];
  return {
    hidden: cache.stage('hidden', [m, n], () => {
      const zeros = ops.tensor(new Float32Array(m * n), [1, m, n]);
      const hidden = ops.mask(zeros, { causal });
      ops.free(zeros);
      return hidden;
    }).value,
  };
}

/** Weights as the file has them, or computed from its scores or its q and k. */
function fromFile<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: HeadsSpec, input: Extract<HeadsInput, { kind: 'mine' }>, assets: Assets): Record<string, Stage<T>> {
  const load = (name: string, rows: number, cols: number) => {
    const array = assets.get(input.asset)?.[name];
    if (!array) throw new Error(`The file's array "${name}" is not loaded.`);
    return ops.tensor(array, [spec.heads, rows, cols]);
  };
  const { m, n, has } = input;
  const weights = cache.stage('weights', ['mine', input.asset, has, spec.causal, spec.headDim ?? 0], () => {
    if (has === 'weights') return load('weights', m, n);
    const scores = has === 'scores' ? load('scores', m, n) : scoresOf(ops, load('q', m, spec.headDim!), load('k', n, spec.headDim!));
    const scaled = ops.scale(scores, 1 / Math.sqrt(spec.headDim!));
    const masked = ops.mask(scaled, { causal: spec.causal });
    const result = ops.softmax(masked);
    ops.free(scores, scaled, masked);
    return result;
  });
  return { weights };
}

function scoresOf<T extends Tensor>(ops: Ops<T>, q: T, k: T): T {
  const scores = ops.scores(q, k);
  ops.free(q, k);
  return scores;
}

/** The input [n, d] and the four matrices [d, d] of the block; they know the seed and the width, and nothing of h. */
export function parameters<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, { seed, width }: HeadsSpec, input: Own) {
  const d = width!;
  const x = cache.stage('x', input.kind === 'text' ? [seed, d, input.positions, ...input.ids] : ['random', seed, d, input.n], () => inputRows(ops, input, d, seed));
  const matrices = cache.stage('matrices', [seed, d], () => {
    const matrix = (stream: number) => ops.normal([d, d], { seed, stream }, 1 / Math.sqrt(d));
    return { wq: matrix(STREAMS.wq), wk: matrix(STREAMS.wk), wv: matrix(STREAMS.wv), wo: matrix(STREAMS.wo) };
  });
  return { x, matrices };
}

function inputRows<T extends Tensor>(ops: Ops<T>, input: Own, width: number, seed: number): T {
  if (input.kind === 'random') return ops.normal([input.n, width], { seed, stream: STREAMS.x });
  const ids = ops.tensor(Uint32Array.from(input.ids), [input.ids.length]);
  const embedded = ops.embedding(ids, width, { seed, stream: STREAMS.x });
  ops.free(ids);
  if (!input.positions) return embedded;
  const encoding = ops.sinusoidal(input.ids.length, width);
  const sum = ops.add(embedded, encoding);
  ops.free(embedded, encoding);
  return sum;
}

function block<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: HeadsSpec, input: Own): Record<string, Stage<T>> {
  const { heads, headDim, width, causal, seed } = spec;
  const { x, matrices } = parameters(ops, cache, spec, input);
  const { wq, wk, wv, wo } = matrices.value;
  const split = ops.stage('project', () =>
    cache.stage('qkv', [x.key, matrices.key, heads], () => {
      const project = (matrix: T) => {
        const flat = ops.matmul(x.value, matrix);
        const parts = ops.splitHeads(flat, heads);
        ops.free(flat);
        return parts;
      };
      return { q: project(wq!), k: project(wk!), v: project(wv!) };
    }),
  );
  const { q, k, v } = split.value;
  const scale = 1 / Math.sqrt(headDim!);
  const attention = ops.stage('attend', () => cache.stage('attention', [split.key, causal], () => ops.attention({ q: q!, k: k!, v: v!, scale, mask: { causal } })));
  const { weights, output } = attention.value;
  const merged = cache.stage('merged', [attention.key], () => ops.mergeHeads(output!));
  const projected = ops.stage('output', () => cache.stage('projected', [merged.key, matrices.key], () => ops.matmul(merged.value, wo!)));
  // W_O cut into the rows that each head meets: the same numbers under another shape, since a number depends on its place alone.
  const slices = cache.stage('wo-slices', [seed, width!, heads], () => ops.normal([heads, headDim!, width!], { seed, stream: STREAMS.wo }, 1 / Math.sqrt(width!)));
  const contributions = cache.stage('contributions', [attention.key, slices.key], () => ops.matmul(output!, slices.value));
  const ablated = ops.stage('output', () => ablate(ops, cache, spec, merged, matrices.key, wo!));
  const named = (name: string, value: T): Stage<T> => ({ key: name, value });
  return {
    x, projected, contributions,
    ...(ablated && { ablated }),
    weights: { key: attention.key, value: weights! },
    ...Object.fromEntries(Object.entries({ q: q!, k: k!, v: v!, wq: wq!, wk: wk!, wv: wv!, wo: wo!, output: output! }).map(([name, value]) => [name, named(name, value)])),
  };
}

/** The block's output with some heads switched off: their columns are zeros before W_O. Null where none is. */
function ablate<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, { off, headDim, width }: HeadsSpec, merged: Stage<T>, matricesKey: string, wo: T): Stage<T> | null {
  if (off.length === 0) return null;
  return cache.stage('ablated', [merged.key, matricesKey, ...off], () => {
    const open = new Float32Array(width!).fill(1);
    for (const head of off) open.fill(0, head * headDim!, (head + 1) * headDim!);
    const gate = ops.tensor(open, [width!]);
    const gated = ops.multiplyRow(merged.value, gate);
    const result = ops.matmul(gated, wo);
    ops.free(gate, gated);
    return result;
  });
}

/** The constructed task: the same queries and keys read by one head of 32 dimensions and by two of 16. */
function targets<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, { targets: spec }: HeadsSpec): Record<string, T> {
  const operands = cache.stage('targets-qk', [spec.sharpness, spec.tilt], () => {
    const { q, k } = targetOperands(spec);
    return { q: ops.tensor(q, [TARGETS.queries, TARGETS_WIDTH]), k: ops.tensor(k, [TARGETS.keys, TARGETS_WIDTH]) };
  });
  const read = (name: string, heads: number) =>
    cache.stage(name, [operands.key], () => {
      const q = ops.splitHeads(operands.value.q!, heads);
      const k = ops.splitHeads(operands.value.k!, heads);
      const scores = ops.scores(q, k);
      const scaled = ops.scale(scores, 1 / Math.sqrt(TARGETS_WIDTH / heads));
      const weights = ops.softmax(scaled);
      ops.free(q, k, scores, scaled);
      return weights;
    }).value;
  return { targetsOne: read('targets-one', 1), targetsTwo: read('targets-two', 2), targetsQ: operands.value.q!, targetsK: operands.value.k! };
}

export const headsPipeline: Pipeline<HeadsSpec, HeadsMeasurements> = { run, measure: measureHeads };
