import { describe, expect, it } from 'vitest';
import { MASKED } from '../../src/reference/softmax';
import { backends, relativeDifference, testNormals } from './lib/backends';

/** One correctly rounded f32 operation on exact inputs: half an ULP of the element. */
const ONE_ROUNDING = 2 ** -24;
/** A wider pass for results of cancellation, relative to the largest element as everywhere; none is larger than this. */
const TOLERANCE = 2 * ONE_ROUNDING;

const WG = 64; // invocations of four elements each
const counts = [1, 2, 3, 4, 5, 16, 1040, 4 * WG - 1, 4 * WG, 4 * WG + 1, 1003];

describe.each(['add', 'subtract', 'multiply'] as const)('pairwise: %s', (op) => {
  it.each(counts)('equals its twin on %i elements', async (count) => {
    const { device, reference } = await backends();
    const a = testNormals(count, 1);
    const b = testNormals(count, 2);
    const actual = await device.read(device[op](device.tensor(a, [count]), device.tensor(b, [count])));
    const expected = await reference.read(reference[op](reference.tensor(a, [count]), reference.tensor(b, [count])));
    expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(TOLERANCE);
  });

  it('takes a tensor with itself, and extreme values', async () => {
    const { device, reference } = await backends();
    const values = [0, 1e-30, -1e-30, 1e18, -1e18, 65_504];
    const x = device.tensor(values, [6]);
    const y = reference.tensor(Float32Array.from(values), [6]);
    expect(relativeDifference(await device.read(device[op](x, x)), await reference.read(reference[op](y, y)))).toBeLessThanOrEqual(TOLERANCE);
  });

  it('refuses different shapes, in a sentence with both', async () => {
    const { device, reference } = await backends();
    expect(() => device[op](device.tensor([1, 2], [2]), device.tensor([1, 2], [1, 2]))).toThrow('[2] and [1, 2] differ');
    expect(() => reference[op](reference.tensor([1, 2], [2]), reference.tensor([1, 2], [1, 2]))).toThrow('[2] and [1, 2] differ');
  });
});

describe('scale', () => {
  it.each(counts)('equals its twin on %i elements', async (count) => {
    const { device, reference } = await backends();
    const x = testNormals(count, 3);
    const actual = await device.read(device.scale(device.tensor(x, [count]), 0.125));
    const expected = await reference.read(reference.scale(reference.tensor(x, [count]), 0.125));
    expect([...actual]).toEqual([...expected]); // a power of two rounds nothing
    const third = await device.read(device.scale(device.tensor(x, [count]), 1 / 3));
    expect(relativeDifference(third, await reference.read(reference.scale(reference.tensor(x, [count]), 1 / 3)))).toBeLessThanOrEqual(TOLERANCE);
  });

  it.each([0, 0.125, 1, 3, -2, 1e10])('leaves masked cells masked at × %f', async (factor) => {
    const { device, reference } = await backends();
    const x = [MASKED, 1, MASKED, -2, 0, MASKED];
    const actual = await device.read(device.scale(device.tensor(x, [2, 3]), factor));
    const expected = await reference.read(reference.scale(reference.tensor(x, [2, 3]), factor));
    expect([...actual]).toEqual([...expected]);
    expect([...actual].map((value) => value === MASKED)).toEqual([true, false, true, false, false, true]);
  });
});

describe.each(['addRow', 'multiplyRow'] as const)('%s', (op) => {
  const shapes: number[][] = [[1, 1], [5, 1], [3, 2], [1, 3], [7, 5], [64, 64], [85, 3], [2, 33, 129]];

  it.each(shapes.map((shape) => [shape] as const))('equals its twin at %j', async (shape) => {
    const { device, reference } = await backends();
    const count = shape.reduce((a, b) => a * b);
    const cols = shape[shape.length - 1]!;
    const x = testNormals(count, 5);
    const row = testNormals(cols, 6);
    const actual = await device.read(device[op](device.tensor(x, shape), device.tensor(row, [cols])));
    const expected = await reference.read(reference[op](reference.tensor(x, shape), reference.tensor(row, [cols])));
    expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(TOLERANCE);
  });

  it('refuses a row of another length', async () => {
    const { device, reference } = await backends();
    expect(() => device[op](device.tensor([1, 2], [1, 2]), device.tensor([1], [1]))).toThrow('a row of 1 values does not fit rows of 2');
    expect(() => reference[op](reference.tensor([1, 2], [1, 2]), reference.tensor([1], [1]))).toThrow('equally long');
  });
});
