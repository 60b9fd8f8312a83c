import type { AttentionFile, AttentionLayer } from '../../formats/attention';
import type { Values } from '../../lab/params';
import { PlanError, type Bounds, type Remark } from '../../lab/plan';
import { packBitmap } from '../../reference/mask';
import { tokenId } from '../../text/hash';
import { tokeniseUpTo } from '../../text/tokenise';
import { fitPainted } from '../../lab/painted';
import { MAX_TEXT_TOKENS, MODEL_WIDTH, type MaskName, type params } from './params';
import type { AttentionSpec, InputSpec, MaskPlan } from './spec';

export { PlanError, type Bounds, type Remark };

export type WorkbenchValues = Readonly<Values<typeof params>>;

/** A file that the visitor opened, and the name under which the engine holds its arrays. */
export interface OpenFile {
  readonly file: AttentionFile;
  readonly id: string;
  /** One layer's arrays, each [heads, ·, ·]. */
  readonly layer: (index: number) => AttentionLayer;
}

/** Everything that one setting means: what to compute, and how to label it. */
export interface Plan {
  readonly spec: AttentionSpec;
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
  /** The width that 1/√d_k uses. */
  readonly headDim: number;
  readonly remarks: readonly Remark[];
}

/** @throws PlanError when the setting cannot be computed. */
export function planOf(values: WorkbenchValues, open: OpenFile | null, bounds: Bounds): Plan {
  const source = sourceOf(values, open);
  checkFits(source, bounds);
  const { m, n } = source;
  const remarks = [...source.remarks];
  const mask = maskOf(values, m, n, remarks);
  const { lean } = bytesOf(source, m, n);
  if (lean) remarks.push({ key: 'lean', values: {} });
  const lacking = values.kernel === 'subgroups' && bounds.subgroups === false;
  if (lacking) remarks.push({ key: 'noSubgroups', values: {} });
  const spec: AttentionSpec = {
    input: source.input,
    heads: source.heads,
    headDim: source.headDim,
    seed: values.seed,
    factor: factorOf(values, source.headDim),
    mask,
    off: values.source === 'mine' ? [] : values.off.filter((head) => head < source.heads),
    ...(lean && { lean }),
    ...(values.kernel !== 'auto' && { kernel: lacking ? 'tiled' : values.kernel }),
  };
  return {
    spec, m, n, remarks,
    queryTokens: source.queryTokens,
    keyTokens: source.keyTokens,
    layers: source.layers,
    layer: Math.min(values.layer, source.layers - 1),
    head: Math.min(values.head, source.heads - 1),
    headDim: source.headDim,
  };
}

/** Multiplications of · V from which on a hand that drags would feel those of the heads that are not looked at. */
const DRAFT_FROM = 2 ** 22;

/**
 * The same setting while a hand drags, where no output but the chosen head's is on screen: the others wait until it rests. Null
 * where that saves nothing worth it.
 */
export function draftOf(plan: Plan): Plan | null {
  const { spec, m, n, headDim, head } = plan;
  const { input, heads } = spec;
  // W_O mixes the outputs of all heads.
  const pays = input.kind !== 'text' && heads > 1 && heads * m * n * (input.kind === 'mine' ? input.valueDim : headDim) >= DRAFT_FROM;
  return pays ? { ...plan, spec: { ...spec, only: head } } : null;
}

/** The number that the scores are multiplied by. */
export function factorOf(values: Pick<WorkbenchValues, 'scale'>, headDim: number): number {
  if (values.scale === 'off') return 1;
  return values.scale === 'rsqrt' ? 1 / Math.sqrt(headDim) : values.scale;
}

interface Source {
  readonly input: InputSpec;
  readonly heads: number;
  readonly headDim: number;
  readonly m: number;
  readonly n: number;
  readonly layers: number;
  readonly queryTokens: readonly string[] | null;
  readonly keyTokens: readonly string[] | null;
  /** Widths of the tensors [heads, m or n, width] that there are; a file of scores has none. */
  readonly widths: readonly number[];
  readonly remarks: readonly Remark[];
}

