import { describe, expect, it } from 'vitest';
import { MASKED } from '../../src/reference/softmax';
import { backends, maxAbsDifference, testNormals } from './lib/backends';

/** Weights lie in [0, 1]; exp is allowed 3 + 2|x| ULP by WGSL, a few e-7 near 1. */
const WEIGHT_TOLERANCE = 5e-7;

const shapes: [rows: number, cols: number][] = [[1, 1], [1, 63], [63, 64], [64, 65], [65, 7], [3, 1024], [1024, 33], [65, 68], [2, 1022]];

describe.each(['row', 'shared', 'subgroups'] as const)('softmax, %s', (variant) => {
  it.each(shapes)('equals its twin at %i × %i', async (rows, cols) => {
    const { device, reference } = await backends();
    const x = testNormals(rows * cols, rows + cols).map((value) => 8 * value);
    const actual = await device.read(device.softmax(device.tensor(x, [rows, cols]), { variant }));
    const expected = await reference.read(reference.softmax(reference.tensor(x, [rows, cols])));
    expect(maxAbsDifference(actual, expected)).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
  });

  it.each([[512, -5], [1024, -6.9], [1024, -6.93], [1024, -7], [1024, -6.8]])('keeps the tolerance where many small terms add up: %i cells, one at 0 and the others at %f', async (cols, rest) => {
    const { device, reference } = await backends();
    const x = new Float32Array(cols).fill(rest);
    x[0] = 0;
    const actual = await device.read(device.softmax(device.tensor(x, [1, cols]), { variant }));
    const expected = await reference.read(reference.softmax(reference.tensor(x, [1, cols])));
    expect(maxAbsDifference(actual, expected)).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
  });

  // A sum that is kept relative to the largest score so far is shrunk whenever a larger one comes.
  it.each([
    ['rises to its last cell, which has half of the weight', (at: number, cols: number) => (at === cols - 1 ? 0 : -7.2 + 0.3 * (at / cols))],
    ['rises by a little all along', (at: number) => at / 4096],
    ['rises steeply', (at: number) => at / 8],
    ['falls from half of the weight in its first cell', (at: number, cols: number) => (at === 0 ? 0 : -6.9 - 0.3 * (at / cols))],
    ['goes up and down in long waves', (at: number) => 3 * Math.sin(at / 40)],
    ['begins with a thousand masked cells', (at: number) => (at < 1000 ? MASKED : at / 7)],
  ])('keeps the tolerance where a row %s', async (_, score) => {
    const { device, reference } = await backends();
    for (const cols of [1023, 1024, 4096]) {
      const x = Float32Array.from({ length: cols }, (_, at) => score(at, cols));
      const actual = await device.read(device.softmax(device.tensor(x, [1, cols]), { variant }));
      const expected = await reference.read(reference.softmax(reference.tensor(x, [1, cols])));
      expect(maxAbsDifference(actual, expected), `${cols} cells`).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
    }
  });

  it('gives zeros, not NaN, for a row with every cell masked', async () => {
    const { device } = await backends();
    const weights = await device.read(device.softmax(device.tensor([MASKED, MASKED, 0, MASKED], [2, 2]), { variant }));
    expect([...weights]).toEqual([0, 0, 1, 0]);
  });
});
