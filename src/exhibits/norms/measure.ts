import type { Ops, Tensor } from '../../ops';
import { watchedRows, weightRows, withOutlier } from './data';
import { applyNorm, type NormSetting } from './norms';
import { OUTLIER, canTrain, realRows, rowsOf, stepsSeen, WATCHED, type NormsSpec } from './spec';
import { sweepBatches, type SweepPoint } from './sweep';
import { timeNorms, type NormTimes } from './timing';

/** How far two outputs of the watched sentence lie apart, over its real tokens. */
export interface Distance {
  readonly rms: number;
  readonly largest: number;
}

/** What becomes of the watched sentence under one norm. */
export interface Dependence {
  /** All other sentences drawn anew; null where there is no other sentence, or no pass. */
  readonly redrawn: Distance | null;
  /** Sentence 1 multiplied by `size` against sentence 1 as drawn. */
  readonly outlier: Distance | null;
  /** Training against evaluation, on the same batch. */
  readonly gap: Distance | null;
}

/** The norms as the table compares them. */
export const CANDIDATES = ['batch', 'batch-eval', 'layer', 'rms'] as const;
export type Candidate = (typeof CANDIDATES)[number];

/** Mean and biased variance of many sets of cells. */
export interface Spread {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** Spread of each token [batch · tokens] and of each feature [features], the latter over the rows that BatchNorm counts. */
export interface SpreadPair {
  readonly tokens: Spread;
  readonly features: Spread;
}

/** What padding did to BatchNorm's statistics of the present batch. */
export interface PaddingFigures {
  /** Share of the rows in BatchNorm's sums that is padding. */
  readonly share: number;
  /** Mean over the features of |mean with padding − mean without| / deviation without. */
  readonly meanShift: number;
  /** Mean over the features of variance with padding / variance without. */
  readonly varianceRatio: number;
}

/** BatchNorm's statistics step by step, [steps + 1, features] and [steps, features]. */
export interface RunningHistory {
  readonly steps: number;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly batchMean: Float32Array;
  readonly batchVariance: Float32Array;
  /** The features' own mean and variance, from which every token was drawn [features]. */
  readonly trueMean: Float32Array;
  readonly trueVariance: Float32Array;
}

export interface NormsMeasurements {
  readonly dependence: Readonly<Record<Candidate, Dependence>>;
  readonly before: SpreadPair;
  readonly after: SpreadPair;
  readonly padding: PaddingFigures | null;
  /** RMS of the gradient that leaves the watched sentence for the others; null where there are none. */
  readonly gradientToOthers: number | null;
  /** Null between full measurements. */
  readonly history: RunningHistory | null;
  readonly sweep: readonly SweepPoint[] | null;
  readonly times: NormTimes | null;
}

/** The figures of one setting; with `full` also the history, the sweep over batch sizes and the times. */
export async function measureNorms<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: NormsSpec, full: boolean): Promise<NormsMeasurements> {
  // All reads are recorded before the first wait, so that they share one submit.
  const [dependence, before, after, padding, gradientToOthers, history] = await Promise.all([
    dependences(ops, tensors, spec),
    spreads(ops, tensors.input!, tensors.valid),
    spreads(ops, tensors.output!, tensors.valid),
    paddingFigures(ops, tensors, spec),
    gradientElsewhere(ops, tensors.gradient!, spec),
    full ? readHistory(ops, tensors, spec) : null,
  ]);
  const { batch, tokens, features, alike, seed, eps } = spec;
  const sweep = full ? await remembered(ops, `sweep ${[tokens, alike, seed, eps].join(' ')}`, () => sweepBatches(ops, spec)) : null;
  const times = full ? await remembered(ops, `times ${batch * tokens} ${features}`, () => timeNorms(ops, spec)) : null;
  return { dependence, before, after, padding, gradientToOthers, history, sweep, times };
}

const memories = new WeakMap<object, Map<string, unknown>>();

/** The last sweep and the last times of a backend, so that choosing a cell measures neither again. */
async function remembered<R>(ops: object, key: string, make: () => Promise<R>): Promise<R> {
  const memory = memories.get(ops) ?? new Map<string, unknown>();
  memories.set(ops, memory);
  if (memory.has(key)) return memory.get(key) as R;
  const made = await make();
  const [kind] = key.split(' ');
  for (const old of [...memory.keys()]) if (old.startsWith(kind!)) memory.delete(old);
  memory.set(key, made);
  return made;
}

async function dependences<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: NormsSpec): Promise<Record<Candidate, Dependence>> {
  const { input, other, clean, gamma, beta } = tensors as Record<string, T>;
  const loud = withOutlier(ops, spec, clean!);
  const running = { mean: tensors[`mean ${stepsSeen(spec)}`]!, variance: tensors[`variance ${stepsSeen(spec)}`]! };
  const base = { eps: spec.eps, gamma: gamma!, beta: beta!, valid: tensors.valid ?? null };
  const settings: Record<Candidate, NormSetting<T> | null> = {
    batch: canTrain(spec) ? { ...base, norm: 'batch' } : null,
    'batch-eval': { ...base, norm: 'batch', running },
    layer: { ...base, norm: 'layer' },
    rms: { ...base, norm: 'rms' },
  };
  const watched = watchedRows(spec);
  const alone = spec.batch === 1;
  const entries = CANDIDATES.map(async (candidate): Promise<[Candidate, Dependence]> => {
    const setting = settings[candidate];
    // A norm without a mode makes the same pass twice: measured, not assumed.
    const evaluated = settings[candidate === 'batch' ? 'batch-eval' : candidate]!;
    const trained = candidate === 'batch-eval' ? settings.batch : setting;
    const [redrawn, outlier, gap] = await Promise.all([
      setting && !alone ? distance(ops, [input!, setting], [other!, setting], watched, spec) : null,
      setting && spec.batch > OUTLIER ? distance(ops, [loud, setting], [clean!, setting], watched, spec) : null,
      trained ? distance(ops, [input!, trained], [input!, evaluated], watched, spec) : null,
    ]);
    return [candidate, { redrawn, outlier, gap }];
  });
  ops.free(loud);
  return Object.fromEntries(await Promise.all(entries)) as Record<Candidate, Dependence>;
}

