/** A visitor's file to attention arrays: detect the format, find the parts, check that they fit together. */
import { FormatError, nameList, noteOf, shapeText, type FormatNote } from './errors.ts';
import { findLabels, readHeadDim, readTokens } from './labels.ts';
import { assignRoles, soundsLikeWeights, type Role } from './names.ts';
import { openArrays, type OpenedFile } from './open.ts';
import { rowsOffOne, toLayered, type Layered } from './values.ts';

/** Attention arrays of one file, all float32 in C order; at least q and k, or scores, or weights are there. */
export interface AttentionFile {
  /** The file's name. */
  name: string;
  layers: number;
  heads: number;
  /** m, the number of query rows. */
  queries: number;
  /** n, the number of key columns. */
  keys: number;
  /** d_k: the width of q and k, else the file's own `d_k` entry, else null. */
  headDim: number | null;
  /** [layers, heads, queries, headDim] */
  q?: Float32Array;
  /** [layers, heads, keys, headDim] */
  k?: Float32Array;
  /** [layers, heads, keys, valueDim] */
  v?: Float32Array;
  valueDim?: number;
  /** [layers, heads, queries, keys], raw; −Infinity marks masked cells. */
  scores?: Float32Array;
  /** [layers, heads, queries, keys], after the softmax. */
  weights?: Float32Array;
  queryTokens: string[] | null;
  keyTokens: string[] | null;
  /** What there is to know about the file, for example how many scores are masked. */
  remarks: FormatNote[];
}

/** One layer's arrays, each [heads, ·, ·], as views of the file's. */
export type AttentionLayer = Pick<AttentionFile, 'q' | 'k' | 'v' | 'scores' | 'weights'>;

/**
 * Reads a .npz, .npy, .safetensors or .json file; what the bytes are decides, then the extension of `name`. Shapes may
 * be [n, n], [h, n, n], [L, h, n, n] (or m × n), q, k and v [n, d], [h, n, d], [L, h, n, d], each with a batch axis of 1.
 * Throws {@link FormatError} with one sentence for every file that cannot be used.
 */
export function readAttentionFile(bytes: ArrayBuffer, name: string): AttentionFile {
  try {
    if (bytes.byteLength === 0) throw new FormatError('empty-file', { file: name });
    return assemble(openArrays(new Uint8Array(bytes), name), name);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(error.code, { file: name, ...error.values });
    // Browsers refuse an allocation that is too large with a RangeError.
    if (error instanceof RangeError) throw new FormatError('too-large', { file: name });
    throw error;
  }
}

/** The arrays of one layer (from 0), shared with the file and not copied. Throws RangeError for other layers. */
export function layerOf(file: AttentionFile, layer: number): AttentionLayer {
  if (!Number.isInteger(layer) || layer < 0 || layer >= file.layers) {
    throw new RangeError(`Layer ${layer} does not exist: ${file.name} has layers 0 to ${file.layers - 1}.`);
  }
  const part = (data: Float32Array): Float32Array => {
    const size = data.length / file.layers;
    return data.subarray(layer * size, (layer + 1) * size);
  };
  const arrays: AttentionLayer = {};
  for (const role of ['q', 'k', 'v', 'scores', 'weights'] as const) {
    const data = file[role];
    if (data) arrays[role] = part(data);
  }
  return arrays;
}

function assemble(source: OpenedFile, file: string): AttentionFile {
  const { roles, notes } = assignRoles(source.nameless ? [] : source.names);
  const parts = readParts(source, roles);
  if (roles.size === 0) guessOnly(source, parts, notes);
  checkParts(parts, source.names, file);
  const { q, k, v, scores, weights } = parts;
  // Without a grid q and k are both there, or checkParts would have thrown.
  const grid = scores ?? weights;
  const [first, queries, keys] = grid ? [grid, grid.rows, grid.columns] : [q!, q!.rows, k!.rows];
  if (scores && scores.masked > 0) notes.push({ code: 'scores-masked', values: { count: scores.masked } });
  if (weights) noteRows(weights, notes);
  const labels = findLabels(source, roles);
  const headDim = readHeadDim(labels, (q ?? k)?.columns ?? null, notes);
  const tokens = readTokens(labels, queries, keys, notes);
  return {
    name: file,
    layers: first.layers,
    heads: first.heads,
    queries,
    keys,
    headDim,
    ...(q && { q: q.data }),
    ...(k && { k: k.data }),
    ...(v && { v: v.data, valueDim: v.columns }),
    ...(scores && { scores: scores.data }),
    ...(weights && { weights: weights.data }),
    ...tokens,
    remarks: notes.map(noteOf),
  };
}

type Parts = Partial<Record<'q' | 'k' | 'v' | 'scores' | 'weights', Layered>>;

function readParts(source: OpenedFile, roles: Map<Role, string>): Parts {
  const parts: Parts = {};
  for (const role of ['q', 'k', 'v', 'scores', 'weights'] as const) {
    const array = roles.get(role);
    if (array === undefined) continue;
    const kind = role === 'scores' || role === 'weights' ? 'square' : 'rows';
    parts[role] = toLayered(source.read(array), array, kind, role === 'scores');
  }
  return parts;
}

/** A lone array needs no name: `numpy.save`, a JSON list, or `numpy.savez(file, array)`, which calls it arr_0. */
function guessOnly(source: OpenedFile, parts: Parts, notes: FormatNote[]): void {
  const [array, ...others] = source.names;
  if (others.length > 0 || !(source.nameless || array === 'arr_0')) return;
  const layered = toLayered(source.read(array), array, 'square', true);
  const role = layered.masked === 0 && (soundsLikeWeights(array) || rowsOffOne(layered).off === 0) ? 'weights' : 'scores';
  parts[role] = layered;
  notes.push({ code: 'taken-as', values: { array, role } });
}

function checkParts({ q, k, v, scores, weights }: Parts, names: readonly string[], file: string): void {
  if (!scores && !weights && !(q && k)) {
    if (q || k) throw new FormatError('incomplete', { file, found: q ? 'q' : 'k', missing: q ? 'k' : 'q' });
    throw new FormatError('nothing-usable', { file, found: nameList(names) });
  }
  requireEqual(scores, weights, (a, b) => a.rows === b.rows && a.columns === b.columns);
  requireEqual(q, k, (a, b) => a.columns === b.columns);
  requireEqual(k, v, (a, b) => a.rows === b.rows);
  requireEqual(q, v, () => true);
  for (const grid of [scores, weights]) {
    requireEqual(grid, q, (a, b) => a.rows === b.rows);
    requireEqual(grid, k, (a, b) => a.columns === b.rows);
    requireEqual(grid, v, (a, b) => a.columns === b.rows);
  }
}

function requireEqual(a: Layered | undefined, b: Layered | undefined, fits: (a: Layered, b: Layered) => boolean): void {
  if (!a || !b || (a.layers === b.layers && a.heads === b.heads && fits(a, b))) return;
  const text = ({ layers, heads, rows, columns }: Layered): string => shapeText([layers, heads, rows, columns]);
  const values = { first: a.array, firstShape: text(a), second: b.array, secondShape: text(b) };
  throw new FormatError('shape-mismatch', values);
}

function noteRows(weights: Layered, notes: FormatNote[]): void {
  const { off, rows } = rowsOffOne(weights);
  if (off > 0) notes.push({ code: 'weights-rows', values: { count: off, rows } });
}
