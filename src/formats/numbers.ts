/** Raw bytes to numbers: every number type that .npy and safetensors files can hold. */

/** `f2` is IEEE half precision, `bf2` bfloat16, `b1` one byte per truth value; the digit is the size in bytes. */
export type NumberKind = 'f2' | 'bf2' | 'f4' | 'f8' | 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'u2' | 'u4' | 'u8' | 'b1';

/** Bytes per element. */
export function itemSizeOf(kind: NumberKind): number {
  return Number(kind.at(-1));
}

const hostIsBigEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;

/**
 * Decodes `bytes` (a whole number of elements) to float32 where that is exact (halves, bfloat16, float32, integers of up
 * to 16 bits, booleans) and to float64 otherwise. 64-bit integers beyond 2^53 are rounded.
 */
export function decodeNumbers(bytes: Uint8Array, kind: NumberKind, bigEndian = false): Float32Array | Float64Array {
  // The copy is aligned for any element size, and never shares memory with the visitor's file.
  const copy = bytes.slice();
  const size = itemSizeOf(kind);
  if (size > 1 && bigEndian !== hostIsBigEndian) swapBytes(copy, size);
  const { buffer } = copy;
  switch (kind) {
    case 'f4':
      return new Float32Array(buffer);
    case 'f8':
      return new Float64Array(buffer);
    case 'f2':
      return fromHalf(new Uint16Array(buffer));
    case 'bf2':
      return fromBfloat(new Uint16Array(buffer));
    case 'i1':
      return Float32Array.from(new Int8Array(buffer));
    case 'u1':
      return Float32Array.from(copy);
    case 'b1':
      return Float32Array.from(copy, (value) => (value === 0 ? 0 : 1));
    case 'i2':
      return Float32Array.from(new Int16Array(buffer));
    case 'u2':
      return Float32Array.from(new Uint16Array(buffer));
    case 'i4':
      return Float64Array.from(new Int32Array(buffer));
    case 'u4':
      return Float64Array.from(new Uint32Array(buffer));
    case 'i8':
      return fromBigInts(new BigInt64Array(buffer));
    case 'u8':
      return fromBigInts(new BigUint64Array(buffer));
  }
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

let halfTable: Float32Array | undefined;

function fromHalf(bits: Uint16Array): Float32Array {
  halfTable ??= Float32Array.from({ length: 65536 }, (_, half) => halfValue(half));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = halfTable[bits[i]];
  return values;
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
  return new Float32Array(words.buffer);
}

function fromBigInts(values: BigInt64Array | BigUint64Array): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = Number(values[i]);
  return numbers;
}
