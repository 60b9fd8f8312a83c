/** Tokens and d_k, which may stand beside the arrays. What is wrong with them is noted; it never refuses the file. */
import { isStringArray, type FileArray } from './arrays.ts';
import { FormatError, type FormatNote } from './errors.ts';
import { assignRoles, type Role } from './names.ts';
import type { OpenedFile } from './open.ts';

const LABEL_ROLES = ['tokens', 'tokensQ', 'tokensK', 'dK'] as const;

/** A label's name in the file, and its content; null where its type cannot be read. */
export interface Label {
  array: string;
  content: FileArray | null;
}

export type Labels = Partial<Record<(typeof LABEL_ROLES)[number], Label>>;

/** What an array of the wrong type throws, as opposed to a damaged file. */
const WRONG_TYPE: readonly string[] = ['npy-object', 'dtype', 'text-count', 'json-not-number', 'json-ragged', 'json-nesting'];

/**
 * Reads the labels that the file has, from its arrays or else from its metadata (JSON texts). Throws
 * {@link FormatError} only where the file itself is damaged.
 */
export function findLabels(source: OpenedFile, roles: ReadonlyMap<Role, string>): Labels {
  const inMetadata = assignRoles(Object.keys(source.metadata)).roles;
  const labels: Labels = {};
  for (const role of LABEL_ROLES) {
    const array = roles.get(role);
    const key = inMetadata.get(role);
    if (array !== undefined) labels[role] = { array, content: readIfPossible(source, array) };
    else if (key !== undefined) labels[role] = { array: key, content: fromMetadata(source.metadata[key]) };
  }
  return labels;
}

function readIfPossible(source: OpenedFile, array: string): FileArray | null {
  try {
    return source.read(array);
  } catch (error) {
    if (error instanceof FormatError && WRONG_TYPE.includes(error.code)) return null;
    throw error;
  }
}

function fromMetadata(text: string): FileArray | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const items: unknown[] = Array.isArray(value) ? value : [value];
  const shape = Array.isArray(value) ? [items.length] : [];
  if (items.every((item) => typeof item === 'string')) return { shape, dtype: 'json', strings: items };
  if (items.every((item) => typeof item === 'number')) return { shape, dtype: 'json', data: Float64Array.from(items) };
  return null;
}

/** d_k: `width` (of q and k) where there is one, else the label's value; a label that disagrees is noted. */
export function readHeadDim({ dK }: Labels, width: number | null, notes: FormatNote[]): number | null {
  if (!dK) return width;
  const { array, content } = dK;
  const value = content && !isStringArray(content) && content.data.length === 1 ? content.data[0] : NaN;
  if (!Number.isInteger(value) || value < 1) {
    notes.push({ code: 'd-k-invalid', values: { array } });
    return width;
  }
  if (width !== null && width !== value) notes.push({ code: 'd-k-ignored', values: { array, value, width } });
  return width ?? value;
}

/** The tokens of m queries and n keys. `tokens` serves every axis of its length; the others serve their own axis. */
export function readTokens(
  labels: Labels,
  queries: number,
  keys: number,
  notes: FormatNote[],
): { queryTokens: string[] | null; keyTokens: string[] | null } {
  const fitting = (label: Label | undefined, lengths: number[]): string[] | null => {
    if (!label) return null;
    const { array, content } = label;
    const tokens = content && toTexts(content);
    if (!tokens) notes.push({ code: 'tokens-unreadable', values: { array } });
    else if (lengths.includes(tokens.length)) return tokens;
    else notes.push({ code: 'tokens-count', values: { array, count: tokens.length, queries, keys } });
    return null;
  };
  const shared = fitting(labels.tokens, [queries, keys]);
  const forAxis = (length: number): string[] | null => (shared?.length === length ? shared : null);
  return {
    queryTokens: fitting(labels.tokensQ, [queries]) ?? forAxis(queries),
    keyTokens: fitting(labels.tokensK, [keys]) ?? forAxis(keys),
  };
}

/** Texts of a list, or of one behind axes of 1; numbers (token ids) are written out. */
function toTexts(content: FileArray): string[] | null {
  if (content.shape.length === 0 || content.shape.slice(0, -1).some((size) => size !== 1)) return null;
  // A lone surrogate is no character and would break encoders further on.
  if (isStringArray(content)) return content.strings.map((text) => text.replace(/\p{Surrogate}/gu, '\ufffd'));
  return Array.from(content.data, String);
}
