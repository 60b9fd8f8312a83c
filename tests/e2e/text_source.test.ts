/** Whatever is typed becomes chips and a picture, or one sentence; the two sources without a file. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { notices, paramsOf, read, say, sentenceOf, set, until, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
});
afterAll(() => lab?.close());

/** The tokens on the chips, as the page shows them. */
const chips = async () => {
  const texts = await lab.page.locator('button.chip').allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
};
const field = () => lab.page.getByRole('textbox', { name: say('en', 'textLabel') });

/** The chip at position i says "i token". */
const numbered = (tokens: readonly string[]) => tokens.map((token, at) => `${at} ${token}`);

describe('text', () => {
  test.each<[string, string, 'word' | 'character' | 'byte', string[]]>([
    ['English', "It didn't rain, did it?", 'word', ['It', "didn't", 'rain', ',', 'did', 'it', '?']],
    ['Chinese', '小猫喝水', 'word', ['小猫', '喝水']],
    ['Chinese characters', '小猫喝水', 'character', ['小', '猫', '喝', '水']],
    ['emoji of several code points', '👩‍👩‍👧👍🏽🇨🇳', 'character', ['👩‍👩‍👧', '👍🏽', '🇨🇳']],
    ['combining marks', 'e\u0301a\u0308o', 'character', ['é', 'ä', 'o']],
    ['a lone combining mark', '\u0301', 'character', ['◌\u0301']],
    ['right-to-left text', 'שלום עולם', 'word', ['שלום', 'עולם']],
    ['Arabic with marks', 'كِتَاب جديد', 'word', ['كِتَاب', 'جديد']],
    ['spaces and line ends', 'a b\nc', 'character', ['a', '␣', 'b', '↵', 'c']],
    ['bytes', 'é€', 'byte', ['C3', 'A9', 'E2', '82', 'AC']],
    ['a single token', 'x', 'word', ['x']],
    ['a lone surrogate', 'a\ud800b', 'character', ['a', '\ufffd', 'b']],
  ])('%s', async (_, text, split, tokens) => {
    await set(lab, { text, split, mask: 'none' });
    expect(await chips()).toEqual(numbered(tokens));
    const weights = await read(lab, 'weights');
    expect(weights.shape).toEqual([8, tokens.length, tokens.length]);
    expect(weights.data.every(Number.isFinite)).toBe(true);
    expect(await notices(lab)).toEqual([]);
  });

  test('equal tokens have equal embeddings, so equal rows of scores', async () => {
    await set(lab, { text: 'the cat the dog', split: 'word', heads: 2, dk: 16 });
    const { data } = await read(lab, 'q');
    const rowOf = (token: number) => data.slice(token * 16, (token + 1) * 16);
    expect(rowOf(2)).toEqual(rowOf(0));
    expect(rowOf(1)).not.toEqual(rowOf(0));
    await set(lab, { positions: 'sinusoidal' });
    const placed = (await read(lab, 'q')).data;
    expect(placed.slice(32, 48)).not.toEqual(placed.slice(0, 16));
    await set(lab, { positions: 'rope' });
    const turned = (await read(lab, 'q')).data;
    // Position 0 is not turned; position 2 is, with its length kept (cos and sin of WGSL err by 2^-11 at worst).
    expect(turned.slice(0, 16)).toEqual(data.slice(0, 16));
    expect(turned.slice(32, 48)).not.toEqual(data.slice(32, 48));
    expect(Math.hypot(...turned.slice(32, 48)) / Math.hypot(...data.slice(32, 48))).toBeCloseTo(1, 3);
    await set(lab, { positions: 'none', heads: 8, dk: 64 });
  });

  test('typed text is drawn as it is typed, and is one step of the history', async () => {
    await set(lab, { text: 'one' });
    const steps = await lab.page.evaluate(() => history.length);
    await field().fill('');
    await field().pressSequentially('two three four');
    await until(lab, `lab.params.text === 'two three four'`);
    expect((await read(lab, 'weights')).shape).toEqual([8, 3, 3]);
    await field().blur();
    expect(await lab.page.evaluate(() => history.length)).toBe(steps + 1);
  });

  test('an empty text gets one sentence, the picture stays and nothing is lost', async () => {
    await set(lab, { text: 'keep this picture', heads: 4 });
    const before = await read(lab, 'weights');
    await field().fill('   ');
    const sentence = say('en', 'emptyText');
    await lab.page.getByText(sentence).first().waitFor();
    expect(await lab.page.getByText(sentence).count()).toBe(1);
    expect(await read(lab, 'weights')).toEqual(before);
    expect((await paramsOf(lab)).heads).toBe(4);
    expect(await field().inputValue()).toBe('   ');
    await field().fill('   on we go');
    await until(lab, `document.querySelectorAll('button.chip').length === 3`);
    expect((await read(lab, 'weights')).shape).toEqual([4, 3, 3]);
    expect(await lab.page.getByText(sentence).count()).toBe(0);
  });

  test('lab.set refuses an empty text with the same sentence', async () => {
    await set(lab, { text: 'something', heads: 8 });
    expect(await sentenceOf(set(lab, { text: '' }))).toContain(say('en', 'emptyText'));
    expect((await paramsOf(lab)).text).toBe('something');
  });

  test('100 000 characters are cut with the counts, and the page stays quick', async () => {
    const text = 'abcde fgh '.repeat(10_000);
    expect(text).toHaveLength(100_000);
    const took = await lab.page.evaluate(async (value) => {
      const start = performance.now();
      await globalThis.lab.set({ text: value, heads: 1 });
      return performance.now() - start;
    }, text);
    // Not a measurement: a hang is what this catches (512 tokens take well under a second here).
    expect(took).toBeLessThan(10_000);
    expect(await notices(lab)).toEqual([say('en', 'cutText', { total: 20_000, shown: 512 })]);
    expect((await read(lab, 'q')).shape).toEqual([1, 512, 64]);
    expect(await lab.page.getByText(say('en', 'textCounter', { n: '20,000' })).count()).toBeGreaterThan(0);
    await set(lab, { text: 'short again' });
    expect(await notices(lab)).toEqual([]);
  });

  test('more than 100 000 characters typed or pasted are cut to that, in lab.set refused', async () => {
    expect(await sentenceOf(set(lab, { text: 'x'.repeat(100_001) }))).toBe('text must be a text of at most 100000 characters, not "100001 characters".');
    await field().fill('ab '.repeat(40_000));
    await until(lab, 'lab.params.text.length === 100000');
    expect((await read(lab, 'q')).shape).toEqual([1, 512, 64]);
    await set(lab, { text: 'short again' });
  });
});

