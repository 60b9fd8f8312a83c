/** `window.lab`: what teachers and scripts rely on, and every number of the pipeline against plain JavaScript. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { largest, largestDifference, meanEntropy, multiply, softmaxRows } from './lib/attention';
import { paramsOf, read, reload, sentenceOf, set, visit, type Read } from './lib/visit';

/** One rounding of f32, relative. */
const ULP = 2 ** -24;

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
});
afterAll(() => lab?.close());

const readAll = async <K extends string>(...names: K[]) =>
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(lab, name)]))) as Record<K, Read>;

describe('lab.set', () => {
  test.each<[Record<string, unknown>, RegExp]>([
    [{ depth: 3 }, /^There is no parameter "depth"\. The parameters are: source, text, .*\bseed\b.*\.$/],
    [{ constructor: 1 }, /^There is no parameter "constructor"\./],
    [{ heads: 0 }, /^heads must be a whole number from 1 to 16, not 0\.$/],
    [{ heads: 17 }, /^heads must be a whole number from 1 to 16, not 17\.$/],
    [{ dk: 4097 }, /^dk must be a whole number from 1 to 4096, not 4097\.$/],
    [{ dk: 2.5 }, /^dk must be a whole number from 1 to 4096, not 2\.5\.$/],
    [{ dk: '64' }, /^dk must be a whole number from 1 to 4096, not "64"\.$/],
    [{ n: Number.NaN }, /^n must be a whole number from 1 to 4096, not NaN\.$/],
    [{ scale: 0 }, /^scale must be 'off', 'rsqrt' or a number above 0 and up to 4, not 0\.$/],
    [{ scale: 'on' }, /^scale must be 'off', 'rsqrt' or a number above 0 and up to 4, not "on"\.$/],
    [{ mask: 'causa' }, /^mask must be one of 'none', 'causal', .*, not "causa"\.$/],
    [{ source: 'file' }, /^source must be one of 'text', 'random', 'mine', not "file"\.$/],
    [{ seed: -1 }, /^seed must be a whole number from 0 to 4294967295, not -1\.$/],
    [{ text: 7 }, /^text must be a text, not 7\.$/],
    [{ locked: { row: 1 } }, /^locked must be null or \{ row, col \} with whole numbers from 0, not \{"row":1\}\.$/],
    [{ root: 'yes' }, /^root must be true or false, not "yes"\.$/],
    [{ heads: 4, mask: 7 }, /^mask must be one of /],
  ])('refuses %j with a plain sentence and changes nothing', async (change, sentence) => {
    const before = await paramsOf(lab);
    expect(await sentenceOf(set(lab, change))).toMatch(sentence);
    expect(await paramsOf(lab)).toEqual(before);
  });

  test('resolves when drawn: what is read next belongs to the new setting', async () => {
    for (const heads of [3, 16, 1, 8]) {
      await set(lab, { heads });
      expect((await read(lab, 'weights')).shape[0]).toBe(heads);
      expect(await lab.page.locator('[role="radio"][aria-label^="head "]').count()).toBe(heads);
    }
  });

  test('params is a copy: writing into it changes nothing', async () => {
    await lab.page.evaluate(() => ((globalThis.lab.params as { heads: number }).heads = 2));
    expect((await paramsOf(lab)).heads).toBe(8);
  });
});

describe('lab.read', () => {
  test('refuses an unknown tensor with a plain sentence that names the known ones', async () => {
    expect(await sentenceOf(read(lab, 'query'))).toBe(
      'There is no tensor "query". The tensors are: q, k, v, scores, scaled, masked, weights, output, projected.',
    );
  });

  test.each([
    { source: 'random', n: 5, heads: 3, dk: 4 },
    { source: 'random', n: 1, heads: 1, dk: 1 },
    { source: 'random', n: 33, heads: 16, dk: 7 },
    { source: 'text', text: 'one two three', heads: 2, dk: 6 },
  ])('gives the shapes of $source, n = $n, h = $heads, d_k = $dk', async (setting) => {
    await set(lab, { ...setting, mask: 'none', scale: 'rsqrt' });
    const [h, n, d] = [setting.heads, setting.n ?? 3, setting.dk];
    for (const name of ['q', 'k', 'v', 'output']) expect((await read(lab, name)).shape).toEqual([h, n, d]);
    for (const name of ['scores', 'scaled', 'masked', 'weights']) expect((await read(lab, name)).shape).toEqual([h, n, n]);
  });

  test('gives Float32Array', async () => {
    expect(await lab.page.evaluate(async () => (await globalThis.lab.read('weights')).data instanceof Float32Array)).toBe(true);
  });
});

