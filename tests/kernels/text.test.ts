import { describe, expect, it } from 'vitest';
import { doubles } from '../../src/ops/tensor';
import { fractionsOfATurn } from '../../src/ops/turns';
import { backends, maxAbsDifference, relativeDifference, testNormals } from './lib/backends';

/** Normals are promised within 1e-5 of the twin. */
const NORMAL_TOLERANCE = 1e-5;
/** The angle is exact to 2⁻³² turn, then one rounding to f32 (5e-8 at π/4) and the series' own few roundings. */
const CIRCLE_TOLERANCE = 5e-7;
/** Two products and one sum of f32 with a circle within 5e-7: below the 2e-6 that the project allows for an op. */
const ROPE_TOLERANCE = 2e-6;

const key = { seed: 9, stream: 4 };

describe('embedding', () => {
  const shapes: [n: number, dim: number][] = [[1, 1], [1, 3], [2, 4], [63, 4], [64, 4], [65, 4], [5, 255], [7, 257], [33, 130]];

  it.each(shapes)('equals its twin at %i × %i', async (n, dim) => {
    const { device, reference } = await backends();
    const ids = Uint32Array.from({ length: n }, (_, i) => Math.imul(i, 2654435761) >>> 0);
    const actual = await device.read(device.embedding(device.tensor(ids, [n]), dim, key));
    const expected = await reference.read(reference.embedding(reference.tensor(ids, [n]), dim, key));
    expect(maxAbsDifference(actual, expected)).toBeLessThanOrEqual(NORMAL_TOLERANCE);
  });

  it('gives a token the same row anywhere, and a narrower row as the beginning of a wider one', async () => {
    const { device } = await backends();
    const embed = async (ids: number[], dim: number) => device.read(device.embedding(device.tensor(Uint32Array.from(ids), [ids.length]), dim, key));
    const many = await embed([8, 3, 8, 0xffffffff, 3], 6);
    const row = (i: number) => [...many.slice(6 * i, 6 * i + 6)];
    expect(row(0)).toEqual(row(2));
    expect(row(1)).toEqual(row(4));
    expect(row(0)).not.toEqual(row(1));
    expect([...(await embed([0xffffffff], 6))]).toEqual(row(3));
    expect([...(await embed([3], 5))]).toEqual(row(1).slice(0, 5));
  });

  it('shares no numbers with the other tensors of its key', async () => {
    const { device } = await backends();
    const tensor = await device.read(device.normal([64], key));
    const row = await device.read(device.embedding(device.tensor(Uint32Array.of(0), [1]), 64, key));
    expect([...row].filter((value) => tensor.includes(value))).toEqual([]);
  });

  it('refuses token numbers that are not integers', async () => {
    const { device, reference } = await backends();
    expect(() => device.embedding(device.tensor([1], [1]), 4, key)).toThrow('unsigned integers');
    expect(() => reference.embedding(reference.tensor([1], [1]), 4, key)).toThrow('unsigned integers');
  });
});

describe('sinusoidal', () => {
  const cases: [n: number, dim: number, base?: number][] = [[1, 1], [1, 2], [63, 2], [64, 2], [65, 2], [64, 64], [1024, 64], [1024, 33], [3, 513], [1024, 8, 1.5], [1024, 8, 0.01]];

  it.each(cases)('equals its twin at %i × %i, base %s', async (n, dim, base) => {
    const { device, reference } = await backends();
    const actual = await device.read(device.sinusoidal(n, dim, base));
    const expected = await reference.read(reference.sinusoidal(n, dim, base));
    expect(maxAbsDifference(actual, expected)).toBeLessThanOrEqual(CIRCLE_TOLERANCE);
  });

  it('keeps its accuracy at positions far beyond any page', async () => {
    const { device, reference } = await backends();
    const n = 200_000;
    const actual = await device.read(device.sinusoidal(n, 4));
    const expected = await reference.read(reference.sinusoidal(n, 4));
    expect(maxAbsDifference(actual, expected)).toBeLessThanOrEqual(CIRCLE_TOLERANCE);
  });

  it('begins with sin 0 and cos 0, and every pair lies on the unit circle', async () => {
    const { device } = await backends();
    const encoding = await device.read(device.sinusoidal(100, 6));
    expect([...encoding.slice(0, 6)]).toEqual([0, 1, 0, 1, 0, 1]);
    const radii = Array.from({ length: 300 }, (_, i) => Math.hypot(encoding[2 * i]!, encoding[2 * i + 1]!));
    expect(maxAbsDifference(radii, Array(300).fill(1))).toBeLessThanOrEqual(CIRCLE_TOLERANCE);
  });

  it('keeps a few tables of speeds, not one for every width ever asked for', async () => {
    const { gpu, device } = await backends();
    const use = async (dim: number) => {
      device.free(device.sinusoidal(2, dim));
      await device.flush();
    };
    for (let dim = 1; dim <= 8; dim++) await use(dim);
    const before = gpu.memory().liveBuffers;
    for (let dim = 9; dim <= 40; dim++) await use(dim);
    expect(gpu.memory().liveBuffers).toBe(before);
  });

  it('refuses a base that has no powers', async () => {
    const { device, reference } = await backends();
    for (const base of [0, -1, NaN, Infinity]) {
      expect(() => device.sinusoidal(1, 2, base)).toThrow('must be a positive number');
      expect(() => reference.sinusoidal(1, 2, base)).toThrow('must be a positive number');
    }
  });
});

