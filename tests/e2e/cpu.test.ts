/** Without a GPU the same page runs on the float64 twins in a worker, and says so in one line. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { largest, largestDifference, softmaxRows } from './lib/attention';
import { array, npz } from './lib/files';
import { countColours, decodePng } from './lib/png';
import { notices, openBytes, paramsOf, read, say, sayFrame, sentenceOf, set, until, visit } from './lib/visit';

const line = ({ page }: Lab) => page.getByRole('banner').getByRole('status').innerText();

describe.each([
  ['a browser without WebGPU', { webgpu: false }, 'cpuNoWebgpu'],
  ['a machine without an adapter', { webgpu: 'no-adapter' }, 'cpuNoAdapter'],
] as const)('%s', (_, visitor, reason) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await visit(visitor);
  });
  afterAll(() => lab?.close());

  test('says in one line what the page runs on, why, and how to get a GPU', async () => {
    expect(await lab.page.evaluate(() => globalThis.lab.backend)).toBe('cpu');
    expect(await line(lab)).toBe(sayFrame('en', reason));
    expect(await notices(lab)).toEqual([]);
  });

  test('draws, reads, measures and follows the controls', async () => {
    for (const canvas of await lab.page.locator('canvas.mark[aria-hidden]').all()) {
      expect(countColours(decodePng(await canvas.screenshot()))).toBeGreaterThan(100);
    }
    await set(lab, { mask: 'causal', heads: 3, dk: 12 });
    const [masked, weights] = [await read(lab, 'masked'), await read(lab, 'weights')];
    // The twin is float64 and its results are kept as f32: half a rounding each.
    expect(largestDifference(weights.data, softmaxRows(masked.data, 11))).toBeLessThanOrEqual(2e-7);
    const meters = await lab.page.evaluate(() => globalThis.lab.meters());
    expect(meters.perHead).toHaveLength(3);
    expect(meters.gradientMean).toBeGreaterThan(0);
    await lab.page.getByText(say('en', 'timesCpu')).waitFor();
  });

  test('refuses an n beyond 256 with a sentence, keeps the view, and takes 256', async () => {
    await set(lab, { source: 'random', n: 32, heads: 1, dk: 4, mask: 'none' });
    const before = await read(lab, 'weights');
    const sentence = say('en', 'tooLong', { n: 257, limit: 256 });
    expect(await sentenceOf(set(lab, { n: 257 }))).toBe(sentence);
    expect((await paramsOf(lab)).n).toBe(32);
    const field = lab.page.getByRole('textbox', { name: say('en', 'length') });
    await field.fill('257');
    await field.press('Enter');
    await expect.poll(() => notices(lab)).toEqual([sentence]);
    await until(lab, 'lab.params.n === 32');
    expect(await read(lab, 'weights')).toEqual(before);
    await set(lab, { n: 256 });
    expect((await read(lab, 'weights')).shape).toEqual([1, 256, 256]);
    expect(await notices(lab)).toEqual([]);
  });

  test('opens files', async () => {
    await openBytes(lab, npz({ q: array([2, 3, 4]), k: array([2, 5, 4], 2) }), 'cross.npz');
    expect((await read(lab, 'weights')).shape).toEqual([2, 3, 5]);
    expect(lab.errors).toEqual([]);
    expect(lab.foreign).toEqual([]);
  });
});

test('in Chinese the line is Chinese', async () => {
  const lab = await visit({ webgpu: false, locale: 'zh-CN' });
  expect(await line(lab)).toBe(sayFrame('zh', 'cpuNoWebgpu'));
  await lab.close();
});

describe('gpu=off in the link', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await visit({ path: '#/?gpu=off&source=random&n=24&heads=2&dk=16' });
  });
  afterAll(() => lab?.close());

  test('runs on the CPU although there is a GPU, and says so', async () => {
    expect(await lab.page.evaluate(() => globalThis.lab.backend)).toBe('cpu');
    expect(await line(lab)).toBe(sayFrame('en', 'cpuDisabled'));
  });

  test.each([
    { source: 'random', n: 24, heads: 2, dk: 16, scale: 'rsqrt', mask: 'causal' },
    { source: 'text', heads: 4, dk: 32, scale: 'rsqrt', mask: 'none' },
    { source: 'random', n: 40, heads: 1, dk: 64, scale: 'rsqrt', mask: 'window', seed: 9 },
  ])('the twins and the GPU agree on $source, n = $n, d_k = $dk', async (setting) => {
    const names = ['q', 'k', 'v', 'scores', 'weights', 'output'] as const;
    const take = async (gpu: 'auto' | 'off') => {
      await set(lab, { ...setting, gpu });
      expect(await lab.page.evaluate(() => globalThis.lab.backend)).toBe(gpu === 'off' ? 'cpu' : 'webgpu');
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await read(lab, name)).data]))) as Record<(typeof names)[number], number[]>;
    };
    const [cpu, gpu] = [await take('off'), await take('auto')];
    const d = setting.dk;
    // Normals agree within 1e-5 (WGSL's log, sin and cos). Each q and k of text is 256 normals times 256 normals over
    // √256: errors of both factors, 2 · 1e-5 · the largest sum that 256 products of size 1 are expected to reach.
    const input = setting.source === 'text' ? 2 * 1e-5 * 4 : 1e-5;
    for (const name of ['q', 'k', 'v'] as const) expect(largestDifference(cpu[name], gpu[name]), name).toBeLessThanOrEqual(input * Math.max(1, largest(cpu[name])));
    // A score sums d products of a value up to `top` and an error `input` on either side, of random sign: √d of them, and
    // three times that for the largest of some thousand scores.
    const top = Math.max(largest(cpu.q), largest(cpu.k));
    const score = 3 * 2 * Math.sqrt(d) * top * input;
    expect(largestDifference(cpu.scores, gpu.scores)).toBeLessThanOrEqual(score);
    // p changes by at most p (1 − p) · 2 · its scores' change, a half of it at the most.
    const weight = score / Math.sqrt(d) / 2 + 1e-6;
    expect(largestDifference(cpu.weights, gpu.weights)).toBeLessThanOrEqual(weight);
    expect(weight).toBeLessThan(2e-3); // far below the least difference that a wrong kernel makes
    expect(largestDifference(cpu.output, gpu.output)).toBeLessThanOrEqual(2 * largest(cpu.v) * weight + input * top);
  });

  test('weights of a file, where nothing is drawn at random, agree within 1e-6', async () => {
    // q and k lie within ±2, so that scaled scores stay below 8; the engine's own bound is 5e-7 on either side.
    await openBytes(lab, npz({ q: array([3, 20, 16]), k: array([3, 20, 16], 2) }), 'same.npz');
    await set(lab, { scale: 'rsqrt', mask: 'causal', gpu: 'off' });
    const cpu = await read(lab, 'weights');
    await set(lab, { gpu: 'auto' });
    expect(largestDifference((await read(lab, 'weights')).data, cpu.data)).toBeLessThanOrEqual(1e-6);
    expect(lab.errors).toEqual([]);
  });
});
