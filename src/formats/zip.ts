/**
 * Reads the zip containers that numpy.savez writes, ZIP64 included. Sizes come from the central directory and are
 * checked before anything is unpacked. Source: PKWARE APPNOTE.TXT 6.3.
 */
import { Inflate } from 'fflate';
import { crc32 } from './crc32.ts';
import { FormatError } from './errors.ts';

/** One file inside the container; sizes in bytes as the central directory declares them. */
export interface ZipEntry {
  name: string;
  method: number;
  encrypted: boolean;
  compressedSize: number;
  size: number;
  crc: number;
  headerStart: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const END_LENGTH = 22;
const IN_ZIP64 = 0xffffffff;
/** Deflate expands at most 1032-fold, so one step of the inflater never yields more than 64 MiB beyond what was declared. */
const STEP = 65_536;

/** True if the bytes begin like a zip file, an empty one included. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));
}

/** Lists the container's files in order. Throws {@link FormatError} `zip-truncated` or `zip-corrupt`. */
export function listZip(bytes: Uint8Array, file: string): ZipEntry[] {
  const view = viewOf(bytes);
  const end = findEnd(view);
  if (end < 0) throw new FormatError('zip-truncated', { file });
  try {
    const { start, count } = readEnd(view, end);
    return readDirectory(view, bytes, start, count, end);
  } catch (error) {
    // Every offset comes from the file; DataView refuses the ones outside it.
    if (error instanceof RangeError) throw new FormatError('zip-corrupt', { file, entry: '—' });
    throw error;
  }
}

/** Unpacks one file and checks its length and CRC. Throws {@link FormatError}. */
export function unzipEntry(bytes: Uint8Array, entry: ZipEntry, file: string): Uint8Array {
  if (entry.encrypted) throw new FormatError('zip-encrypted', { file, entry: entry.name });
  if (entry.method !== 0 && entry.method !== 8) {
    throw new FormatError('zip-method', { file, entry: entry.name, method: entry.method });
  }
  const packed = packedBytes(bytes, entry, file);
  const unpacked = entry.method === 0 ? packed : inflate(packed, entry, file);
  if (unpacked.length !== entry.size) {
    throw new FormatError('zip-size', { file, entry: entry.name, expected: entry.size });
  }
  if (crc32(unpacked) !== entry.crc) throw new FormatError('zip-corrupt', { file, entry: entry.name });
  return unpacked;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The end record is the last one whose comment reaches exactly to the end of the file. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - 65_535); at--) {
    if (view.getUint32(at, true) === END && at + END_LENGTH + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return -1;
}

function readEnd(view: DataView, end: number): { start: number; count: number } {
  const locator = end - 20;
  if (locator >= 0 && view.getUint32(locator, true) === LOCATOR64) {
    const at = uint64(view, locator + 8);
    if (view.getUint32(at, true) !== END64) throw new RangeError('No ZIP64 end record at its place.');
    return { start: uint64(view, at + 48), count: uint64(view, at + 32) };
  }
  return { start: view.getUint32(end + 16, true), count: view.getUint16(end + 10, true) };
}

function readDirectory(view: DataView, bytes: Uint8Array, start: number, count: number, end: number): ZipEntry[] {
  const utf8 = new TextDecoder();
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw new RangeError('No directory entry at its place.');
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const extraStart = at + 46 + nameLength;
    const entry: ZipEntry = {
      name: utf8.decode(bytes.subarray(at + 46, extraStart)),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      crc: view.getUint32(at + 16, true),
      compressedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      headerStart: view.getUint32(at + 42, true),
    };
    readZip64(view, extraStart, extraLength, entry);
    entries.push(entry);
    at = extraStart + extraLength + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Extra field 1 holds, in this order, those of the three numbers that do not fit 32 bits. */
function readZip64(view: DataView, start: number, length: number, entry: ZipEntry): void {
  const wanted = (['size', 'compressedSize', 'headerStart'] as const).filter((field) => entry[field] === IN_ZIP64);
  if (wanted.length === 0) return;
  let at = start;
  while (at + 4 <= start + length) {
    const id = view.getUint16(at, true);
    const size = view.getUint16(at + 2, true);
    if (id === 1) {
      if (size < 8 * wanted.length) throw new RangeError('The ZIP64 field is too short.');
      wanted.forEach((field, i) => (entry[field] = uint64(view, at + 4 + 8 * i)));
      return;
    }
    at += 4 + size;
  }
  throw new RangeError('No ZIP64 field.');
}

function uint64(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('An offset beyond any file.');
  return Number(value);
}

function packedBytes(bytes: Uint8Array, entry: ZipEntry, file: string): Uint8Array {
  const view = viewOf(bytes);
  const at = entry.headerStart;
  if (at + 30 > bytes.length || view.getUint32(at, true) !== LOCAL) {
    throw new FormatError('zip-corrupt', { file, entry: entry.name });
  }
  // Only the lengths of name and extra field are taken from the local header: its sizes may be left for later.
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + entry.compressedSize > bytes.length) throw new FormatError('zip-corrupt', { file, entry: entry.name });
  return bytes.subarray(start, start + entry.compressedSize);
}

/** Inflates step by step, so that a stream longer than declared is stopped early instead of filling the memory. */
function inflate(packed: Uint8Array, entry: ZipEntry, file: string): Uint8Array {
  const wrongSize = (): FormatError => new FormatError('zip-size', { file, entry: entry.name, expected: entry.size });
  // A declared size that deflate cannot reach is refused before memory is taken for it.
  if (entry.size > packed.length * 1032) throw wrongSize();
  const unpacked = new Uint8Array(entry.size);
  let filled = 0;
  const stream = new Inflate((chunk) => {
    if (filled + chunk.length > unpacked.length) throw wrongSize();
    unpacked.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length; at += STEP) {
      stream.push(packed.subarray(at, at + STEP), at + STEP >= packed.length);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError('zip-corrupt', { file, entry: entry.name });
  }
  return unpacked.subarray(0, filled);
}
