/** Visitors' files, made here: whole ones of every kind, and the ways in which they come broken. */
import { encodeNpz, type WritableArray } from '../../../src/formats/write';

/** Seeded numbers from −2 to 2 (a linear congruential generator, so that every run opens the same file). */
export function numbers(count: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 4 - 2;
  });
}

export const array = (shape: readonly number[], seed = 1): WritableArray => ({ data: numbers(shape.reduce((a, b) => a * b, 1), seed), shape });

export const npz = (arrays: Readonly<Record<string, WritableArray>>): Uint8Array => encodeNpz(arrays);

/** A flat list in C order, nested as JSON has it. */
function nested(data: ArrayLike<number>, shape: readonly number[]): unknown {
  const [size, ...rest] = shape;
  if (size === undefined) return data[0];
  const step = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: size }, (_, i) => nested(Array.prototype.slice.call(data, i * step, (i + 1) * step), rest));
}

export const json = (arrays: Readonly<Record<string, WritableArray>>, more: Record<string, unknown> = {}): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({ ...Object.fromEntries(Object.entries(arrays).map(([name, { data, shape }]) => [name, nested(data as Float32Array, shape)])), ...more }),
  );

/** The format of https://github.com/huggingface/safetensors, F32 only. */
export function safetensors(arrays: Readonly<Record<string, WritableArray>>): Uint8Array {
  let at = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { data, shape }] of Object.entries(arrays)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, (at += 4 * data.length)] };
  }
  const words = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + words.length + at);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(words.length), true);
  bytes.set(words, 8);
  let to = 8 + words.length;
  for (const { data } of Object.values(arrays)) {
    for (const value of data as Float32Array) {
      view.setFloat32(to, value, true);
      to += 4;
    }
  }
  return bytes;
}
