import { describe, expect, it } from 'vitest';
import { backends, testNormals } from './lib/backends';

const shapes: [n: number, heads: number, d: number][] = [[1, 1, 1], [5, 3, 7], [64, 8, 4], [13, 5, 1], [1, 16, 9]];

describe('heads', () => {
  it.each(shapes)('splits n %i into %i heads of %i as the twin does, and merges them back', async (n, heads, d) => {
    const { device, reference } = await backends();
    const x = testNormals(n * heads * d, 1);
    const split = device.splitHeads(device.tensor(x, [n, heads * d]), heads);
    const expected = reference.splitHeads(reference.tensor(x, [n, heads * d]), heads);
    expect(split.shape).toEqual([heads, n, d]);
    expect(await device.read(split)).toEqual(await reference.read(expected));
    expect(await device.read(device.mergeHeads(split))).toEqual(x);
    expect(await reference.read(reference.mergeHeads(expected))).toEqual(x);
  });

  it('puts column s · d + e of a token into head s', async () => {
    const { device } = await backends();
    const split = device.splitHeads(device.tensor([0, 1, 2, 3, 10, 11, 12, 13], [2, 4]), 2);
    expect([...(await device.read(split))]).toEqual([0, 1, 10, 11, 2, 3, 12, 13]);
  });

  it('says when a width does not divide', async () => {
    const { device } = await backends();
    expect(() => device.splitHeads(device.tensor(testNormals(10, 1), [2, 5]), 2)).toThrow(/split into 2 heads/);
  });
});
