/** Writes NumPy files: little-endian, C order, readable by numpy.load. */
import { zipSync } from 'fflate';

/** What can be written: numbers of one type, or texts (stored as NumPy unicode). */
export type Writable = Float32Array | Float64Array | Int32Array | Uint8Array | readonly string[];

/** An array and its shape; `data` in C order. */
export interface WritableArray {
  data: Writable;
  shape: readonly number[];
}

/** The bytes of a .npy file, version 1 (3 never needed). Throws RangeError if shape and data disagree. */
export function encodeNpy(data: Writable, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) throw new RangeError(`Shape [${shape.join(', ')}] needs ${count} elements, not ${data.length}.`);
  const { descr, body } = encodeBody(data);
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  // The data starts at a multiple of 64, as the format asks for.
  const start = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + body.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(start - 11)}\n`), 10);
  bytes.set(body, start);
  return bytes;
}

/** The bytes of an uncompressed .npz file. The same arrays always give the same bytes. */
export function encodeNpz(arrays: Readonly<Record<string, WritableArray>>): Uint8Array<ArrayBuffer> {
  const files = Object.entries(arrays).map(([name, { data, shape }]) => [`${name}.npy`, encodeNpy(data, shape)]);
  // Zip times start in 1980; a fixed one keeps the bytes the same.
  return zipSync(Object.fromEntries(files), { level: 0, mtime: new Date(1980, 0, 1) });
}

function encodeBody(data: Writable): { descr: string; body: Uint8Array } {
  if (data instanceof Uint8Array) return { descr: '|u1', body: data };
  if (data instanceof Float32Array) return { descr: '<f4', body: littleEndian(data, (view, at, i) => view.setFloat32(at, data[i], true)) };
  if (data instanceof Float64Array) return { descr: '<f8', body: littleEndian(data, (view, at, i) => view.setFloat64(at, data[i], true)) };
  if (data instanceof Int32Array) return { descr: '<i4', body: littleEndian(data, (view, at, i) => view.setInt32(at, data[i], true)) };
  return encodeTexts(data);
}

function littleEndian(
  data: Float32Array | Float64Array | Int32Array,
  set: (view: DataView, at: number, i: number) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.byteLength));
  for (let i = 0; i < data.length; i++) set(view, i * data.BYTES_PER_ELEMENT, i);
  return new Uint8Array(view.buffer);
}

function encodeTexts(texts: readonly string[]): { descr: string; body: Uint8Array } {
  const codes = texts.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const width = codes.reduce((most, code) => Math.max(most, code.length), 1);
  const view = new DataView(new ArrayBuffer(texts.length * width * 4));
  codes.forEach((row, i) => row.forEach((code, j) => view.setUint32((i * width + j) * 4, code, true)));
  return { descr: `<U${width}`, body: new Uint8Array(view.buffer) };
}
