import { describe, expect, it } from 'vitest';
import { backends, relativeDifference, testNormals } from './lib/backends';

/** Sums of 64 products, then of the sums, keep the error near sqrt(64 + d / 64) roundings of 6e-8: below 1e-6 of the largest. */
const TOLERANCE = 2e-6;

const shapes: [heads: number, m: number, n: number, d: number][] = [
  [1, 1, 1, 1], [2, 3, 5, 2], [3, 4, 4, 4], [1, 31, 33, 7], [8, 64, 64, 64], [2, 65, 63, 66], [1, 5, 6, 4096],
];

describe.each(['naive', 'vec4', 'tiled', 'quads'] as const)('scores, %s', (variant) => {
  it.each(shapes)('equals its twin at %i heads, %i × %i, d %i', async (heads, m, n, d) => {
    const { device, reference } = await backends();
    const q = testNormals(heads * m * d, 1);
    const k = testNormals(heads * n * d, 2);
    const actual = device.scores(device.tensor(q, [heads, m, d]), device.tensor(k, [heads, n, d]), { variant });
    const expected = reference.scores(reference.tensor(q, [heads, m, d]), reference.tensor(k, [heads, n, d]));
    expect(actual.shape).toEqual([heads, m, n]);
    expect(relativeDifference(await device.read(actual), await reference.read(expected))).toBeLessThanOrEqual(TOLERANCE);
  });

  it('exchanges rows and columns when queries and keys change places', async () => {
    const { device } = await backends();
    const [m, n, d] = [6, 9, 5];
    const q = device.tensor(testNormals(m * d, 3), [1, m, d]);
    const k = device.tensor(testNormals(n * d, 4), [1, n, d]);
    const forth = await device.read(device.scores(q, k, { variant }));
    const back = await device.read(device.scores(k, q, { variant }));
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) expect(back[j * m + i]).toBe(forth[i * n + j]);
  });
});

describe('weightedValues', () => {
  it.each(shapes)('equals its twin at %i heads, %i × %i, dv %i', async (heads, m, n, dv) => {
    const { device, reference } = await backends();
    const weights = testNormals(heads * m * n, 1).map(Math.abs);
    const v = testNormals(heads * n * dv, 2);
    const actual = device.weightedValues(device.tensor(weights, [heads, m, n]), device.tensor(v, [heads, n, dv]));
    const expected = reference.weightedValues(reference.tensor(weights, [heads, m, n]), reference.tensor(v, [heads, n, dv]));
    expect(actual.shape).toEqual([heads, m, dv]);
    expect(relativeDifference(await device.read(actual), await reference.read(expected))).toBeLessThanOrEqual(TOLERANCE);
  });

  it('says what does not fit', async () => {
    const { device } = await backends();
    const tensor = (...shape: number[]) => device.tensor(new Float32Array(shape.reduce((x, y) => x * y)), shape);
    expect(() => device.scores(tensor(2, 3, 4), tensor(3, 3, 4))).toThrow(/do not fit/);
    expect(() => device.weightedValues(tensor(3, 3), tensor(3, 3))).toThrow(/\[heads, m, n\]/);
  });
});
