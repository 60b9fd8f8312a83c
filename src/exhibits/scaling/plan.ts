import type { AttentionFile, AttentionLayer } from '../../formats/attention';
import type { Values } from '../../lab/params';
import { PlanError, type Bounds, type Remark } from '../../lab/plan';
import type { params } from './params';
import { VALUE_WIDTH, type ScalingSpec } from './spec';

export type ScalingValues = Readonly<Values<typeof params>>;

/** A file that the visitor opened, and the name under which the engine holds its arrays. */
export interface OpenFile {
  readonly file: AttentionFile;
  readonly asset: string;
}

/** Everything that one setting means: what to compute, and how to label it. */
export interface ScalingPlan {
  readonly spec: ScalingSpec;
  /** The chosen draw (a head of the file), brought into range. */
  readonly draw: number;
  /** Which layer and head of the file that is; null for random draws. */
  readonly place: { readonly layer: number; readonly head: number } | null;
  readonly queryTokens: readonly string[] | null;
  readonly keyTokens: readonly string[] | null;
  readonly remarks: readonly Remark[];
}

/** What this device should be asked for at most. */
export interface Budget {
  /** Multiplications of one QKᵀ; fewer draws are taken where more would be needed. */
  readonly products: number;
}

/** @throws PlanError when the setting cannot be computed. */
export function planOf(values: ScalingValues, open: OpenFile | null, bounds: Bounds, budget: Budget): ScalingPlan {
  return values.source === 'mine' ? planOfFile(values, open, bounds) : planOfDraws(values, bounds, budget);
}

function planOfDraws(values: ScalingValues, bounds: Bounds, budget: Budget): ScalingPlan {
  const { n, dk, seed, dist } = values;
  if (bounds.maxLength !== null && n > bounds.maxLength) throw new PlanError({ key: 'tooLong', values: { n, limit: bounds.maxLength } });
  const draws = drawsThatFit(values.draws, n, dk, bounds, budget);
  const spec: ScalingSpec = {
    input: { kind: 'random', dist }, draws, m: n, n, dk, dv: VALUE_WIDTH, seed, factors: factorsOf(values, dk), causal: false,
  };
  return {
    spec, draw: Math.min(values.draw, draws - 1), place: null, queryTokens: null, keyTokens: null,
    remarks: draws < values.draws ? [{ key: 'fewerDraws', values: { draws, asked: values.draws, dk, n } }] : [],
  };
}

/** As many of the wanted draws as the memory and the patience of this device allow; at least one. */
export function drawsThatFit(wanted: number, n: number, dk: number, { maxTensorBytes }: Bounds, { products }: Budget): number {
  const byMemory = Math.floor(maxTensorBytes / (4 * n * Math.max(n, dk)));
  const byWork = Math.floor(products / (n * n * dk));
  return Math.max(1, Math.min(wanted, byMemory, byWork));
}

function planOfFile(values: ScalingValues, open: OpenFile | null, bounds: Bounds): ScalingPlan {
  if (!open) throw new PlanError({ key: 'noFile', values: {} });
  const { file, asset } = open;
  const { layers, heads, queries: m, keys: n } = file;
  const has = { qk: Boolean(file.q && file.k), v: Boolean(file.v), scores: Boolean(file.scores) };
  if (!has.qk && !has.scores) throw new PlanError({ key: 'onlyWeights', values: {} });
  if (bounds.maxLength !== null && Math.max(m, n) > bounds.maxLength) {
    throw new PlanError({ key: 'tooLong', values: { n: Math.max(m, n), limit: bounds.maxLength } });
  }
  const dk = file.headDim ?? values.dk;
  const dv = file.valueDim ?? VALUE_WIDTH;
  const draws = layers * heads;
  if (4 * draws * Math.max(m, n) * Math.max(n, dk, dv) > bounds.maxTensorBytes) {
    throw new PlanError({ key: 'fileTooLarge', values: { mib: Math.floor(bounds.maxTensorBytes / 2 ** 20) } });
  }
  const draw = Math.min(values.draw, draws - 1);
  return {
    spec: {
      input: { kind: 'mine', asset, has }, draws, m, n, dk, dv, seed: values.seed, factors: factorsOf(values, dk), causal: values.causal,
    },
    draw,
    place: { layer: Math.floor(draw / heads), head: draw % heads },
    queryTokens: file.queryTokens,
    keyTokens: file.keyTokens,
    remarks: [
      ...(file.headDim === null ? [{ key: 'widthUnknown', values: { dk } }] : []),
      ...(has.qk ? [] : [{ key: 'noGradient', values: {} }]),
    ],
  };
}

/** The factor that the scaling control means at one width, without the temperature. */
export function factorOf(scale: ScalingValues['scale'], dk: number): number {
  if (scale === 'off') return 1;
  return scale === 'rsqrt' ? 1 / Math.sqrt(dk) : scale;
}

/** What both sides multiply the scores by. The right side is 1/√d_k while the scaling is off, so that there is something to compare. */
export function factorsOf({ scale, temperature }: Pick<ScalingValues, 'scale' | 'temperature'>, dk: number): ScalingSpec['factors'] {
  return { off: 1 / temperature, on: factorOf(scale === 'off' ? 'rsqrt' : scale, dk) / temperature };
}

/** All layers side by side, as the engine takes them; masked scores (−∞) become `masked`. */
export function assetOf(file: AttentionFile, masked: number): Record<string, Float32Array> {
  const arrays: AttentionLayer = { q: file.q, k: file.k, v: file.v, scores: file.scores?.map((score) => Math.max(score, masked)) };
  return Object.fromEntries(Object.entries(arrays).filter(([, array]) => array)) as Record<string, Float32Array>;
}

/** Whether a file's own weights (or masked scores) never look ahead, so that a causal mask belongs to it. */
export function looksCausal({ weights, scores, queries, keys }: AttentionFile): boolean {
  const array = weights ?? scores;
  if (!array || queries !== keys || keys < 2) return false;
  const hidden = weights ? (value: number) => value === 0 : (value: number) => value === -Infinity;
  for (let at = 0; at < array.length; at++) {
    const cell = at % (queries * keys);
    if (cell % keys > Math.floor(cell / keys) && !hidden(array[at]!)) return false;
  }
  return true;
}
