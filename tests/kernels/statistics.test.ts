import { describe, expect, it } from 'vitest';
import { MASKED } from '../../src/reference/softmax';
import * as twin from '../../src/reference/statistics';
import { backends, maxAbsDifference, relativeDifference, testNormals } from './lib/backends';

/** What the project allows an op, relative to the largest element; sums here run over at most 256 terms at a time. */
const TOLERANCE = 2e-6;

const CELLS_PER_PART = 4 * 64;
const CELLS_PER_WORKGROUP = 64 * CELLS_PER_PART;

/** Moments on the GPU and of the twin on the same f32 values. */
async function bothMoments(x: Float32Array) {
  const { device } = await backends();
  const tensor = device.tensor(x, [x.length]);
  const result = device.moments(tensor);
  const actual = await device.read(result);
  device.free(tensor, result);
  return { actual, expected: twin.moments(Float64Array.from(x)) };
}

/** The mean is compared on the scale of the values, the variance on its own; the least, the greatest and the count are exact. */
function expectEqualMoments(actual: Float32Array, expected: Float64Array) {
  const size = Math.max(Math.abs(expected[2]!), Math.abs(expected[3]!));
  expect(Math.abs(actual[0]! - expected[0]!)).toBeLessThanOrEqual(TOLERANCE * size);
  expect(Math.abs(actual[1]! - expected[1]!)).toBeLessThanOrEqual(TOLERANCE * expected[1]!);
  expect([...actual.slice(2)]).toEqual([...expected.slice(2)]);
}

describe('moments, with moments_merge', () => {
  const counts = [1, 2, 3, 5, 255, 256, 257, 1023, CELLS_PER_WORKGROUP - 1, CELLS_PER_WORKGROUP, CELLS_PER_WORKGROUP + 1, 300_007];

  it.each(counts)('equals its twin on %i cells', async (count) => {
    const { actual, expected } = await bothMoments(testNormals(count, count));
    expectEqualMoments(actual, expected);
  });

  it('keeps the variance of values far from zero', async () => {
    const { actual, expected } = await bothMoments(testNormals(100_003, 1).map((value) => 1000 + value));
    expectEqualMoments(actual, expected);
  });

  it('has no variance where all cells are equal', async () => {
    const { actual } = await bothMoments(new Float32Array(50_000).fill(0.1));
    expect([...actual]).toEqual([...Float32Array.of(0.1, 0, 0.1, 0.1, 50_000)]);
  });

  it('finds an outlier in the last cell', async () => {
    const x = testNormals(70_001, 2);
    x[70_000] = -1e6;
    const { actual, expected } = await bothMoments(x);
    expectEqualMoments(actual, expected);
  });

  it.each([0, 1000])('leaves masked cells out, whole parts of them included, around %f', async (centre) => {
    const x = testNormals(3 * CELLS_PER_WORKGROUP, 3).map((value, i) => (i < CELLS_PER_WORKGROUP + 77 || i % 3 === 0 ? MASKED : centre + value));
    const { actual, expected } = await bothMoments(x);
    expectEqualMoments(actual, expected);
    expect(actual[4]).toBe(x.filter((value) => value !== MASKED).length);
  });

  it.each([1, 1000])('gives zeros where all of %i cells are masked', async (count) => {
    const { actual, expected } = await bothMoments(new Float32Array(count).fill(MASKED));
    expect([...actual]).toEqual([0, 0, 0, 0, 0]);
    expect([...expected]).toEqual([0, 0, 0, 0, 0]);
  });

  it('gives zeros for a tensor without cells', async () => {
    const { actual, expected } = await bothMoments(new Float32Array(0));
    expect([...actual]).toEqual([0, 0, 0, 0, 0]);
    expect([...expected]).toEqual([0, 0, 0, 0, 0]);
  });

  it('takes 16 heads of 1024 × 1024, and gives the same bits again', async () => {
    const { gpu, device } = await backends();
    const before = gpu.memory().liveBuffers;
    const x = device.uniform([16, 1024, 1024], { seed: 1, stream: 2 });
    const [first, second] = [device.moments(x), device.moments(x)];
    const actual = await device.read(first);
    expectEqualMoments(actual, twin.moments(Float64Array.from(await device.read(x))));
    expect([...(await device.read(second))]).toEqual([...actual]);
    device.free(x, first, second);
    expect(gpu.memory().liveBuffers).toBe(before);
  });
});