type Pass<T extends Tensor> = readonly [x: T, setting: NormSetting<T>];

/** Two real forward passes, and how far the watched rows of their outputs lie apart. */
async function distance<T extends Tensor>(ops: Ops<T>, a: Pass<T>, b: Pass<T>, watched: Float32Array, spec: NormsSpec): Promise<Distance> {
  const [first, second] = [applyNorm(ops, ...a), applyNorm(ops, ...b)];
  const difference = ops.subtract(first.y, second.y);
  const kept = weightRows(ops, difference, watched);
  const moments = ops.moments(kept);
  const reading = ops.read(moments);
  ops.free(...first.made, ...second.made, difference, kept, moments);
  const [mean, variance, least, greatest] = (await reading) as unknown as [number, number, number, number];
  // The rows left out are zeros in the sum of squares.
  const squares = (variance + mean * mean) * (rowsOf(spec) / spec.lengths[WATCHED]!);
  return { rms: Math.sqrt(squares), largest: Math.max(-least, greatest) };
}

/** Added under the root so that a set of equal cells has variance 0, not 1/0; far below any variance shown. */
const TINY = 1e-12;

async function spreads<T extends Tensor>(ops: Ops<T>, x: T, valid: T | undefined): Promise<SpreadPair> {
  const rows = ops.layerNorm(x, { eps: TINY });
  const columns = x.shape[0]! >= 2 ? ops.batchNorm(x, { mode: 'train', ...(valid && { valid }) }) : null;
  const reading = Promise.all([ops.read(rows.mean), ops.read(rows.rstd), ops.read(columns?.mean ?? x), columns && ops.read(columns.variance)]);
  ops.free(rows.y, rows.mean, rows.rstd, columns?.y, columns?.mean, columns?.variance, columns?.rstd);
  const [mean, rstd, featureMean, featureVariance] = await reading;
  return {
    tokens: { mean, variance: rstd.map((value) => Math.max(0, 1 / (value * value) - TINY)) },
    features: { mean: featureMean, variance: featureVariance ?? new Float32Array(featureMean.length) },
  };
}

async function paddingFigures<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: NormsSpec): Promise<PaddingFigures | null> {
  const rows = rowsOf(spec);
  const real = realRows(spec);
  if (real < 2) return null;
  const x = tensors.input!;
  const valid = ops.tensor(Uint32Array.from({ length: rows }, (_, row) => Number(row % spec.tokens < spec.lengths[Math.floor(row / spec.tokens)]!)), [rows]);
  const [all, without] = [ops.batchNorm(x, { mode: 'train' }), ops.batchNorm(x, { mode: 'train', valid })];
  const reading = Promise.all([all.mean, all.variance, without.mean, without.variance].map((tensor) => ops.read(tensor)));
  for (const pass of [all, without]) ops.free(pass.y, pass.mean, pass.variance, pass.rstd);
  ops.free(valid);
  const [meanAll, varianceAll, mean, variance] = await reading;
  const average = (of: (feature: number) => number) => mean!.reduce((sum, _, feature) => sum + of(feature), 0) / spec.features;
  return {
    share: spec.counted ? 1 - real / rows : 0,
    meanShift: average((c) => Math.abs(meanAll![c]! - mean![c]!) / Math.sqrt(variance![c]!)),
    varianceRatio: average((c) => varianceAll![c]! / variance![c]!),
  };
}

/** RMS over the cells of all other sentences' real tokens of the gradient that the watched sentence's output sends out. */
async function gradientElsewhere<T extends Tensor>(ops: Ops<T>, gradient: T, spec: NormsSpec): Promise<number | null> {
  if (spec.batch === 1) return null;
  const others = Float32Array.from({ length: rowsOf(spec) }, (_, row) => Number(row >= spec.tokens));
  const kept = weightRows(ops, gradient, others);
  const moments = ops.moments(kept);
  const reading = ops.read(moments);
  ops.free(kept, moments);
  const [mean, variance] = (await reading) as unknown as [number, number];
  return Math.sqrt((variance + mean * mean) * (spec.batch / (spec.batch - 1)));
}

async function readHistory<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: NormsSpec): Promise<RunningHistory> {
  const steps = stepsSeen(spec);
  const from = (first: number) => Array.from({ length: steps + 1 - first }, (_, index) => index + first);
  const gather = async (name: string, first: number) => joined(await Promise.all(from(first).map((step) => ops.read(tensors[`${name} ${step}`]!))));
  const [mean, variance, batchMean, batchVariance, trueMean, gain] = await Promise.all([
    gather('mean', 0), gather('variance', 0), gather('batch mean', 1), gather('batch variance', 1), ops.read(tensors.offset!), ops.read(tensors.gain!),
  ]);
  return { steps, mean, variance, batchMean, batchVariance, trueMean, trueVariance: gain.map((value) => value * value) };
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
