/**
 * Opens .safetensors files: 8 bytes of header length, a JSON header, then the data.
 * Source: https://github.com/huggingface/safetensors#format
 */
import { elementCount, type ArraySource, type FileArray } from './arrays.ts';
import { FormatError, shapeText } from './errors.ts';
import { decodeNumbers, itemSizeOf, type NumberKind } from './numbers.ts';

/** The format's own limit. */
const LONGEST_HEADER = 100_000_000;

const KINDS: Record<string, NumberKind> = {
  F64: 'f8',
  F32: 'f4',
  F16: 'f2',
  BF16: 'bf2',
  I64: 'i8',
  I32: 'i4',
  I16: 'i2',
  I8: 'i1',
  U64: 'u8',
  U32: 'u4',
  U16: 'u2',
  U8: 'u1',
  BOOL: 'b1',
};

interface Entry {
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

/** An opened file, and the texts that its writer put beside the arrays. */
export interface SafetensorsSource extends ArraySource {
  metadata: Record<string, string>;
}

/** True if the bytes can be a safetensors file: a JSON header of believable length follows the first 8 bytes. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && headerLength(bytes) <= LONGEST_HEADER;
}

/**
 * Reads the header and checks that the offsets cover the data without gaps; arrays are decoded when read. Throws
 * {@link FormatError}.
 */
export function openSafetensors(bytes: Uint8Array, file: string): SafetensorsSource {
  if (bytes.length < 8) throw new FormatError('safetensors-truncated', { file, expected: 8, found: bytes.length });
  const length = headerLength(bytes);
  if (length > LONGEST_HEADER) {
    throw new FormatError('safetensors-header-length', { file, length, limit: LONGEST_HEADER });
  }
  if (8 + length > bytes.length) {
    throw new FormatError('safetensors-truncated', { file, expected: 8 + length, found: bytes.length });
  }
  const header = parseHeader(bytes.subarray(8, 8 + length), file);
  const data = bytes.subarray(8 + length);
  const entries = new Map<string, Entry>();
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') entries.set(name, parseEntry(value, name, file));
  }
  checkCoverage(entries, data.length, file);
  return {
    names: [...entries.keys()],
    metadata: parseMetadata(header.__metadata__),
    read(name) {
      const entry = entries.get(name);
      if (!entry) throw new RangeError(`${file} has no array ${name}.`);
      return readEntry(data, entry, name);
    },
  };
}

/** Lengths above 2^53 come back rounded, which is still far above the limit. */
function headerLength(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
}

function parseHeader(bytes: Uint8Array, file: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new FormatError('safetensors-header', { file });
  }
  if (!isRecord(header)) throw new FormatError('safetensors-header', { file });
  return header;
}

function parseEntry(value: unknown, array: string, file: string): Entry {
  if (isRecord(value) && typeof value.dtype === 'string' && isNumbers(value.shape) && isNumbers(value.data_offsets)) {
    const [begin, end] = value.data_offsets;
    if (value.data_offsets.length === 2) return { dtype: value.dtype, shape: value.shape, begin, end };
  }
  throw new FormatError('safetensors-entry', { file, array });
}

function parseMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

function checkCoverage(entries: Map<string, Entry>, length: number, file: string): void {
  let covered = 0;
  let last = '—';
  const sorted = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [array, { begin, end }] of sorted) {
    const whole = Number.isInteger(begin) && Number.isInteger(end) && begin >= 0 && end >= begin;
    if (!whole || end > length) {
      throw new FormatError('safetensors-offsets', { array, offsets: shapeText([begin, end]), found: length });
    }
    if (begin !== covered) throw new FormatError('safetensors-holes', { file, array });
    covered = end;
    last = array;
  }
  if (covered !== length) throw new FormatError('safetensors-holes', { file, array: last });
}

function readEntry(data: Uint8Array, { dtype, shape, begin, end }: Entry, array: string): FileArray {
  if (!Object.hasOwn(KINDS, dtype)) throw new FormatError('dtype', { array, dtype });
  const kind = KINDS[dtype];
  const expected = elementCount(shape, itemSizeOf(kind), array) * itemSizeOf(kind);
  if (end - begin !== expected) {
    const values = { array, shape: shapeText(shape), expected, found: end - begin };
    throw new FormatError('safetensors-size', values);
  }
  return { shape, dtype, data: decodeNumbers(data.subarray(begin, end), kind) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
