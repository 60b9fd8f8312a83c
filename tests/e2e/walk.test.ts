/** Every heat-map of every exhibit is walked cell by cell, and says each cell in the visitor's language. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn, sayFrame } from './lib/visit';
import { openLab, type Lab } from './lib/browser';
import { press } from './lib/keyboard';

const NUMBER = '[−\\d][\\d.,×⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*';
/** What a cell's sentence looks like, by exhibit: its place, what it is, its number; or that it is masked. */
const SAYS = {
  en: {
    pair: new RegExp(`^query “.+”, key “.+”, ((score|scaled score|weight|mask|difference) ${NUMBER}|masked)$`),
    heads: new RegExp(`^heads \\d+ and \\d+: ${NUMBER} bits$`),
    leak: /query|token/,
    norms: new RegExp(`^sentence \\d+, token \\d+, feature \\d+: (${NUMBER}|padding)$`),
    output: new RegExp(`^query “.+”, dimension \\d+, value ${NUMBER}$`),
  },
  zh: {
    pair: new RegExp(`^查询“.+”，键“.+”，((分数|缩放后的分数|权重|掩码|差值) ${NUMBER}|被掩码)$`),
    heads: new RegExp(`^头 \\d+ 与头 \\d+：${NUMBER} 比特$`),
    leak: /查询|词元/,
    norms: new RegExp(`^第 \\d+ 句，词元 \\d+，特征 \\d+：(${NUMBER}|填充)$`),
    output: new RegExp(`^查询“.+”，维度 \\d+，值 ${NUMBER}$`),
  },
} as const;
type Kind = keyof (typeof SAYS)['en'];

/** Each exhibit at a setting that shows its experiment, and the maps that it shows there, in order. */
const ROUTES: readonly { path: string; maps: readonly Kind[] }[] = [
  { path: '#/?heads=2', maps: ['pair', 'output'] },
  { path: '#/scaling?dk=64', maps: ['pair', 'pair'] },
  { path: '#/masks?mask=causal', maps: ['pair', 'leak'] },
  { path: '#/heads?panel=targets&h=4', maps: ['pair', 'pair'] },
  { path: '#/heads?panel=heads&h=4', maps: ['pair'] },
  { path: '#/heads?panel=difference&h=4', maps: ['heads'] },
  { path: '#/norms?norm=layer', maps: ['norms'] },
];

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab?.close());

const maps = () => lab.page.locator('.frame:has(> [role=application])');

/** An address loaded afresh, so that no map of the page before is left. */
async function open(path: string): Promise<void> {
  await lab.page.goto('about:blank');
  await lab.page.goto(lab.url + path);
}

/** Presses keys on the map that has the focus, and what is said then, once its number is there. */
async function said(index: number, ...keys: string[]): Promise<string> {
  await press(lab.page, ...keys);
  const spoken = maps().nth(index).locator('[aria-live=polite]');
  // Until the numbers are read back, a cell is "…".
  await expect.poll(async () => (await spoken.innerText()).includes('…'), { timeout: 10_000 }).toBe(false);
  return spoken.innerText();
}

describe.each(ROUTES)('$path', ({ path, maps: kinds }) => {
  test('walks and speaks', async () => {
    await open(path);
    await expect.poll(() => maps().count(), { timeout: 15_000 }).toBeGreaterThanOrEqual(kinds.length);
    for (const [index, kind] of kinds.entries()) {
      const surface = maps().nth(index).locator('[role=application]');
      await surface.focus();
      expect(await surface.getAttribute('aria-label')).not.toBe('');
      // The first key shows where the cursor is, the second moves it.
      const first = await said(index, 'Control+Home', 'Control+Home');
      expect(first, `map ${index}`).toMatch(SAYS.en[kind]);
      const right = await said(index, 'ArrowRight');
      expect(right, `map ${index}`).toMatch(SAYS.en[kind]);
      expect(right).not.toBe(first);
      const last = await said(index, 'End');
      expect(last).toMatch(SAYS.en[kind]);
      expect(await said(index, 'Home')).toBe(first);
      const below = await said(index, 'PageDown');
      expect(below).not.toBe(first);
      expect(await said(index, 'PageUp')).toBe(first);
      expect(await said(index, 'Control+End')).not.toBe(below);
      await surface.blur();
    }
    await lab.page.getByRole('banner').getByRole('button', { name: '中文' }).click();
    await lab.page.waitForFunction(() => document.documentElement.lang.startsWith('zh'));
    for (const [index, kind] of kinds.entries()) {
      await maps().nth(index).locator('[role=application]').focus();
      expect(await said(index, 'Control+Home', 'Control+Home'), `map ${index}`).toMatch(SAYS.zh[kind]);
    }
    await lab.page.getByRole('banner').getByRole('button', { name: 'English' }).click();
    await lab.page.waitForFunction(() => document.documentElement.lang === 'en');
  });
});

test('a masked cell says so', async () => {
  await open('#/masks?mask=causal');
  await expect.poll(() => maps().count(), { timeout: 15_000 }).toBeGreaterThan(0);
  await maps().first().locator('[role=application]').focus();
  await press(lab.page, 'Control+Home');
  expect(await said(0, 'Control+Home', 'End')).toMatch(/masked$/);
});

test('readings are announced once they rest, and only what changed', async () => {
  await open('#/?heads=2&dk=8');
  await drawn(lab);
  const region = lab.page.locator('[data-readings]');
  const meter = lab.page.getByRole('meter').first();
  await expect.poll(() => meter.getAttribute('aria-valuetext')).toMatch(/\d/);
  const slider = lab.page.getByRole('slider').first();
  await slider.focus();
  await press(lab.page, 'ArrowRight', 'ArrowRight', 'ArrowRight');
  const name = (await meter.getAttribute('aria-label'))!;
  await expect.poll(() => region.innerText(), { timeout: 10_000 }).toContain(name);
  expect(await region.innerText()).toContain(sayFrame('en', 'readingsMore', { n: '' }).trim().split(' ').at(-1)!);
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