describe('histogram', () => {
  /** Multiples of 1/8: (x - min) · bins / (max - min) is exact, so that both sides agree on every cell, edges included. */
  const onGrid = (count: number) => testNormals(count, count).map((value) => Math.round(8 * value) / 8);

  it.each([1, 2, 63, 64, 65, 64 * 64 - 1, 64 * 64, 64 * 64 + 1, 100_003])('equals its twin on %i cells', async (count) => {
    const { device, reference } = await backends();
    const range = { min: -2, max: 2, bins: 32 };
    const x = onGrid(count);
    const actual = await device.readIntegers(device.histogram(device.tensor(x, [count]), range));
    const expected = await reference.readIntegers(reference.histogram(reference.tensor(x, [count]), range));
    expect(actual).toEqual(expected);
    expect(actual.reduce((a, b) => a + b)).toBe(count);
  });

  it('differs from its twin by no more cells than lie at an edge, where the edges are no f32', async () => {
    const { device, reference } = await backends();
    const range = { min: -3.1, max: 2.7, bins: 49 };
    const x = testNormals(50_000, 8);
    const actual = await device.readIntegers(device.histogram(device.tensor(x, [50_000]), range));
    const expected = await reference.readIntegers(reference.histogram(reference.tensor(x, [50_000]), range));
    const place = (value: number) => ((value - Math.fround(-3.1)) / (Math.fround(2.7) - Math.fround(-3.1))) * 49;
    // Three roundings of a place below 49: 3 · 49 · 2^-24 < 1e-5.
    const atEdges = x.filter((value) => Math.abs(place(value) - Math.round(place(value))) < 1e-5).length;
    const moved = actual.reduce((sum, count, i) => sum + Math.abs(count - expected[i]!), 0);
    expect(moved).toBeLessThanOrEqual(2 * atEdges);
    expect(atEdges).toBeLessThan(20); // else the comparison would say little
  });

  it('puts the limits inside, what lies beyond outside, and masked cells nowhere', async () => {
    const { device, reference } = await backends();
    const x = [MASKED, -1e30, -0.001, 0, 0.249, 0.25, 0.999, 1, 1.001, 1e30, MASKED];
    const range = { min: 0, max: 1, bins: 4 };
    for (const ops of [device, reference] as const) {
      const counts = await (ops as typeof device).readIntegers((ops as typeof device).histogram((ops as typeof device).tensor(x, [11]), range));
      expect([...counts]).toEqual([2, 2, 1, 0, 2, 2]);
    }
  });

  it('counts a single crowded bin, and starts from zero every time', async () => {
    const { device } = await backends();
    for (let round = 0; round < 3; round++) {
      const x = device.tensor(new Float32Array(200_000).fill(0.5), [200_000]);
      const counts = device.histogram(x, { min: 0, max: 1, bins: 1 });
      expect([...(await device.readIntegers(counts))]).toEqual([0, 200_000, 0]);
      device.free(x, counts);
    }
  });

  it.each([{ min: 1, max: 1, bins: 4 }, { min: 0, max: 1, bins: 0 }, { min: 0, max: 1, bins: 1.5 }, { min: NaN, max: 1, bins: 2 }, { min: 0, max: Infinity, bins: 2 }])(
    'refuses %j',
    async (range) => {
      const { device, reference } = await backends();
      expect(() => device.histogram(device.tensor([1], [1]), range)).toThrow('min must be less than max');
      expect(() => reference.histogram(reference.tensor([1], [1]), range)).toThrow('min must be less than max');
    },
  );
});

describe('rowNorms', () => {
  const shapes: number[][] = [[1, 1], [63, 3], [64, 64], [65, 65], [3, 4096], [2, 5, 129], [7]];

  it.each(shapes.map((shape) => [shape] as const))('equals its twin at %j', async (shape) => {
    const { device, reference } = await backends();
    const x = testNormals(shape.reduce((a, b) => a * b), 4);
    const norms = device.rowNorms(device.tensor(x, shape));
    expect(norms.shape).toEqual(shape.slice(0, -1));
    const expected = await reference.read(reference.rowNorms(reference.tensor(x, shape)));
    expect(relativeDifference(await device.read(norms), expected)).toBeLessThanOrEqual(TOLERANCE);
  });

  it('is zero for a row of zeros, and 5 for 3 and 4', async () => {
    const { device } = await backends();
    const norms = await device.read(device.rowNorms(device.tensor([0, 0, -3, 4], [2, 2])));
    expect(norms[0]).toBe(0);
    expect(Math.abs(norms[1]! - 5)).toBeLessThanOrEqual(5 * TOLERANCE);
  });
});

describe('rowRangeMeans', () => {
  const cases: [shape: number[], from?: number, to?: number][] = [
    [[1, 1]], [[127, 3]], [[128, 3]], [[129, 3]], [[128 * 128 + 1, 5]], [[5, 700]], [[1000, 6], 17, 18], [[1000, 6], 128, 400], [[3, 100, 7], 250], [[300, 2], undefined, 299],
  ];

  it.each(cases)('equals its twin at %j, rows %s to %s', async (shape, from, to) => {
    const { gpu, device, reference } = await backends();
    const x = testNormals(shape.reduce((a, b) => a * b), 6).map((value) => value + 1);
    const tensor = device.tensor(x, shape);
    const before = gpu.memory().liveBuffers;
    const means = device.rowRangeMeans(tensor, { from, to });
    expect(gpu.memory().liveBuffers).toBe(before + 1);
    const expected = await reference.read(reference.rowRangeMeans(reference.tensor(x, shape), { from, to }));
    expect(means.shape).toEqual([shape[shape.length - 1]]);
    expect(maxAbsDifference(await device.read(means), expected)).toBeLessThanOrEqual(TOLERANCE * Math.max(...expected.map(Math.abs)));
  });

  it.each([[0, 0], [2, 1], [-1, 2], [0, 4]])('refuses rows %i to %i of 3', async (from, to) => {
    const { device, reference } = await backends();
    expect(() => device.rowRangeMeans(device.tensor([1, 2, 3], [3, 1]), { from, to })).toThrow('give 0 ≤ from < to ≤ 3');
    expect(() => reference.rowRangeMeans(reference.tensor([1, 2, 3], [3, 1]), { from, to })).toThrow('give 0 ≤ from < to ≤ 3');
  });
});
