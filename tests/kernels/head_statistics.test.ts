// jensen_shannon_forward and attention_distance_forward.
import { describe, expect, it } from 'vitest';
import { softmax } from '../../src/reference/softmax';
import { backends, maxAbsDifference, relativeDifference, testNormals } from './lib/backends';

/**
 * A divergence is a sum of positive terms in blocks of 32, then a mean over rows: at most 32 + 32 + 128 roundings of 6e-8
 * if all fell the same way, of which a tenth remains in practice; a term has a quotient, a series or a logarithm, 5 ulp
 * together. Relative to the largest divergence of the stack.
 */
const RELATIVE = 2e-6;

/** Softmax weights of seeded scores, rounded to f32, so that both backends read the same numbers. */
function weightsOf(heads: number, m: number, n: number, seed: number, sharpness = 2): Float32Array {
  const scores = Float64Array.from(testNormals(heads * m * n, seed), (score) => sharpness * score);
  return Float32Array.from(softmax(scores, heads * m, n));
}

async function onBoth(op: 'jensenShannon' | 'attentionDistances', weights: Float32Array, shape: readonly [number, number, number]) {
  const { device, reference } = await backends();
  const actual = await device.read(device[op](device.tensor(weights, shape)));
  const expected = Float64Array.from(reference[op](reference.tensor(weights, shape)).data);
  return { actual, expected };
}

const SHAPES: [heads: number, m: number, n: number][] = [
  [1, 1, 1], [2, 1, 63], [2, 64, 1], [3, 7, 31], [4, 16, 64], [5, 33, 65], [8, 64, 63], [16, 12, 12], [3, 130, 40], [2, 3, 1024],
];

describe('jensen_shannon', () => {
  it.each(SHAPES)('equals its twin for %i heads of %i × %i', async (heads, m, n) => {
    for (const sharpness of [0.01, 2, 40]) {
      const { actual, expected } = await onBoth('jensenShannon', weightsOf(heads, m, n, heads + m + n, sharpness), [heads, m, n]);
      expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(RELATIVE);
    }
  });

  it('is the definition: entropy of the average less average entropy, in bits', async () => {
    const [heads, n] = [2, 9];
    const weights = weightsOf(heads, 1, n, 3);
    const entropy = (p: readonly number[]) => p.reduce((sum, weight) => sum - weight * Math.log2(weight), 0);
    const [p, q] = [[...weights.subarray(0, n)], [...weights.subarray(n)]];
    const expected = entropy(p.map((weight, j) => (weight + q[j]!) / 2)) - (entropy(p) + entropy(q)) / 2;
    const { actual } = await onBoth('jensenShannon', weights, [heads, 1, n]);
    // The f32 weights sum to 1 only within 6e-8 · n, which the two sides weigh differently.
    expect(Math.abs(actual[1]! - expected)).toBeLessThanOrEqual(1e-6);
  });

  it('is symmetric to the bit, exactly 0 on the diagonal and between equal heads, and never above 1', async () => {
    const [heads, n] = [6, 48];
    const weights = weightsOf(heads, n, n, 8, 30);
    weights.copyWithin(2 * n * n, 4 * n * n, 5 * n * n); // head 2 becomes head 4
    const { actual } = await onBoth('jensenShannon', weights, [heads, n, n]);
    for (let a = 0; a < heads; a++) {
      for (let b = 0; b < heads; b++) {
        const value = actual[a * heads + b]!;
        expect(value).toBe(actual[b * heads + a]);
        if (a === b || (a === 2 && b === 4) || (a === 4 && b === 2)) expect(value).toBe(0);
        else expect(value).toBeGreaterThan(0.1);
        expect(value).toBeLessThanOrEqual(1 + 1e-6); // a sum of 48 terms, each within an ulp or two
      }
    }
  });

  it('is 1 bit for heads without a common key, and counts a row without weight as 0', async () => {
    const weights = Float32Array.from([/* head 0 */ 1, 0, 0, 0.5, 0.5, 0, 0, 0, 0, /* head 1 */ 0, 0.25, 0.75, 0, 0, 1, 0, 0, 0]);
    const { actual } = await onBoth('jensenShannon', weights, [2, 3, 3]);
    expect(Math.abs(actual[1]! - 2 / 3)).toBeLessThanOrEqual(2e-7); // two rows of 1 and one of 0: one rounding of the mean, one of ln 2
  });

  it('keeps the digits of a small divergence', async () => {
    // p and q differ by a relative ±d: the divergence is d² / (8 ln 2) to first order; entropies subtracted in f32 would give noise of 1e-7.
    const n = 64;
    const d = 2 ** -10;
    const weights = Float32Array.from({ length: 2 * n }, (_, at) => (at < n ? 1 : at % 2 ? 1 + d : 1 - d) / n);
    const { actual } = await onBoth('jensenShannon', weights, [2, 1, n]);
    expect(Math.abs(actual[1]! / (d * d / (8 * Math.LN2)) - 1)).toBeLessThanOrEqual(2 * d * d + 1e-5); // the next order, and f32
  });
});

describe('attention_distance', () => {
  it.each(SHAPES)('equals its twin for %i heads of %i × %i', async (heads, m, n) => {
    const { actual, expected } = await onBoth('attentionDistances', weightsOf(heads, m, n, heads * m + n), [heads, m, n]);
    // A quotient of two sums of at most 1024 positive terms in blocks of 32.
    expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(RELATIVE);
  });

  it('is exact for one key per row, and counts queries from the end of the keys', async () => {
    // Query i of 3 stands at position i + 2 of 5 and looks at key 0, 4, and nowhere.
    const weights = Float32Array.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    const { actual } = await onBoth('attentionDistances', weights, [1, 3, 5]);
    expect([...actual]).toEqual([2, 1, 0]);
  });

  it('is the mean distance to all keys where the weights are even', async () => {
    const n = 32;
    const { actual } = await onBoth('attentionDistances', new Float32Array(n * n).fill(1 / n), [1, n, n]);
    const expected = Array.from({ length: n }, (_, i) => (i * (i + 1) + (n - 1 - i) * (n - i)) / (2 * n));
    expect(maxAbsDifference(actual, expected)).toBe(0); // n is a power of two: every term and sum is exact
  });
});