function sourceOf(values: WorkbenchValues, open: OpenFile | null): Source {
  const plain = { heads: values.heads, headDim: values.dk, widths: [values.dk], layers: 1, remarks: [] };
  switch (values.source) {
    case 'random':
      return { ...plain, input: { kind: 'random', n: values.n }, m: values.n, n: values.n, queryTokens: null, keyTokens: null };
    case 'text': {
      const { tokens, total, cut } = tokeniseUpTo(values.text, values.split, MAX_TEXT_TOKENS);
      if (tokens.length === 0) throw new PlanError({ key: 'emptyText', values: {} }, true);
      return {
        ...plain,
        input: { kind: 'text', ids: tokens.map(tokenId), width: MODEL_WIDTH, positions: values.positions },
        m: tokens.length, n: tokens.length, queryTokens: tokens, keyTokens: tokens,
        remarks: cut ? [{ key: 'cutText', values: { shown: tokens.length, total } }] : [],
      };
    }
    case 'mine': {
      if (!open) throw new PlanError({ key: 'noFile', values: {} });
      const { file, id } = open;
      const layer = Math.min(values.layer, file.layers - 1);
      const has = { qk: Boolean(file.q && file.k), v: Boolean(file.v), scores: Boolean(file.scores), weights: Boolean(file.weights) };
      return {
        input: { kind: 'mine', asset: `${id}/${layer}`, has, m: file.queries, n: file.keys, valueDim: file.valueDim ?? 0 },
        heads: file.heads, headDim: file.headDim ?? values.dk, layers: file.layers,
        widths: [...(has.qk && file.headDim ? [file.headDim] : []), ...(file.v && file.valueDim ? [file.valueDim] : [])],
        m: file.queries, n: file.keys, queryTokens: file.queryTokens, keyTokens: file.keyTokens,
        remarks: has.qk || has.scores ? [] : [{ key: 'noScale', values: {} }],
      };
    }
  }
}

/** Extents as the blocked matrix product lays them out: copies of rows and columns in whole vectors of four. */
const inVectors = (extent: number): number => 4 * Math.ceil(extent / 4);

/** Bytes of the stages [heads, m, n] that are kept, from which on those that can be spared are. */
const LEAN_BYTES = 2 ** 28;

/** Bytes of the largest tensor of a setting with m queries and n keys, and of all that it keeps. */
export function bytesOf({ heads, widths }: Pick<Source, 'heads' | 'widths'>, m: number, n: number): { largest: number; total: number; lean: boolean } {
  const width = inVectors(Math.max(1, ...widths));
  const stage = 4 * heads * m * inVectors(n);
  const side = 4 * heads * Math.max(inVectors(m), inVectors(n)) * width;
  const lean = 4 * stage + 4 * side > LEAN_BYTES;
  return { largest: Math.max(stage, side), total: (lean ? 3 : 4) * stage + 4 * side, lean };
}

/** @throws PlanError naming the limit and the largest n that fits. */
function checkFits(source: Source, { maxTensorBytes, maxTotalBytes = Infinity, maxLength }: Bounds): void {
  const { heads, m, n } = source;
  if (maxLength !== null && Math.max(m, n) > maxLength) {
    throw new PlanError({ key: 'tooLong', values: { n: Math.max(m, n), limit: maxLength } });
  }
  const inOne = (m: number, n: number) => bytesOf(source, m, n).largest <= maxTensorBytes;
  const fitting = (m: number, n: number) => inOne(m, n) && bytesOf(source, m, n).total <= maxTotalBytes;
  if (fitting(m, n)) return;
  let fits = Math.floor(Math.sqrt(maxTensorBytes / (4 * heads)));
  while (fits > 0 && !fitting(fits, fits)) fits--;
  const [key, limit] = inOne(m, n) ? ['tooMuch', maxTotalBytes] : ['tooLarge', maxTensorBytes];
  throw new PlanError({ key, values: { n: Math.max(m, n), heads, mib: Math.floor(limit / 2 ** 20), fits } });
}

function maskOf(values: WorkbenchValues, m: number, n: number, remarks: Remark[]): MaskPlan {
  if (values.mask !== 'painted') {
    const plan = presetMask(values.mask, values, n);
    // Segments name the documents of the keys; queries beyond the last key need theirs painted.
    return plan.segments && m > n ? { bitmap: packBitmap(blockCells(values.block, m, n)) } : plan;
  }
  if (!values.painted) return {};
  if (values.painted.rows !== m || values.painted.cols !== n) {
    remarks.push({ key: 'paintedElsewhere', values: { rows: values.painted.rows, cols: values.painted.cols, m, n } });
  }
  return { bitmap: packBitmap(fitPainted(values.painted, m, n)) };
}

/** The plan of a preset. Padding keeps at least one key. */
export function presetMask(mask: Exclude<MaskName, 'painted'>, values: Pick<WorkbenchValues, 'window' | 'prefix' | 'padding' | 'block'>, n: number): MaskPlan {
  const validKeys = Math.max(1, n - values.padding);
  switch (mask) {
    case 'none': return {};
    case 'causal': return { causal: true };
    case 'padding': return { validKeys };
    case 'causal-padding': return { causal: true, validKeys };
    case 'window': return { causal: true, window: values.window };
    case 'prefix': return { causal: true, prefix: values.prefix };
    case 'blocks': return { segments: Array.from({ length: n }, (_, i) => Math.floor(i / values.block)) };
  }
}

/** The block mask over more queries than keys: cells whose query and key lie in the same block of positions. */
function blockCells(block: number, m: number, n: number): Uint8Array {
  const blockOf = (position: number) => Math.floor(position / block);
  return Uint8Array.from({ length: m * n }, (_, cell) => Number(blockOf(Math.floor(cell / n)) === blockOf(cell % n)));
}
