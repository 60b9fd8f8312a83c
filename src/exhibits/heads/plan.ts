import type { AttentionFile, AttentionLayer } from '../../formats/attention';
import type { Values } from '../../lab/params';
import { PlanError, type Bounds, type Remark } from '../../lab/plan';
import { tokenId } from '../../text/hash';
import { tokeniseUpTo } from '../../text/tokenise';
import { MAX_TOKENS, type params } from './params';
import type { HeadsInput, HeadsSpec } from './spec';

export type HeadsValues = Readonly<Values<typeof params>>;

/** A file that the visitor opened, and the name under which the engine holds its arrays. */
export interface OpenFile {
  readonly file: AttentionFile;
  readonly id: string;
  /** One layer's arrays, each [heads, ·, ·]. */
  readonly layer: (index: number) => AttentionLayer;
}

/** Everything that one setting means: what to compute, and how to label it. */
export interface Plan {
  readonly spec: HeadsSpec;
  readonly queryTokens: readonly string[] | null;
  readonly keyTokens: readonly string[] | null;
  /** Queries m and keys n. */
  readonly m: number;
  readonly n: number;
  /** Layers of the source; 1 but for files. */
  readonly layers: number;
  /** The chosen layer and head, brought into range. */
  readonly layer: number;
  readonly head: number;
  /** A mask can be put on: a file of weights has its own. */
  readonly canMask: boolean;
  readonly remarks: readonly Remark[];
}

/** Width per head that a file of scores is taken to have where it does not say. */
const ASSUMED_WIDTH = 64;

/** @throws PlanError when the setting cannot be computed. */
export function planOf(values: HeadsValues, open: OpenFile | null, { maxTensorBytes, maxLength }: Bounds): Plan {
  const source = values.source === 'mine' ? fileSource(values, open) : ownSource(values);
  const { spec, m, n } = source;
  if (maxLength !== null && Math.max(m, n) > maxLength) throw new PlanError({ key: 'tooLong', values: { n: Math.max(m, n), limit: maxLength } });
  const largest = 4 * spec.heads * Math.max(m * n, m * spec.heads, n * (spec.width ?? 1));
  if (largest > maxTensorBytes) throw new PlanError({ key: 'tooLarge', values: { mib: Math.floor(maxTensorBytes / 2 ** 20) } });
  return { ...source, layer: Math.min(values.layer, source.layers - 1), head: Math.min(values.head, spec.heads - 1) };
}

type Source = Omit<Plan, 'layer' | 'head'>;

function ownSource(values: HeadsValues): Source {
  const heads = Number(values.h);
  const width = Number(values.d);
  const { input, tokens, remarks } = ownInput(values);
  const n = input.kind === 'text' ? input.ids.length : input.n;
  return {
    spec: { ...shared(values), input, heads, width, headDim: width / heads, off: values.off.filter((head) => head < heads) },
    queryTokens: tokens, keyTokens: tokens, m: n, n, layers: 1, canMask: true, remarks,
  };
}

function ownInput(values: HeadsValues): { input: Exclude<HeadsInput, { kind: 'mine' }>; tokens: readonly string[] | null; remarks: Remark[] } {
  if (values.source === 'random') return { input: { kind: 'random', n: values.n }, tokens: null, remarks: [] };
  const { tokens, total, cut } = tokeniseUpTo(values.text, 'word', MAX_TOKENS);
  if (tokens.length === 0) throw new PlanError({ key: 'emptyText', values: {} }, true);
  return {
    input: { kind: 'text', ids: tokens.map(tokenId), positions: values.positions === 'sinusoidal' },
    tokens,
    remarks: cut ? [{ key: 'cutText', values: { shown: tokens.length, total } }] : [],
  };
}

function fileSource(values: HeadsValues, open: OpenFile | null): Source {
  if (!open) throw new PlanError({ key: 'noFile', values: {} });
  const { file, id } = open;
  const has = file.weights ? 'weights' : file.q && file.k ? 'qk' : 'scores';
  const headDim = file.headDim ?? (has === 'weights' ? null : ASSUMED_WIDTH);
  const layer = Math.min(values.layer, file.layers - 1);
  return {
    spec: {
      ...shared(values), heads: file.heads, headDim, width: headDim && headDim * file.heads, off: [],
      input: { kind: 'mine', asset: `${id}/${layer}`, has, m: file.queries, n: file.keys },
      causal: has !== 'weights' && values.mask === 'causal',
    },
    queryTokens: file.queryTokens, keyTokens: file.keyTokens, m: file.queries, n: file.keys,
    layers: file.layers, canMask: has !== 'weights',
    remarks: has === 'scores' && file.headDim === null ? [{ key: 'assumedWidth', values: { dk: ASSUMED_WIDTH } }] : [],
  };
}

const shared = (values: HeadsValues) => ({
  seed: values.seed, causal: values.mask === 'causal', timing: null,
  targets: { sharpness: values.sharp, tilt: values.tilt },
});
