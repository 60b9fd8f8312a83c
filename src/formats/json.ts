/** Opens .json files that hold arrays as nested lists, or as `{ "shape": […], "data": […] }`. */
import { elementCount, indexAt, type ArraySource, type FileArray } from './arrays.ts';
import { FormatError, shapeText } from './errors.ts';

/** Browsers hold strings of up to about 2^29 characters; JSON of this size is already far from practical. */
const LARGEST = 2 ** 28;
/** Layers, batch, heads, rows, columns, and one to spare. */
const DEEPEST = 6;

/**
 * The arrays of a JSON file. An object's members are its arrays; a list at the top is one nameless array, called like
 * the file. Members that are neither numbers, lists nor `{shape, data}` are not listed. Throws {@link FormatError}.
 */
export function openJson(bytes: Uint8Array, file: string): ArraySource & { nameless: boolean } {
  const top = parse(bytes, file);
  if (Array.isArray(top)) return { names: [file], nameless: true, read: () => toArray(top, file) };
  if (typeof top !== 'object' || top === null) throw new FormatError('json-top', { file });
  const members = new Map<string, unknown>(
    Object.entries(top).filter(([, value]) => typeof value === 'number' || (typeof value === 'object' && value !== null)),
  );
  return {
    names: [...members.keys()],
    nameless: false,
    read(name) {
      if (!members.has(name)) throw new RangeError(`${file} has no array ${name}.`);
      return toArray(members.get(name), name);
    },
  };
}

function parse(bytes: Uint8Array, file: string): unknown {
  if (bytes.length > LARGEST) throw new FormatError('json-too-large', { file, size: bytes.length, limit: LARGEST });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError('json-encoding', { file });
  }
  try {
    return JSON.parse(text);
  } catch {
    // Python's json.dump writes these words bare, although JSON does not know them.
    const bareWord = /[[,:\s]-?(?:NaN|Infinity)\b/.test(text);
    throw new FormatError(bareWord ? 'json-not-finite' : 'json-syntax', { file });
  }
}

function toArray(value: unknown, array: string): FileArray {
  if (typeof value === 'number') return { shape: [], dtype: 'json', data: Float64Array.of(value) };
  if (Array.isArray(value)) return fromNested(value, array);
  const { shape, data } = value as { shape?: unknown; data?: unknown };
  if (!Array.isArray(shape) || !Array.isArray(data)) {
    throw new FormatError('json-not-number', { array, found: '{…}', index: '[]' });
  }
  const sizes = shape.map((size) => (typeof size === 'number' ? size : NaN));
  const expected = elementCount(sizes, 8, array);
  const flat = fromNested(data, array);
  const found = 'data' in flat ? flat.data.length : flat.strings.length;
  if (found !== expected) throw new FormatError('json-shape', { array, shape: shapeText(sizes), expected, found });
  return { ...flat, shape: sizes };
}

function fromNested(list: unknown[], array: string): FileArray {
  const shape = shapeOf(list, array);
  checkRows(list, shape, array);
  // The lists are known to be even now, so the shape cannot ask for more than the file holds.
  const leaves = list.flat(DEEPEST) as unknown[];
  if (leaves.length > 0 && leaves.every((leaf) => typeof leaf === 'string')) {
    return { shape, dtype: 'json', strings: leaves };
  }
  const wrong = leaves.findIndex((leaf) => typeof leaf !== 'number');
  if (wrong >= 0) {
    throw new FormatError('json-not-number', { array, found: kindOf(leaves[wrong]), index: shapeText(indexAt(wrong, shape)) });
  }
  return { shape, dtype: 'json', data: Float64Array.from(leaves as number[]) };
}

/** The shape as the first element of every list tells it. */
function shapeOf(list: unknown[], array: string): number[] {
  const shape: number[] = [];
  for (let inner: unknown = list; Array.isArray(inner); inner = inner[0]) {
    if (shape.length === DEEPEST) throw new FormatError('json-depth', { array, limit: DEEPEST });
    shape.push(inner.length);
  }
  return shape;
}

/** Throws `json-ragged` or `json-nesting` at the first place where the lists do not have this shape. */
function checkRows(list: unknown[], shape: readonly number[], array: string, index: number[] = []): void {
  const expected = shape[index.length];
  if (list.length !== expected) {
    throw new FormatError('json-ragged', { array, index: shapeText(index), found: list.length, expected });
  }
  const holdsLists = index.length + 1 < shape.length;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (Array.isArray(item) !== holdsLists) {
      throw new FormatError('json-nesting', { array, index: shapeText([...index, i]) });
    }
    if (Array.isArray(item)) checkRows(item, shape, array, [...index, i]);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return '{…}';
  return JSON.stringify(value);
}
