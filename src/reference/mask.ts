import { MASKED } from './softmax';

/**
 * Which keys a query may see; all parts that are given are ANDed. Query i of m sits at position i + (n − m) when n ≥ m,
 * so that the queries are the last m positions (as in decoding with a cache), and at position i when n < m.
 */
export interface MaskRule {
  /** Keys after the query's position are hidden. */
  readonly causal?: boolean;
  /** |position − j| < window; 0 or absent: no window. With `causal` this is the sliding window over the past. */
  readonly window?: number;
  /** With `causal`: keys j < prefix are visible to every query, whatever `causal` and `window` say. */
  readonly prefix?: number;
  /** Keys from here on are padding and hidden from every query. */
  readonly validKeys?: number;
  /** Document of each position [n]; a query sees only keys of its own. Needs m ≤ n; excludes `bitmap`. */
  readonly segments?: ArrayLike<number>;
  /** One bit per cell, row-major over (m, n), 32 cells per word from the lowest bit, 1 = visible. Excludes `segments`. */
  readonly bitmap?: Uint32Array;
}

/** Position of query i among n keys, see MaskRule. */
export const queryPosition = (i: number, m: number, n: number): number => i + Math.max(0, n - m);

/** Whether query i of m sees key j of n. */
export function visible(rule: MaskRule, i: number, j: number, m: number, n: number): boolean {
  const at = queryPosition(i, m, n);
  const past = !rule.causal || j <= at;
  const near = !rule.window || Math.abs(at - j) < rule.window;
  const inPrefix = rule.causal === true && j < (rule.prefix ?? 0);
  if (j >= (rule.validKeys ?? n) || !((past && near) || inPrefix)) return false;
  if (rule.segments) return rule.segments[at] === rule.segments[j];
  return !rule.bitmap || bitAt(rule.bitmap, i * n + j);
}

const bitAt = (words: Uint32Array, cell: number): boolean => ((words[cell >>> 5]! >>> (cell & 31)) & 1) === 1;

/** Scores x [batch, m, n] with hidden cells at MASKED. */
export function mask(x: Float64Array, batch: number, m: number, n: number, rule: MaskRule): Float64Array {
  const masked = new Float64Array(x.length);
  for (let b = 0, at = 0; b < batch; b++) {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++, at++) masked[at] = visible(rule, i, j, m, n) ? x[at]! : MASKED;
  }
  return masked;
}

/** Packs cells (row-major, truthy = visible) into words, 32 cells each from the lowest bit. */
export function packBitmap(cells: ArrayLike<boolean | number>): Uint32Array {
  const words = new Uint32Array(Math.ceil(cells.length / 32));
  for (let cell = 0; cell < cells.length; cell++) if (cells[cell]) words[cell >>> 5]! |= 1 << (cell & 31);
  return words;
}

/** The first `count` cells of a bitmap, 1 = visible. */
export const unpackBitmap = (words: Uint32Array, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, cell) => Number(bitAt(words, cell)));

/** The cells [m, n] of any rule, 1 = visible: what a brush starts to paint from. */
export const maskCells = (rule: MaskRule, m: number, n: number): Uint8Array =>
  Uint8Array.from({ length: m * n }, (_, cell) => Number(visible(rule, Math.floor(cell / n), cell % n, m, n)));

/** Documents of n positions split as evenly as can be into `documents` runs. */
export const evenSegments = (n: number, documents: number): Uint32Array =>
  Uint32Array.from({ length: n }, (_, position) => Math.floor((position * documents) / n));

/** The masks that the page offers by name. */
export const MASK_PRESETS = [
  'none',
  'causal',
  'padding',
  'causal-padding',
  'window',
  'prefix',
  'blocks',
  'painted',
] as const;
export type MaskPreset = (typeof MASK_PRESETS)[number];

/** The numbers that presets take; each preset reads its own and leaves the others alone. */
export interface MaskNumbers {
  readonly window: number;
  readonly prefix: number;
  readonly validKeys: number;
  readonly segments: Uint32Array;
  readonly bitmap: Uint32Array;
}

/** The rule behind a preset's name: 'window' and 'prefix' are causal, as in decoders (Beltagy et al. 2020; Raffel et al. 2020, §3.2.1). */
export function presetRule(preset: MaskPreset, numbers: MaskNumbers): MaskRule {
  const { window, prefix, validKeys, segments, bitmap } = numbers;
  switch (preset) {
    case 'none':
      return {};
    case 'causal':
      return { causal: true };
    case 'padding':
      return { validKeys };
    case 'causal-padding':
      return { causal: true, validKeys };
    case 'window':
      return { causal: true, window };
    case 'prefix':
      return { causal: true, prefix };
    case 'blocks':
      return { segments };
    case 'painted':
      return { bitmap };
  }
}
