import type { Ops, Tensor } from '../../ops';
import { withOutlier } from './data';
import { applyNorm, type NormSetting } from './norms';
import { OUTLIER, WATCHED, canTrain, rowsOf, type NormsSpec } from './spec';

/** How far two outputs of the watched sentence lie apart, over its real tokens. */
export interface Distance {
  readonly rms: number;
  readonly largest: number;
}

/** What becomes of the watched sentence under one norm; null where there is no other sentence, or no pass. */
export interface Dependence {
  /** All other sentences drawn anew. */
  readonly redrawn: Distance | null;
  /** Sentence 1 multiplied by `size` against sentence 1 as drawn. */
  readonly outlier: Distance | null;
  /** Training against evaluation, on the same batch. */
  readonly gap: Distance | null;
}

/** The norms as the table compares them. */
export const CANDIDATES = ['batch', 'batch-eval', 'layer', 'rms'] as const;
export type Candidate = (typeof CANDIDATES)[number];

/** Which of them a setting is; null without a norm. */
export const candidateOf = ({ norm, mode }: Pick<NormsSpec, 'norm' | 'mode'>): Candidate | null =>
  norm === 'none' ? null : norm === 'batch' && mode === 'eval' ? 'batch-eval' : norm;

/** A difference [batch · tokens, features] of two outputs, zero but for the watched sentence's real tokens, as a distance. */
export async function distanceOf<T extends Tensor>(ops: Ops<T>, difference: T, spec: NormsSpec): Promise<Distance> {
  const moments = ops.moments(difference);
  const reading = ops.read(moments);
  ops.free(moments);
  const [mean, variance, least, greatest] = (await reading) as unknown as [number, number, number, number];
  // The rows left out are zeros in the sum of squares.
  const squares = (variance + mean * mean) * (rowsOf(spec) / spec.lengths[WATCHED]!);
  return { rms: Math.sqrt(squares), largest: Math.max(-least, greatest) };
}

/**
 * Passes every norm over the same batches and compares what they make of the watched sentence.
 * @param tensors those of a run of the pipeline
 * @param running the running statistics [features] of BatchNorm in evaluation
 */
export async function dependencesOf<T extends Tensor>(
  ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: NormsSpec, running: { readonly mean: Float32Array; readonly variance: Float32Array },
): Promise<Record<Candidate, Dependence>> {
  const { input, other, clean, gamma, beta, watched } = tensors as Record<string, T>;
  const loud = withOutlier(ops, spec, clean!);
  const constants = { mean: ops.tensor(running.mean, [spec.features]), variance: ops.tensor(running.variance, [spec.features]) };
  const base = { eps: spec.eps, gamma: gamma!, beta: beta!, valid: tensors.valid ?? null };
  const settings: Record<Candidate, NormSetting<T> | null> = {
    batch: canTrain(spec) ? { ...base, norm: 'batch' } : null,
    'batch-eval': { ...base, norm: 'batch', running: constants },
    layer: { ...base, norm: 'layer' },
    rms: { ...base, norm: 'rms' },
  };
  const apart = (a: Pass<T>, b: Pass<T>): Promise<Distance> => {
    const [first, second] = [applyNorm(ops, ...a), applyNorm(ops, ...b)];
    const difference = ops.subtract(first.y, second.y);
    const kept = ops.multiply(difference, watched!);
    const distance = distanceOf(ops, kept, spec);
    ops.free(...first.made, ...second.made, difference, kept);
    return distance;
  };
  const compare = async (candidate: Candidate): Promise<Dependence> => {
    const setting = settings[candidate];
    // A norm without a mode makes the same pass twice: measured, not assumed.
    const evaluated = settings[candidate === 'batch' ? 'batch-eval' : candidate]!;
    const trained = candidate === 'batch-eval' ? settings.batch : setting;
    const [redrawn, outlier, gap] = await Promise.all([
      setting && spec.batch > 1 ? apart([input!, setting], [other!, setting]) : null,
      setting && spec.batch > OUTLIER ? apart([loud, setting], [clean!, setting]) : null,
      trained ? apart([input!, trained], [input!, evaluated]) : null,
    ]);
    return { redrawn, outlier, gap };
  };
  const comparing = Promise.all(CANDIDATES.map(async (candidate) => [candidate, await compare(candidate)] as const));
  ops.free(loud, constants.mean, constants.variance);
  return Object.fromEntries(await comparing) as Record<Candidate, Dependence>;
}

type Pass<T extends Tensor> = readonly [x: T, setting: NormSetting<T>];
