/**
 * Reads NumPy's .npy format, versions 1 to 3.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { eachFortran, elementCount, type FileArray } from './arrays.ts';
import { FormatError, shapeText } from './errors.ts';
import { decodeNumbers, itemSizeOf, type NumberKind } from './numbers.ts';
import { parsePythonLiteral, PythonLiteralError, type PythonValue } from './pythonLiteral.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Version 1 headers cannot be longer; numbers and texts never need more. */
const LONGEST_HEADER = 65_535;
/** NumPy 2 allows 64 axes. */
const MOST_AXES = 64;
/** Tokens come one per row; more than this is no token list and would only stall the page. */
const MOST_STRINGS = 1_000_000;

interface Header {
  descr: string;
  fortran: boolean;
  shape: number[];
  dataStart: number;
}

/** True if the bytes begin like a .npy file. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Decodes a whole .npy file: booleans, integers and floats of 1 to 8 bytes in either byte order, unicode (`U`) and byte
 * (`S`, read as UTF-8) texts, in C or Fortran order; the result is in C order. `array` is the name that errors use.
 * Throws {@link FormatError}.
 */
export function parseNpy(bytes: Uint8Array, array = 'array'): FileArray {
  const header = parseHeader(bytes, array);
  const type = parseType(header.descr, array);
  const count = elementCount(header.shape, type.itemSize, array);
  const expected = count * type.itemSize;
  const body = bytes.subarray(header.dataStart);
  if (body.length !== expected) {
    const code = body.length < expected ? 'data-truncated' : 'data-extra';
    throw new FormatError(code, { array, expected, found: body.length, shape: shapeText(header.shape) });
  }
  const { shape, descr: dtype } = header;
  if (type.kind === 'U' || type.kind === 'S') {
    if (count > MOST_STRINGS) throw new FormatError('text-count', { array, count, limit: MOST_STRINGS });
    const strings = decodeStrings(body, type.kind, type.itemSize, count, type.bigEndian, array);
    return { shape, dtype, strings: header.fortran ? toCOrder(strings, new Array<string>(count), shape) : strings };
  }
  const data = decodeNumbers(body, type.kind, type.bigEndian);
  if (!header.fortran) return { shape, dtype, data };
  const ordered = data instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
  return { shape, dtype, data: toCOrder(data, ordered, shape) };
}

function parseHeader(bytes: Uint8Array, array: string): Header {
  if (!isNpy(bytes)) throw new FormatError('npy-magic', { array });
  const fixed = bytes[6] === 1 ? 10 : 12;
  requireHeader(bytes, Math.min(fixed, 8), array);
  const version = bytes[6];
  if (version < 1 || version > 3) throw new FormatError('npy-version', { array, version: `${version}.${bytes[7]}` });
  requireHeader(bytes, fixed, array);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) throw new FormatError('npy-header-length', { array, length, limit: LONGEST_HEADER });
  const dataStart = fixed + length;
  requireHeader(bytes, dataStart, array);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(fixed, dataStart));
  return { ...parseDictionary(text, array), dataStart };
}

function requireHeader(bytes: Uint8Array, expected: number, array: string): void {
  if (bytes.length < expected) {
    throw new FormatError('npy-header-truncated', { array, expected, found: bytes.length });
  }
}

function parseDictionary(text: string, array: string): Omit<Header, 'dataStart'> {
  let value: PythonValue;
  try {
    value = parsePythonLiteral(text);
  } catch (error) {
    if (error instanceof PythonLiteralError) throw new FormatError('npy-header', { array, position: error.position });
    throw error;
  }
  if (!(value instanceof Map) || value.size !== 3) throw new FormatError('npy-header-keys', { array });
  const descr = value.get('descr');
  const fortran = value.get('fortran_order');
  const shape = value.get('shape');
  if (descr === undefined || typeof fortran !== 'boolean' || shape === undefined) {
    throw new FormatError('npy-header-keys', { array });
  }
  // A list describes a record with named fields, which has no single number type.
  if (typeof descr !== 'string') throw new FormatError('dtype', { array, dtype: 'record' });
  return { descr, fortran, shape: parseShape(shape, array) };
}

function parseShape(value: PythonValue, array: string): number[] {
  const sequence = typeof value === 'object' && value !== null && 'items' in value ? value : null;
  const items = sequence?.items ?? [value];
  if (!sequence?.tuple || items.length > MOST_AXES || !items.every((item) => typeof item === 'number')) {
    const shown = items.slice(0, 8).map((item) => (typeof item === 'object' ? '…' : String(item)));
    throw new FormatError('shape-invalid', { array, shape: shown.join(', ') });
  }
  return items;
}

interface ElementType {
  kind: NumberKind | 'U' | 'S';
  itemSize: number;
  bigEndian: boolean;
}

const NUMBER_KINDS: readonly string[] = ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1'];

function parseType(descr: string, array: string): ElementType {
  const match = /^([<>|=]?)([a-zA-Z])(\d{0,9})$/.exec(descr);
  if (match?.[2] === 'O') throw new FormatError('npy-object', { array });
  if (!match) throw new FormatError('dtype', { array, dtype: descr });
  const [, order, letter, digits] = match;
  const bigEndian = order === '>';
  if ((letter === 'U' || letter === 'S') && digits !== '') {
    return { kind: letter, itemSize: Number(digits) * (letter === 'U' ? 4 : 1), bigEndian };
  }
  const kind = letter + digits;
  if (!NUMBER_KINDS.includes(kind)) throw new FormatError('dtype', { array, dtype: descr });
  return { kind: kind as NumberKind, itemSize: itemSizeOf(kind as NumberKind), bigEndian };
}

/** Texts are padded with zeros to equal length; the padding is dropped, as NumPy does. */
function decodeStrings(
  body: Uint8Array,
  kind: 'U' | 'S',
  itemSize: number,
  count: number,
  bigEndian: boolean,
  array: string,
): string[] {
  const utf8 = new TextDecoder();
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Array.from({ length: count }, (_, i) => {
    const start = i * itemSize;
    let end = start + itemSize;
    if (kind === 'S') {
      while (end > start && body[end - 1] === 0) end--;
      return utf8.decode(body.subarray(start, end));
    }
    while (end > start && view.getUint32(end - 4) === 0) end -= 4;
    let text = '';
    for (let at = start; at < end; at += 4) {
      const code = view.getUint32(at, !bigEndian);
      if (code > 0x10ffff) throw new FormatError('text-code-point', { array, value: code });
      text += String.fromCodePoint(code);
    }
    return text;
  });
}

function toCOrder<T, A extends { [index: number]: T }>(source: { readonly [index: number]: T }, target: A, shape: number[]): A {
  eachFortran(shape, (to, from) => {
    target[to] = source[from];
  });
  return target;
}
