/** "Mine": files of every kind and shape, opened in every way, and broken ones that leave the view as it is. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeNpy } from '../../src/formats/write';
import { layerOf, readAttentionFile } from '../../src/formats/attention';
import type { Lab } from './lib/browser';
import { largestDifference, multiply, softmaxRows } from './lib/attention';
import { array, json, npz, numbers, safetensors } from './lib/files';
import { goTo, notices, openBytes, paramsOf, read, reload, say, sentenceOf, set, shownNumber, until, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
});
afterAll(() => lab?.close());

const panel = () => lab.page.getByRole('region', { name: say('en', 'source') });
/** What the page says about the open file. */
const facts = () => panel().locator('.facts').innerText();

/** q, k and v of 2 layers × 3 heads × 5 queries × 7 keys, width 4: cross-attention. */
const CROSS = { q: array([2, 3, 5, 4], 1), k: array([2, 3, 7, 4], 2), v: array([2, 3, 7, 6], 3) };

describe('what can be opened', () => {
  test.each([
    ['npz', npz(CROSS)],
    ['json', json(CROSS)],
    ['safetensors', safetensors(CROSS)],
  ])('q, k and v as .%s: m × n, with layers and heads', async (kind, bytes) => {
    await openBytes(lab, bytes, `cross.${kind}`);
    expect(await facts()).toBe(say('en', 'fileFacts', { name: `cross.${kind}`, layers: 2, heads: 3, m: 5, n: 7 }));
    await set(lab, { layer: 1, head: 2, scale: 'rsqrt', mask: 'none' });
    const [q, k, scores, weights, output] = await Promise.all(['q', 'k', 'scores', 'weights', 'output'].map((name) => read(lab, name)));
    expect([q!.shape, k!.shape, scores!.shape, output!.shape]).toEqual([[3, 5, 4], [3, 7, 4], [3, 5, 7], [3, 5, 6]]);
    expect(q!.data).toEqual([...numbers(120, 1).subarray(60)]);
    // 4 products below 4: a few roundings of f32; the engine's bound on weights.
    expect(largestDifference(scores!.data, multiply(q!.data, k!.data, [3, 5, 4, 7], true))).toBeLessThanOrEqual(16 * 2 ** -23);
    expect(largestDifference(weights!.data, softmaxRows(multiply(q!.data, k!.data, [3, 5, 4, 7], true).map((score) => score / 2), 7))).toBeLessThanOrEqual(5e-7);
    expect(await notices(lab)).toEqual([]);
  });

  test('pickers of layer and head appear and choose', async () => {
    await openBytes(lab, npz(CROSS), 'cross.npz');
    const layer = panel().getByRole('slider', { name: say('en', 'layer') });
    await layer.focus();
    await layer.press('ArrowRight');
    await until(lab, 'lab.params.layer === 1');
    expect((await read(lab, 'q')).data).toEqual([...numbers(120, 1).subarray(60)]);
    await lab.page.getByRole('radio', { name: say('en', 'headName', { n: 2 }) }).click();
    await until(lab, 'lab.params.head === 2');
    // Heads, d_k and the seed are the file's: their controls are not offered.
    for (const name of ['heads', 'headDim', 'seed'] as const) expect(await lab.page.getByRole('slider', { name: say('en', name) }).count()).toBe(0);
  });

  test.each([
    ['[n, n]', [4, 4], [1, 4, 4]],
    ['[h, n, n]', [3, 4, 4], [3, 4, 4]],
    ['[L, h, n, n]', [2, 3, 4, 4], [3, 4, 4]],
    ['[L, 1, h, n, n]', [2, 1, 3, 4, 4], [3, 4, 4]],
    ['[m, n]', [3, 6], [1, 3, 6]],
  ])('scores as %s', async (_, shape, expected) => {
    await openBytes(lab, npz({ scores: array(shape) }), 'scores.npz');
    await set(lab, { scale: 'off', mask: 'none' });
    expect((await read(lab, 'scores')).shape).toEqual(expected);
    expect((await read(lab, 'weights')).shape).toEqual(expected);
    expect(await sentenceOf(read(lab, 'q'))).toBe('This source has no "q".');
  });

  test('a bare .npy of scores, and −∞ in it as masked cells', async () => {
    const scores = numbers(9);
    scores[1] = -Infinity;
    await openBytes(lab, encodeNpy(scores, [3, 3]), 'attention_scores.npy');
    await set(lab, { scale: 'off', mask: 'none' });
    expect((await read(lab, 'masked')).data[1]).toBe(-Infinity);
    expect((await read(lab, 'weights')).data[1]).toBe(0);
    expect(await panel().innerText()).toContain('1 score(s) are -Infinity and are shown as masked.');
  });

  test('weights alone are shown as they are; scaling and mask stand still and one line says why', async () => {
    const weights = Float32Array.from(softmaxRows([...numbers(32)], 4));
    await openBytes(lab, npz({ weights: { data: weights, shape: [2, 4, 4] } }), 'weights.npz');
    expect((await read(lab, 'weights')).data).toEqual([...weights]);
    expect(await notices(lab)).toEqual([say('en', 'noScale')]);
    expect(await sentenceOf(read(lab, 'scores'))).toBe('This source has no "scores".');
    expect(await lab.page.getByRole('combobox', { name: say('en', 'mask') }).isDisabled()).toBe(true);
    for (const stage of ['scores', 'scaled', 'masked', 'output'] as const) {
      await set(lab, { stage });
      expect((await read(lab, 'weights')).data).toEqual([...weights]);
    }
    expect(lab.errors).toEqual([]);
  });

  test('a file of NumPy’s own, with tokens in Unicode, starts with the causal mask and says the difference', async () => {
    const bytes = readFileSync(new URL('../fixtures/attention.npz', import.meta.url));
    await openBytes(lab, bytes, 'attention.npz');
    expect((await paramsOf(lab)).mask).toBe('causal');
    await set(lab, { scale: 'off', stage: 'weights' });
    for (const token of ['Data', '␣é', '注意']) expect(await lab.page.locator('section.stage').getByText(token, { exact: true }).count()).toBeGreaterThan(0);
    await panel().getByText(/^Largest difference from the weights in the file: /).waitFor();
    const file = readAttentionFile(new Uint8Array(bytes).buffer, 'attention.npz');
    expect(largestDifference((await read(lab, 'weights')).data, [...layerOf(file, 0).weights!])).toBeLessThanOrEqual(1e-6);
  });

  // Real GPT-2 small; the file lies beside the repository, not in it.
  const gpt2 = new URL('../../../shared/data/gpt2-attention-0.npz', import.meta.url);
  if (existsSync(gpt2)) {
    test('GPT-2: at scale 1/8 with the causal mask the weights are the model’s own in every layer', async () => {
      const bytes = readFileSync(gpt2);
      const file = readAttentionFile(new Uint8Array(bytes).buffer, 'gpt2.npz');
      await openBytes(lab, bytes, 'gpt2.npz');
      await set(lab, { scale: 1 / 8, mask: 'causal' });
      for (let layer = 0; layer < file.layers; layer++) {
        await set(lab, { layer });
        expect(largestDifference((await read(lab, 'weights')).data, [...layerOf(file, layer).weights!]), `layer ${layer}`).toBeLessThanOrEqual(1e-6);
      }
      const line = panel().getByText(/^Largest difference from the weights in the file: /);
      await expect.poll(async () => shownNumber(/: (.*)\.$/.exec(await line.innerText())![1]!)).toBeLessThanOrEqual(1e-6);
      // d_k = 64, so that 1/√d_k is the same factor.
      await set(lab, { scale: 'rsqrt', layer: 3 });
      expect(largestDifference((await read(lab, 'weights')).data, [...layerOf(file, 3).weights!])).toBeLessThanOrEqual(1e-6);
    });
  }
});

