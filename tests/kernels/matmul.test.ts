import { describe, expect, it } from 'vitest';
import { backends, relativeDifference, testNormals } from './lib/backends';

/**
 * f32 rounds each product and sum to 2^-24 ≈ 6e-8. Sums of 64 products, then of the sums, keep the error near
 * sqrt(64 + k / 64) roundings: below 1e-6 of the largest element at k = 4096.
 */
const TOLERANCE = 2e-6;

const variants = ['naive', 'vec4', 'tiled', 'quads'] as const;
const transposes = [[false, false], [true, false], [false, true], [true, true]] as const;
const sizes: [batch: number, m: number, k: number, n: number][] = [
  [1, 1, 1, 1], [1, 1, 7, 5], [2, 3, 4, 5], [1, 8, 8, 8], [3, 9, 5, 13], [1, 31, 65, 33], [2, 64, 64, 64], [1, 67, 130, 3], [2, 65, 68, 129],
];

describe.each(variants)('matmul, %s', (variant) => {
  it.each(sizes)('equals its twin at %i × (%i × %i × %i), all four transposes', async (batch, m, k, n) => {
    const { device, reference } = await backends();
    const a = testNormals(batch * m * k, 1);
    const b = testNormals(batch * k * n, 2);
    const bias = testNormals(n, 3);
    for (const [transposeA, transposeB] of transposes) {
      const shapeA = transposeA ? [batch, k, m] : [batch, m, k];
      const shapeB = transposeB ? [batch, n, k] : [batch, k, n];
      const options = { transposeA, transposeB, variant };
      const actual = device.matmul(device.tensor(a, shapeA), device.tensor(b, shapeB), { ...options, bias: device.tensor(bias, [n]) });
      const expected = reference.matmul(reference.tensor(a, shapeA), reference.tensor(b, shapeB), { ...options, bias: reference.tensor(bias, [n]) });
      expect(actual.shape).toEqual([batch, m, n]);
      expect(relativeDifference(await device.read(actual), await reference.read(expected))).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  it('stays accurate for long sums, of random and of positive numbers', async () => {
    const { device, reference } = await backends();
    const [m, k, n] = [24, 4096, 24];
    for (const shape of [(value: number) => value, Math.abs]) {
      const a = testNormals(m * k, 4).map(shape);
      const b = testNormals(k * n, 5).map(shape);
      const actual = await device.read(device.matmul(device.tensor(a, [m, k]), device.tensor(b, [k, n]), { variant }));
      const expected = await reference.read(reference.matmul(reference.tensor(a, [m, k]), reference.tensor(b, [k, n])));
      expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  it('shares one matrix b among a batch', async () => {
    const { device } = await backends();
    const a = testNormals(3 * 5 * 6, 6);
    const b = device.tensor(testNormals(6 * 7, 7), [6, 7]);
    const batched = await device.read(device.matmul(device.tensor(a, [3, 5, 6]), b, { variant }));
    const flat = await device.read(device.matmul(device.tensor(a, [15, 6]), b, { variant }));
    expect(batched).toEqual(flat);
  });

  it('computes one matrix of a batch as it does all of them, and shares b likewise', async () => {
    const { device, reference } = await backends();
    for (const [m, k, n] of [[5, 6, 7], [40, 68, 72]] as const) {
      const a = testNormals(3 * m * k, 9);
      for (const batchB of [3, 1]) {
        const b = testNormals(batchB * k * n, 10);
        const shapeB = batchB === 1 ? [k, n] : [3, k, n];
        for (const only of [0, 1, 2]) {
          const part = (values: Float32Array) => values.slice(only * m * n, (only + 1) * m * n);
          const whole = await device.read(device.matmul(device.tensor(a, [3, m, k]), device.tensor(b, shapeB), { variant }));
          const one = device.matmul(device.tensor(a, [3, m, k]), device.tensor(b, shapeB), { variant, only });
          expect(one.shape).toEqual([3, m, n]);
          expect(part(await device.read(one))).toEqual(part(whole));
          const twin = await reference.read(reference.matmul(reference.tensor(a, [3, m, k]), reference.tensor(b, shapeB), { only }));
          expect(relativeDifference(part(whole), part(twin))).toBeLessThanOrEqual(TOLERANCE);
        }
      }
    }
  });

  it('returns a for the identity, bit for bit', async () => {
    const { device } = await backends();
    const size = 13;
    const a = testNormals(size * size, 8);
    const identity = Float32Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
    const product = device.matmul(device.tensor(a, [size, size]), device.tensor(identity, [size, size]), { variant });
    expect(await device.read(product)).toEqual(a);
  });
});

describe('matmul', () => {
  it('says what does not fit', async () => {
    const { device } = await backends();
    const tensor = (...shape: number[]) => device.tensor(new Float32Array(shape.reduce((x, y) => x * y)), shape);
    expect(() => device.matmul(tensor(2, 3), tensor(4, 5))).toThrow(/inner extents 3 and 4/);
    expect(() => device.matmul(tensor(2, 2, 3), tensor(4, 3, 5))).toThrow(/leading axes/);
    expect(() => device.matmul(tensor(2, 3), tensor(3, 5), { bias: tensor(4) })).toThrow(/bias of shape \[4\]/);
    expect(() => device.matmul(tensor(2, 3, 4), tensor(2, 4, 5), { only: 2 })).toThrow(/no matrix 2 in a batch of 2/);
  });

  it('gives every temporary buffer back', async () => {
    const { device, gpu } = await backends();
    const a = device.tensor(testNormals(35, 9), [7, 5]);
    const before = gpu.memory().liveBuffers;
    device.free(device.matmul(a, a, { transposeB: true }));
    await device.flush();
    expect(gpu.memory().liveBuffers).toBe(before);
  });
});
