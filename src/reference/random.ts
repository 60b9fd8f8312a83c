/** What a random tensor is a function of. Both numbers are taken modulo 2³². */
export interface RandomKey {
  /** The visitor's choice; a re-roll changes it. */
  readonly seed: number;
  /** Which tensor of that seed, so that no two tensors share their numbers. */
  readonly stream: number;
}

/** The last word of a counter, as in shaders/lib/philox.wgsl: different uses of one key never meet. */
export const DRAW_TENSOR = 0;
export const DRAW_EMBEDDING = 1;

/** The high 32 bits of the product of two u32, from 16-bit halves: each step stays below 2⁵³. */
export function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (carry >>> 16);
}

/**
 * Philox4x32-10 (Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3, §3.3).
 * @param counter four u32
 * @param key two u32: seed and stream
 * @returns four uniformly distributed u32
 */
export function philox(counter: readonly number[], key: readonly number[]): [number, number, number, number] {
  let [x, y, z, w] = counter as [number, number, number, number];
  let [seed, stream] = key as [number, number];
  for (let round = 0; round < 10; round++) {
    const first = mulHigh(0xcd9e8d57, z) ^ y ^ seed;
    const third = mulHigh(0xd2511f53, x) ^ w ^ stream;
    y = Math.imul(0xcd9e8d57, z) >>> 0;
    w = Math.imul(0xd2511f53, x) >>> 0;
    x = first >>> 0;
    z = third >>> 0;
    seed = (seed + 0x9e3779b9) >>> 0;
    stream = (stream + 0xbb67ae85) >>> 0;
  }
  return [x, y, z, w];
}

/** Four uniformly distributed u32 per counter (quad, row, 0, use) under a key. */
export function keyWords(key: RandomKey, quad: number, row = 0, use = DRAW_TENSOR): [number, number, number, number] {
  return philox([quad >>> 0, row >>> 0, 0, use], [key.seed >>> 0, key.stream >>> 0]);
}

/** The first `count` words of the tensor that `key` stands for. */
export function randomBits(count: number, key: RandomKey): Uint32Array {
  const bits = new Uint32Array(count);
  for (let at = 0; at < count; at += 4) bits.set(keyWords(key, at / 4).slice(0, count - at), at);
  return bits;
}

/** Uniform numbers in [0, 1): multiples of 2⁻²⁴, which f32 holds exactly, so every backend has the same. */
export function uniform(count: number, key: RandomKey): Float64Array {
  return Float64Array.from(randomBits(count, key), (word) => (word >>> 8) * 2 ** -24);
}

/** Four independent standard normals from four words: two pairs of Box & Muller 1958, radius by 24 bits, angle by 32. */
export function normals(words: readonly number[]): [number, number, number, number] {
  const [a, b] = normalPair(words[0]!, words[1]!);
  const [c, d] = normalPair(words[2]!, words[3]!);
  return [a, b, c, d];
}

function normalPair(radiusWord: number, angleWord: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(((radiusWord >>> 8) + 1) * 2 ** -24));
  const angle = 2 * Math.PI * angleWord * 2 ** -32;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** The first `count` numbers of N(0, deviation²) that `key` stands for. */
export function normal(count: number, key: RandomKey, deviation = 1): Float64Array {
  const numbers = new Float64Array(count);
  for (let at = 0; at < count; at += 4) {
    const drawn = normals(keyWords(key, at / 4));
    for (let i = at; i < Math.min(count, at + 4); i++) numbers[i] = deviation * drawn[i - at]!;
  }
  return numbers;
}