describe('what cannot be opened', () => {
  const whole = npz(CROSS);
  const lying = encodeNpy(numbers(16), [4, 4]);
  lying.set(new TextEncoder().encode('9, 9'), Buffer.from(lying).indexOf('4, 4'));
  const withNaN = numbers(32);
  withNaN[5] = NaN;
  const withInfinity = numbers(32);
  withInfinity[7] = Infinity;
  const BROKEN: [what: string, bytes: Uint8Array, name: string, sentence: RegExp][] = [
    ['NaN in q', npz({ q: { data: withNaN, shape: [8, 4] }, k: array([8, 4]) }), 'nan.npz', /^“q” holds 1 value\(s\) that are NaN or infinite, the first \(NaN\) at index \[1, 1\]: /],
    ['∞ in the scores', npz({ scores: { data: withInfinity, shape: [2, 4, 4] } }), 'inf.npz', /^“scores” holds 1 value\(s\) .*Infinity/],
    ['a truncated zip', whole.slice(0, whole.length - 200), 'cut.npz', /^“cut\.npz” is a \.npz \(zip\) file without its table of contents: it was cut off/],
    ['a header that lies about its size', lying, 'lying.npy', /^“lying\.npy” needs 324 bytes for its shape \[9, 9\] but only 64 follow/],
    ['truncated safetensors', safetensors(CROSS).slice(0, 300), 'cut.safetensors', /was cut off or damaged, so save it again\.$/],
    ['broken JSON', new TextEncoder().encode('{"q": [[1, 2'), 'cut.json', /^“cut\.json” is not valid JSON: /],
    ['ragged JSON', new TextEncoder().encode('{"scores": [[1, 2], [3]]}'), 'ragged.json', /^“scores” is ragged: /],
    ['q without k', npz({ q: array([3, 4, 4]) }), 'q.npz', /^“q\.npz” holds q but no k: save q and k together, or scores, or weights\.$/],
    ['widths that differ', npz({ q: array([3, 4, 4]), k: array([3, 4, 5]) }), 'widths.npz', /^“q” and “k” do not belong together: as \[layers, heads, rows, columns\] they are \[1, 3, 4, 4\] and \[1, 3, 4, 5\]/],
    ['heads that differ', npz({ q: array([3, 4, 4]), k: array([2, 4, 4]) }), 'heads.npz', /^“q” and “k” do not belong together: as \[layers, heads, rows, columns\] they are \[1, 3, 4, 4\] and \[1, 2, 4, 4\]/],
    ['a batch of two sentences', npz({ scores: array([2, 2, 3, 4, 4]) }), 'batch.npz', /^“scores” has the shape \[2, 2, 3, 4, 4\], with a batch axis longer than 1: /],
    ['a vector', npz({ scores: array([4]) }), 'vector.npz', /^“scores” has the shape \[4\], and one of /],
    ['no array of a known name', npz({ x: array([4, 4]), y: array([4, 4]) }), 'xy.npz', /^“xy\.npz” holds no array to show \(found: x, y\): /],
    ['an empty file', new Uint8Array(), 'empty.npz', /^“empty\.npz” is empty \(0 bytes\): /],
    ['something else', new TextEncoder().encode('%PDF-1.7 …'), 'paper.pdf', /^“paper\.pdf” is not a \.npz, \.npy, \.safetensors or \.json file: /],
  ];

  let before: unknown;
  const view = async () => [await read(lab, 'weights'), await paramsOf(lab), await lab.page.evaluate(() => location.hash)];
  beforeAll(async () => {
    await openBytes(lab, whole, 'whole.npz');
    await set(lab, { layer: 1, mask: 'causal', scale: 'rsqrt', stage: 'weights' });
    before = await view();
  });

  test.each(BROKEN)('%s gets one sentence in the console and the present view stays', async (_, bytes, name, sentence) => {
    expect(await sentenceOf(openBytes(lab, bytes, name))).toMatch(sentence);
    expect(await view()).toEqual(before);
    expect(await facts()).toContain('whole.npz');
  });

  test.each(BROKEN.slice(0, 4))('%s opened by the button gets one sentence on the page', async (_, bytes, name, sentence) => {
    await lab.page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer: Buffer.from(bytes) });
    await expect.poll(() => notices(lab)).toEqual([expect.stringMatching(sentence)]);
    expect(await view()).toEqual(before);
    await lab.page.getByRole('button', { name: say('en', 'close') }).click();
    expect(await notices(lab)).toEqual([]);
  });

  test('in Chinese the sentence is Chinese', async () => {
    await lab.page.getByRole('button', { name: '中文' }).click();
    await lab.page.locator('input[type=file]').setInputFiles({ name: '空.npz', mimeType: '', buffer: Buffer.alloc(0) });
    await expect.poll(() => notices(lab)).toEqual(['“空.npz”是空文件（0 字节）：请重新保存后再打开。']);
    await lab.page.getByRole('button', { name: say('zh', 'close') }).click();
    await lab.page.getByRole('button', { name: 'English' }).click();
  });

  test('a good file after a bad one clears the sentence', async () => {
    const input = lab.page.locator('input[type=file]');
    await input.setInputFiles({ name: 'empty.npz', mimeType: '', buffer: Buffer.alloc(0) });
    await expect.poll(() => notices(lab)).toHaveLength(1);
    await input.setInputFiles({ name: 'again.npz', mimeType: '', buffer: Buffer.from(whole) });
    await expect.poll(facts).toContain('again.npz');
    expect(await notices(lab)).toEqual([]);
  });
});

