/** English and Chinese, by the browser and by the switch; light, dark and reduced motion. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { decodePng, pixelAt } from './lib/png';
import { frame, goTo, paramsOf, read, reload, say, sayFrame, set, speak, visit, workbench } from './lib/visit';
import { wordsOn } from './lib/words';

/** A pattern for every English sentence that has another Chinese one. */
const ENGLISH = [workbench, frame].flatMap(({ en, zh }) =>
  Object.entries<string>(en!)
    .filter(([key, sentence]) => zh![key as never] !== sentence && /[a-z]{2}/i.test(sentence))
    .map(([key, sentence]) => ({ key, pattern: new RegExp(`^${sentence.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`) })),
);

/** Sentences of the English dictionary on the page, and other runs of English words. */
async function englishOn(lab: Lab): Promise<string[]> {
  const words = await wordsOn(lab.page);
  expect(words.length).toBeGreaterThan(60);
  // Names: of the adapter, of the language that the switch offers, of file endings.
  const named = /^GPU：|^(English|Switch to English)$/;
  return words.filter((word) => !named.test(word) && (ENGLISH.some(({ pattern }) => pattern.test(word)) || /[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(word)));
}

describe('Chinese', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await visit({ locale: 'zh-CN' });
  });
  afterAll(() => lab?.close());

  test('is what a Chinese browser gets, with a Chinese sentence in the link', async () => {
    expect(await lab.page.evaluate(() => document.documentElement.lang)).toBe('zh-Hans');
    expect(await lab.page.title()).toBe(sayFrame('zh', 'name'));
    expect(await lab.page.locator('.lead').innerText()).toBe(say('zh', 'lead'));
    expect((await paramsOf(lab)).text).toMatch(/它/);
    const { data } = await read(lab, 'weights');
    await reload(lab);
    expect((await read(lab, 'weights')).data).toEqual(data);
  });

  test.each([
    ['at first', {}],
    ['with A pinned, a mask with a number and a locked cell', { compare: 'scale=off', mask: 'window', locked: { row: 2, col: 1 }, stage: 'scores' }],
    ['of random numbers, with rows that see nothing', { source: 'random', n: 4, mask: 'painted', painted: { rows: 4, cols: 4, runs: [4, 4, 8] }, stage: 'output' }],
  ])('leaves no English sentence on the page %s', async (_, setting) => {
    await set(lab, { source: 'text', compare: '', mask: 'none', locked: null, stage: 'weights', ...setting });
    expect(await englishOn(lab)).toEqual([]);
  });

  test('leaves none in the drawer, in messages and beside a file', async () => {
    await set(lab, { source: 'random', n: 5, mask: 'causal', compare: '', stage: 'weights', locked: { row: 2, col: 1 } });
    await lab.page.getByRole('button', { name: say('zh', 'why') }).click();
    await lab.page.getByRole('dialog').getByRole('button', { name: say('zh', 'copyNumpy') }).waitFor();
    expect(await englishOn(lab)).toEqual([]);
    await lab.page.keyboard.press('Escape');
    await lab.page.evaluate(() => globalThis.lab.open(new File(['{"scores": [[1, 2], [3, 4]], "tokens": ["甲"]}'], '数.json')));
    expect(await englishOn(lab)).toEqual([]);
    await lab.page.locator('input[type=file]').setInputFiles({ name: '坏.npz', mimeType: '', buffer: Buffer.from('?') });
    await lab.page.locator('.notice').first().waitFor();
    expect(await englishOn(lab)).toEqual([]);
    await goTo(lab, '#/unknown?heads=99');
    expect(await englishOn(lab)).toEqual([]);
  });

  test('the test itself sees English: the English page is full of it', async () => {
    await goTo(lab, '');
    await speak(lab, 'en');
    expect((await englishOn(lab)).length).toBeGreaterThan(40);
    await speak(lab, 'zh');
    expect(lab.errors).toEqual([]);
  });
});

describe('the switches', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await visit({ locale: 'de-DE', path: '#/?source=random&n=6&heads=3' });
  });
  afterAll(() => lab?.close());

  test('a browser of a third language gets English; the switch changes every word, keeps the view, and is remembered', async () => {
    expect(await lab.page.evaluate(() => document.documentElement.lang)).toBe('en');
    const before = [await paramsOf(lab), await read(lab, 'weights')];
    const view = await lab.page.locator('section.stage').elementHandle();
    await speak(lab, 'zh');
    expect(await view!.evaluate((section) => section.isConnected), 'the view stays, and only its words change').toBe(true);
    expect(await lab.page.evaluate(() => document.documentElement.lang)).toBe('zh-Hans');
    expect(await lab.page.locator('.lead').innerText()).toBe(say('zh', 'lead'));
    expect([await paramsOf(lab), await read(lab, 'weights')]).toEqual(before);
    await reload(lab);
    expect(await lab.page.locator('.lead').innerText()).toBe(say('zh', 'lead'));
    await speak(lab, 'en');
    expect(await lab.page.locator('.lead').innerText()).toBe(say('en', 'lead'));
  });

  test('dark and light are chosen, remembered, and "auto" follows the system', async () => {
    const corner = async () => pixelAt(decodePng(await lab.page.screenshot({ clip: { x: 0, y: 0, width: 4, height: 4 } })), 1, 1);
    const theme = (name: 'themeDark' | 'themeLight' | 'themeAuto') => lab.page.locator('header label, [role=banner] label').filter({ hasText: new RegExp(`^\\s*${sayFrame('en', name)}\\s*$`) }).click();
    const bright = (colour: number) => (colour >> 16) + ((colour >> 8) & 255) + (colour & 255) > 384;
    expect(bright(await corner())).toBe(true);
    await theme('themeDark');
    expect(bright(await corner())).toBe(false);
    await reload(lab);
    expect(bright(await corner())).toBe(false);
    await theme('themeLight');
    await lab.page.emulateMedia({ colorScheme: 'dark' });
    expect(bright(await corner())).toBe(true);
    await theme('themeAuto');
    expect(bright(await corner())).toBe(false);
    await lab.page.emulateMedia({ colorScheme: 'light' });
    expect(bright(await corner())).toBe(true);
  });

  test('a dark page draws dark neutral cells: the picture follows the theme', async () => {
    await set(lab, { stage: 'scores' });
    const canvas = lab.page.locator('section.stage .canvas canvas');
    const light = decodePng(await canvas.screenshot());
    await lab.page.emulateMedia({ colorScheme: 'dark' });
    // The canvas is painted again in the task that notices the change.
    await expect.poll(async () => Buffer.compare(light.rgb, decodePng(await canvas.screenshot()).rgb)).not.toBe(0);
    await lab.page.emulateMedia({ colorScheme: 'light' });
    expect(lab.errors).toEqual([]);
  });
});

test('reduced motion: nothing moves by itself', async () => {
  const lab = await visit({ reducedMotion: 'reduce' });
  await set(lab, { locked: { row: 1, col: 1 } });
  await lab.page.getByRole('button', { name: say('en', 'why') }).click();
  await lab.page.getByRole('dialog').waitFor();
  const moving = await lab.page.evaluate(() => document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1).length);
  expect(moving).toBe(0);
  await set(lab, { heads: 3, scale: 'off' });
  expect(await lab.page.evaluate(() => document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1).length)).toBe(0);
  expect(lab.errors).toEqual([]);
  await lab.close();
});