describe('random', () => {
  test('up to 1024 × 1024 is drawn, each row summing to 1', async () => {
    await set(lab, { source: 'random', n: 1024, heads: 2, dk: 8, mask: 'causal' });
    const worst = await lab.page.evaluate(async () => {
      const { shape, data } = await globalThis.lab.read('weights');
      let off = 0;
      for (let row = 0; row < shape[0]! * shape[1]!; row++) {
        off = Math.max(off, Math.abs(data.subarray(row * 1024, (row + 1) * 1024).reduce((a, b) => a + b, 0) - 1));
      }
      return { shape, off };
    });
    expect(worst.shape).toEqual([2, 1024, 1024]);
    // Added up here in f64 from f32 weights: 1024 weights, each half a rounding of itself off.
    expect(worst.off).toBeLessThanOrEqual(1e-6);
    expect(await notices(lab)).toEqual([]);
  });

  test('d_k is free up to 4096, and the variance of the scores follows it', async () => {
    await set(lab, { n: 64, heads: 2, dk: 4096, mask: 'none' });
    expect((await read(lab, 'q')).shape).toEqual([2, 64, 4096]);
    const meters = await lab.page.evaluate(() => globalThis.lab.meters());
    // 8192 products of 4096 terms: the sample's variance lies within 10 % of 4096 by five standard errors.
    expect(meters.scoreVariance! / 4096).toBeGreaterThan(0.9);
    expect(meters.scoreVariance! / 4096).toBeLessThan(1.1);
    await set(lab, { dk: 1 });
    expect((await read(lab, 'q')).shape).toEqual([2, 64, 1]);
  });

  test('an n that the device cannot hold gets the limit and an n that fits', async () => {
    const small = await visit({
      initScript: `const open = GPUAdapter.prototype.requestDevice;
        GPUAdapter.prototype.requestDevice = function (descriptor) {
          const { requiredLimits, ...rest } = descriptor ?? {};
          return open.call(this, { ...rest, requiredLimits: { maxStorageBufferBindingSize: 2 ** 20, maxBufferSize: 2 ** 20 } });
        };
        const limits = Object.getOwnPropertyDescriptor(GPUDevice.prototype, 'limits').get;
        Object.defineProperty(GPUDevice.prototype, 'limits', { get() {
          const real = limits.call(this);
          return new Proxy(real, { get: (target, name) => /^max(StorageBufferBinding|Buffer)Size$/.test(name) ? 2 ** 21 : Reflect.get(target, name, target) });
        } });`,
      path: '#/?source=random&n=16&heads=4',
    });
    const before = await read(small, 'weights');
    // 2 MiB hold 131 072 cells of each of 4 heads: 360 · 360 fit, 361 · 364 do not, since rows lie in whole vectors of four.
    const { mib, fits } = { mib: 2, fits: 360 };
    const sentence = say('en', 'tooLarge', { n: 1024, heads: 4, mib, fits });
    expect(await sentenceOf(set(small, { n: 1024 }))).toContain(sentence);
    expect((await paramsOf(small)).n).toBe(16);
    expect(await read(small, 'weights')).toEqual(before);
    // The sentence tells the truth: what it says fits does, and one more does not.
    await set(small, { n: fits });
    expect((await read(small, 'weights')).shape).toEqual([4, fits, fits]);
    expect(await sentenceOf(set(small, { n: fits + 1 }))).toContain('MiB');
    await small.close();
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