describe('ways to open', () => {
  const bytes = Buffer.from(npz({ q: array([2, 3, 4]), k: array([2, 3, 4], 5) })).toString('base64');
  /** Sends a drop or paste with one file, as the browser would. */
  const send = (selector: string, kind: 'drop' | 'paste', name: string) =>
    lab.page.evaluate(
      ({ selector, kind, name, bytes }) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name));
        const target = document.querySelector(selector)!;
        const how = { bubbles: true, cancelable: true };
        if (kind === 'paste') return target.dispatchEvent(new ClipboardEvent('paste', { ...how, clipboardData: dataTransfer }));
        for (const step of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(step, { ...how, dataTransfer }));
        return true;
      },
      { selector, kind, name, bytes },
    );

  test.each([
    ['dropped anywhere on the page', 'section.stage', 'drop'],
    ['dropped on the box for it', '.zone', 'drop'],
    ['pasted', 'body', 'paste'],
  ] as const)('%s', async (what, selector, kind) => {
    await send(selector, kind, `${what}.npz`);
    await expect.poll(facts).toContain(`${what}.npz: layers 1, heads 2`);
    expect((await read(lab, 'weights')).shape).toEqual([2, 3, 3]);
    // The box does not go on waiting for a drop that has come.
    expect(await lab.page.locator('.zone button').innerText()).toBe(say('en', 'openFile'));
  });

  test('a File through the console', async () => {
    await lab.page.evaluate((base64) => globalThis.lab.open(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'file.npz')), bytes);
    expect(await facts()).toContain('file.npz');
  });

  test('choosing "Mine" before any file keeps the picture and offers the button', async () => {
    await goTo(lab, '');
    const before = await read(lab, 'weights');
    await lab.page.getByRole('radio', { name: say('en', 'sourceMine') }).check({ force: true });
    await lab.page.getByRole('button', { name: say('en', 'openFile') }).waitFor();
    expect(await read(lab, 'weights')).toEqual(before);
    expect(await notices(lab)).toEqual([]);
    expect(await sentenceOf(set(lab, { source: 'mine' }))).toBe(say('en', 'noFile'));
  });

  test('a link to a file that is not part of it falls back, says so, and opens the file as the link has it', async () => {
    await goTo(lab, '#/?source=mine&layer=1&head=2&mask=window&window=2&scale=0.5');
    expect(await notices(lab)).toEqual([say('en', 'defaultsShown', { sentence: say('en', 'noFile') })]);
    expect((await paramsOf(lab)).source).toBe('text');
    expect((await read(lab, 'weights')).shape).toEqual([8, 11, 11]);
  });

  test('a reload after opening a file says the same', async () => {
    await openBytes(lab, npz(CROSS), 'cross.npz');
    await reload(lab);
    expect(await notices(lab)).toEqual([say('en', 'defaultsShown', { sentence: say('en', 'noFile') })]);
    expect(lab.errors).toEqual([]);
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
