import { fitPainted } from '../../lab/painted';
import type { Values } from '../../lab/params';
import { PlanError, type Bounds, type Remark } from '../../lab/plan';
import { maskCells, packBitmap, presetRule, type MaskPreset, type MaskRule } from '../../reference/mask';
import { tokenId } from '../../text/hash';
import { tokeniseUpTo } from '../../text/tokenise';
import { MAX_TOKENS, type params } from './params';
import type { MasksSpec } from './spec';

export type MasksValues = Readonly<Values<typeof params>>;

/** Everything that one setting means: what to compute, and how to label it. */
export interface Plan {
  readonly spec: MasksSpec;
  /** The tokens' text, or null where they are random. */
  readonly tokens: readonly string[] | null;
  readonly n: number;
  /** The token that is changed, brought into range. */
  readonly token: number;
  /** The cells [n, n] that the mask leaves visible (1). */
  readonly cells: Uint8Array;
  readonly remarks: readonly Remark[];
}

/** @throws PlanError when there is no token. */
export function planOf(values: MasksValues, { maxLength }: Bounds): Plan {
  const { tokens, ids, remarks } = sourceOf(values);
  const n = ids.length;
  if (maxLength !== null && n > maxLength) throw new PlanError({ key: 'tooLong', values: { n, limit: maxLength } });
  const mask = maskOf(values, n, remarks);
  const cells = maskCells(mask, n, n);
  const empty = emptyRows(cells, n);
  if (empty.length > 0) remarks.push({ key: 'emptyRows', values: { count: empty.length, n } });
  // The float64 twins: their exponential reaches further down than that of f32.
  if (maxLength !== null && values.mistake === 'finite') remarks.push({ key: 'cpuFloats', values: {} });
  const { seed, mistake, gain, layers } = values;
  return {
    spec: { ids, seed, mask, mistake, penalty: 10 ** values.penalty, gain, change: values.change / 100, layers },
    tokens, n, cells, remarks,
    token: Math.min(values.token, n - 1),
  };
}

function sourceOf(values: MasksValues): { tokens: readonly string[] | null; ids: readonly number[]; remarks: Remark[] } {
  // Each random token is the only one of its number, so its embedding is a vector of its own.
  if (values.source === 'random') return { tokens: null, ids: Array.from({ length: values.n }, (_, i) => i), remarks: [] };
  const { tokens, total, cut } = tokeniseUpTo(values.text, values.split, MAX_TOKENS);
  if (tokens.length === 0) throw new PlanError({ key: 'emptyText', values: {} }, true);
  return { tokens, ids: tokens.map(tokenId), remarks: cut ? [{ key: 'cutText', values: { shown: tokens.length, total } }] : [] };
}

function maskOf(values: MasksValues, n: number, remarks: Remark[]): MaskRule {
  if (values.mask !== 'painted') return namedMask(values.mask, values, n);
  const { painted } = values;
  if (!painted) return {};
  if (painted.rows !== n || painted.cols !== n) {
    remarks.push({ key: 'paintedElsewhere', values: { rows: painted.rows, cols: painted.cols, n } });
  }
  return { bitmap: packBitmap(fitPainted(painted, n, n)) };
}

/** The rule behind a mask's name. Padding leaves at least one token. */
export function namedMask(
  mask: Exclude<MaskPreset, 'painted'>,
  { window, prefix, padding, side, block }: Pick<MasksValues, 'window' | 'prefix' | 'padding' | 'side' | 'block'>,
  n: number,
): MaskRule {
  const validKeys = Math.max(1, n - padding);
  if (side === 'left' && (mask === 'padding' || mask === 'causal-padding')) {
    const bitmap = packBitmap(Array.from({ length: n * n }, (_, cell) => cell % n >= n - validKeys));
    return { ...(mask === 'causal-padding' && { causal: true }), bitmap };
  }
  const segments = Uint32Array.from({ length: n }, (_, i) => Math.floor(i / block));
  return presetRule(mask, { window, prefix, validKeys, segments, bitmap: new Uint32Array() });
}

/** Rows in which every key is masked. */
export function emptyRows(cells: Uint8Array, n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i).filter((i) => !cells.subarray(i * n, (i + 1) * n).includes(1));
}
