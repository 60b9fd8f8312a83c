import type { Ops, Tensor } from '../../ops';
import { realRowsTensor } from './data';
import { dependencesOf, distanceOf, type Candidate, type Dependence, type Distance } from './dependence';
import { realRows, rowsOf, stepsSeen, type NormsSpec } from './spec';
import { lastOf, readHistory, type RunningHistory } from './stream';
import { sweepBatches, type SweepPoint } from './sweep';
import { timeNorms, type NormTimes } from './timing';

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

/** Figures that cost more than the run itself, taken once the hand rests. */
export interface FullMeasurements {
  readonly dependence: Readonly<Record<Candidate, Dependence>>;
  /** Null where fewer than two tokens are real. */
  readonly padding: PaddingFigures | null;
  /** RMS of the gradient that leaves the watched sentence for the others; null where there are none. */
  readonly gradientToOthers: number | null;
  readonly history: RunningHistory;
  readonly sweep: readonly SweepPoint[];
  readonly times: NormTimes;
}

export interface NormsMeasurements {
  /** How far the watched sentence's output moves under the present norm when the others are drawn anew; null where there are none. */
  readonly change: Distance | null;
  readonly before: SpreadPair;
  readonly after: SpreadPair;
  /** Null until the first rest. */
  readonly full: FullMeasurements | null;
}

/** The figures of one setting, those of `FullMeasurements` only with `full`. */
export async function measureNorms<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: NormsSpec, full: boolean): Promise<NormsMeasurements> {
  // All reads are recorded before the first wait, so that they share one submit.
  const [change, before, after] = await Promise.all([
    spec.batch > 1 ? distanceOf(ops, tensors.change!, spec) : null,
    spreads(ops, tensors.input!, tensors.valid),
    spreads(ops, tensors.output!, tensors.valid),
  ]);
  return { change, before, after, full: full ? await measureFully(ops, tensors, spec) : null };
}

async function measureFully<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: NormsSpec): Promise<FullMeasurements> {
  const { batch, tokens, features, alike, seed, eps, lengths, counted, momentum } = spec;
  const trained = ['history', batch, tokens, features, alike, seed, lengths, counted, momentum, stepsSeen(spec)].join(' ');
  const history = await remembered(ops, trained, () =>
    readHistory(ops, spec, { gain: tensors.gain!, offset: tensors.offset!, real: tensors.real ?? null, valid: tensors.valid ?? null }),
  );
  const [dependence, padding, gradientToOthers] = await Promise.all([
    dependencesOf(ops, tensors, spec, lastOf(history)),
    paddingFigures(ops, tensors.input!, spec),
    gradientElsewhere(ops, tensors, spec),
  ]);
  const sweep = await remembered(ops, ['sweep', tokens, alike, seed, eps].join(' '), () => sweepBatches(ops, spec));
  const times = await remembered(ops, ['times', batch * tokens, features].join(' '), () => timeNorms(ops, spec));
  return { dependence, padding, gradientToOthers, history, sweep, times };
}

const memories = new WeakMap<object, Map<string, unknown>>();

/** The last history, sweep and times of a backend, by the first word of the key, so that choosing a cell measures none again. */
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

async function paddingFigures<T extends Tensor>(ops: Ops<T>, x: T, spec: NormsSpec): Promise<PaddingFigures | null> {
  const real = realRows(spec);
  if (real < 2) return null;
  const valid = realRowsTensor(ops, spec);
  const [all, without] = [ops.batchNorm(x, { mode: 'train' }), ops.batchNorm(x, { mode: 'train', valid })];
  const reading = Promise.all([all.mean, all.variance, without.mean, without.variance].map((tensor) => ops.read(tensor)));
  for (const pass of [all, without]) ops.free(pass.y, pass.mean, pass.variance, pass.rstd);
  ops.free(valid);
  const [meanAll, varianceAll, mean, variance] = await reading;
  const average = (of: (feature: number) => number) => mean!.reduce((sum, _, feature) => sum + of(feature), 0) / spec.features;
  return {
    share: spec.counted ? 1 - real / rowsOf(spec) : 0,
    meanShift: average((c) => Math.abs(meanAll![c]! - mean![c]!) / Math.sqrt(variance![c]!)),
    varianceRatio: average((c) => varianceAll![c]! / variance![c]!),
  };
}

async function gradientElsewhere<T extends Tensor>(ops: Ops<T>, { gradient, theirs }: Readonly<Record<string, T>>, { batch }: NormsSpec): Promise<number | null> {
  if (batch === 1) return null;
  const kept = ops.multiply(gradient!, theirs!);
  const moments = ops.moments(kept);
  const reading = ops.read(moments);
  ops.free(kept, moments);
  const [mean, variance] = (await reading) as unknown as [number, number];
  // The watched sentence's rows are zeros in the sum of squares.
  return Math.sqrt((variance + mean * mean) * (batch / (batch - 1)));
}