describe('fractionsOfATurn', () => {
  it('splits a speed into 64 bits of a turn without loss', () => {
    const [hi, lo] = fractionsOfATurn(2, 10_000);
    // 1/2π in 64 bits, from its hexadecimal expansion 0.28BE60DB9391054A…; a float64 carries the first 55 of them.
    expect(hi).toBe(0x28be60db);
    expect(Math.abs(lo! - 0x9391054a)).toBeLessThanOrEqual(2 ** 9);
  });
});

describe('rope', () => {
  const shapes: [heads: number, n: number, dim: number][] = [[1, 1, 1], [1, 1, 2], [2, 63, 2], [3, 64, 2], [1, 65, 2], [8, 64, 64], [2, 1024, 16], [3, 17, 7], [2, 5, 129]];

  it.each(shapes)('and its backward equal their twins at %i × %i × %i', async (heads, n, dim) => {
    const { device, reference } = await backends();
    const x = testNormals(heads * n * dim, n + dim);
    for (const op of ['rope', 'ropeBackward'] as const) {
      const actual = await device.read(device[op](device.tensor(x, [heads, n, dim])));
      const expected = await reference.read(reference[op](reference.tensor(x, [heads, n, dim])));
      expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(ROPE_TOLERANCE);
    }
  });

  it('is undone by its backward and keeps the length of every row', async () => {
    const { device } = await backends();
    const x = testNormals(4 * 50 * 10, 1);
    const turned = device.rope(device.tensor(x, [4, 50, 10]));
    expect(relativeDifference(await device.read(device.ropeBackward(turned)), x)).toBeLessThanOrEqual(ROPE_TOLERANCE);
    const norms = await device.read(device.rowNorms(turned));
    const before = await device.read(device.rowNorms(device.tensor(x, [4, 50, 10])));
    expect(relativeDifference(norms, before)).toBeLessThanOrEqual(ROPE_TOLERANCE);
  });

  it('makes q · k depend on the distance of positions alone', async () => {
    const { device } = await backends();
    const [n, dim] = [40, 8];
    const same = (seed: number) => {
      const row = testNormals(dim, seed);
      return device.tensor(Float32Array.from({ length: n * dim }, (_, i) => row[i % dim]!), [n, dim]);
    };
    const q = await device.read(device.rope(same(1)));
    const k = await device.read(device.rope(same(2)));
    const score = (i: number, j: number) => Array.from({ length: dim }, (_, c) => q[i * dim + c]! * k[j * dim + c]!).reduce((a, b) => a + b);
    const shifted = Array.from({ length: 30 }, (_, i) => score(i + 7, i));
    const scale = Math.max(...shifted.map(Math.abs), 1);
    expect(maxAbsDifference(shifted, Array(30).fill(shifted[0])) / scale).toBeLessThanOrEqual(1e-5); // eight products, each off by ROPE_TOLERANCE
    expect(Math.abs(score(9, 0) - shifted[0]!)).toBeGreaterThan(1e-3);
  });

  it('has a backward that agrees with central differences of the twin', async () => {
    const { reference } = await backends();
    const shape = [2, 3, 5];
    const x = Float64Array.from(testNormals(30, 3));
    const dy = Float64Array.from(testNormals(30, 4));
    const loss = (input: Float64Array) =>
      doubles(reference.rope(reference.tensor(input, shape))).reduce((sum, value, i) => sum + value * dy[i]!, 0);
    const gradient = doubles(reference.ropeBackward(reference.tensor(dy, shape)));
    const step = 1e-3; // the op is linear, so a long step costs nothing but avoids cancellation
    for (let i = 0; i < x.length; i++) {
      const moved = (by: number) => x.map((value, at) => (at === i ? value + by : value));
      const difference = (loss(moved(step)) - loss(moved(-step))) / (2 * step);
      expect(Math.abs(difference - gradient[i]!)).toBeLessThanOrEqual(1e-10); // float64 rounding over the step
    }
  });
});