describe.each([
  { source: 'text', mask: 'causal', scale: 'rsqrt', heads: 4, dk: 48 },
  { source: 'random', n: 20, mask: 'none', scale: 'off', heads: 2, dk: 16 },
  { source: 'random', n: 17, mask: 'window', window: 3, scale: 0.3, heads: 3, dk: 5 },
] as const)('the stages of $source with mask $mask and scale $scale', (setting) => {
  let all: Record<'q' | 'k' | 'v' | 'scores' | 'scaled' | 'masked' | 'weights' | 'output', Read>;
  let size: [h: number, n: number, d: number];
  const factor = setting.scale === 'off' ? 1 : setting.scale === 'rsqrt' ? 1 / Math.sqrt(setting.dk) : setting.scale;
  beforeAll(async () => {
    await set(lab, setting);
    all = await readAll('q', 'k', 'v', 'scores', 'scaled', 'masked', 'weights', 'output');
    size = [all.q.shape[0]!, all.q.shape[1]!, all.q.shape[2]!];
  });

  test('scores are q · k', () => {
    const [h, n, d] = size;
    const expected = multiply(all.q.data, all.k.data, [h, n, d, n], true);
    // A sum of d products rounded in any order errs by at most d roundings of the sum of their magnitudes.
    const magnitudes = multiply(all.q.data.map(Math.abs), all.k.data.map(Math.abs), [h, n, d, n], true);
    expect(largestDifference(all.scores.data, expected)).toBeLessThanOrEqual(d * ULP * largest(magnitudes));
  });

  test('scaled is the scores times the factor', () => {
    // Two roundings: of the factor to f32 and of the product.
    const expected = all.scores.data.map((score) => score * factor);
    expect(largestDifference(all.scaled.data, expected)).toBeLessThanOrEqual(2 * ULP * largest(expected));
  });

  test('masked hides exactly the cells of the mask', () => {
    const [, n] = size;
    const visible = (i: number, j: number) => setting.mask === 'none' || (j <= i && (setting.mask === 'causal' || i - j < setting.window));
    all.masked.data.forEach((value, at) => {
      const [i, j] = [Math.floor(at / n) % n, at % n];
      expect(value, `query ${i}, key ${j}`).toBe(visible(i, j) ? all.scaled.data[at] : -Infinity);
    });
  });

  test('weights are the softmax of each row, and sum to 1', () => {
    const [, n] = size;
    // The engine's own bound on weights (5e-7 against float64).
    expect(largestDifference(all.weights.data, softmaxRows(all.masked.data, n))).toBeLessThanOrEqual(5e-7);
    for (let start = 0; start < all.weights.data.length; start += n) {
      const sum = all.weights.data.slice(start, start + n).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - 1)).toBeLessThanOrEqual(1e-6);
    }
    all.masked.data.forEach((score, at) => score === -Infinity && expect(all.weights.data[at]).toBe(0));
  });

  test('output is weights · v', () => {
    const [h, n, d] = size;
    // n products of weights that sum to 1: at most n roundings of the largest value.
    expect(largestDifference(all.output.data, multiply(all.weights.data, all.v.data, [h, n, n, d]))).toBeLessThanOrEqual(n * ULP * largest(all.v.data));
  });

  test('the meters say what the tensors say', async () => {
    const [, n] = size;
    const meters = await lab.page.evaluate(() => globalThis.lab.meters());
    // Sums of n terms below 1 in f32, and WGSL's log within 3 ulp or 2^-21.
    expect(Math.abs(meters.entropy - meanEntropy(all.weights.data, n))).toBeLessThanOrEqual(n * 2 ** -21);
    const peaks: number[] = [];
    for (let start = 0; start < all.weights.data.length; start += n) peaks.push(Math.max(...all.weights.data.slice(start, start + n)));
    expect(meters.largestWeight).toBeCloseTo(peaks.reduce((a, b) => a + b, 0) / peaks.length, 6);
    expect(meters.saturated).toBe(peaks.filter((peak) => peak > 0.99).length / peaks.length);
    expect(meters.perHead).toHaveLength(size[0]);
    const mean = all.scores.data.reduce((a, b) => a + b, 0) / all.scores.data.length;
    const variance = all.scores.data.reduce((sum, score) => sum + (score - mean) ** 2, 0) / all.scores.data.length;
    expect(meters.scoreVariance! / variance).toBeCloseTo(1, 4);
    expect(meters.gradientMean).toBeGreaterThan(0);
  });
});

test('the same seed gives the same numbers after a reload, another seed gives others', async () => {
  await set(lab, { source: 'random', n: 12, heads: 2, dk: 8, mask: 'none', scale: 'rsqrt', seed: 7 });
  const [before, params] = [await readAll('q', 'weights', 'output'), await paramsOf(lab)];
  await reload(lab);
  expect(await paramsOf(lab)).toEqual(params);
  expect(await readAll('q', 'weights', 'output')).toEqual(before);
  await set(lab, { seed: 8 });
  expect((await read(lab, 'q')).data).not.toEqual(before.q.data);
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
