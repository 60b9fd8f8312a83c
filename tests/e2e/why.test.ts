/** "Why this number?": the drawer's arithmetic and the Python it gives away, against the tensors. */
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runPasted } from '../unit/workbench/pasted';
import type { Lab } from './lib/browser';
import { array, npz } from './lib/files';
import { openBytes, read, say, set, shownNumber, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
  await lab.context.grantPermissions(['clipboard-read', 'clipboard-write']);
});
afterAll(() => lab?.close());

const drawer = () => lab.page.getByRole('dialog', { name: say('en', 'why') });
const value = async (key: 'whySum' | 'whyScale' | 'whyQuotient' | 'whyRowSum' | 'whyLargest' | 'whyScore', values = {}) =>
  shownNumber(await drawer().locator('li', { hasText: say('en', key, values).split(' {')[0]! }).locator('.value').innerText());

/** Locks a cell, opens the drawer, and copies its code by the button. */
async function open(row: number, col: number): Promise<string> {
  await set(lab, { stage: 'weights', locked: { row, col } });
  await lab.page.getByRole('button', { name: say('en', 'why') }).click();
  await drawer().getByRole('button', { name: say('en', 'copyNumpy') }).click();
  await drawer().getByText(say('en', 'copied'), { exact: true }).waitFor();
  return lab.page.evaluate(() => navigator.clipboard.readText());
}

async function close(): Promise<void> {
  await lab.page.keyboard.press('Escape');
  await drawer().waitFor({ state: 'detached' });
}

/** Four digits behind the point are shown, or two significant ones of a small number. */
const asShown = (shown: number, exact: number) => Math.abs(shown - exact) <= Math.max(5e-5, 0.05 * Math.abs(exact) * Number(Math.abs(exact) < 5e-5)) + 1e-9;

/** NumPy, where this machine has it: the code is then run for what it is. */
const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

const SETTINGS = [
  ['text', { source: 'text', heads: 4, dk: 16, mask: 'none', scale: 'rsqrt', head: 2 }, [7, 1]],
  ['the scaling off', { source: 'text', heads: 4, dk: 16, mask: 'none', scale: 'off', head: 0 }, [3, 3]],
  ['the causal mask, a visible cell', { source: 'random', n: 9, heads: 2, dk: 8, mask: 'causal', scale: 0.25, head: 1 }, [5, 4]],
  ['the causal mask, a hidden cell', { source: 'random', n: 9, heads: 2, dk: 8, mask: 'causal', scale: 'rsqrt', head: 0 }, [2, 6]],
  ['more numbers than one pastes', { source: 'random', n: 40, heads: 1, dk: 512, mask: 'none', scale: 'rsqrt', head: 0 }, [39, 0]],
] as const;

describe.each(SETTINGS)('%s', (_, setting, [row, col]) => {
  test('the quotient is the weight on the map, and the code gives it again', async () => {
    await set(lab, { ...setting, locked: null });
    const code = await open(row, col);
    const [weights, scores, scaled] = await Promise.all([read(lab, 'weights'), read(lab, 'scores'), read(lab, 'scaled')]);
    const [, m, n] = weights.shape as [number, number, number];
    const cell = (setting.head * m + row) * n + col;
    expect(asShown(await value('whyQuotient'), weights.data[cell]!)).toBe(true);
    expect(asShown(await value('whySum'), scores.data[cell]!)).toBe(true);
    expect(asShown(await value('whyScale'), scaled.data[cell]!)).toBe(true);
    expect(await drawer().innerText()).toContain(say('en', setting.mask === 'causal' && col > row ? 'whyMaskHidden' : 'whyMaskVisible'));

    expect(code).toBe(await drawer().locator('pre').innerText());
    const { printed, shown } = runPasted(code);
    // The page's weight is f32's: the engine's bound. What the code says that the page shows is the f32 itself, to nine digits.
    expect(Math.abs(printed - weights.data[cell]!)).toBeLessThanOrEqual(5e-7);
    expect(Math.fround(shown!)).toBe(weights.data[cell]);
    if (hasNumpy) expect(Number(execFileSync('python3', ['-'], { input: code, encoding: 'utf8' }).trim())).toBeCloseTo(printed, 9);
    await close();
  });
});

test('a row with every key masked says that its weights are zeros by definition', async () => {
  await set(lab, { source: 'random', n: 4, heads: 1, dk: 4, mask: 'painted', painted: { rows: 4, cols: 4, runs: [4, 4, 8] }, locked: null });
  const code = await open(1, 2);
  expect(await drawer().innerText()).toContain(say('en', 'whyEmpty'));
  expect(runPasted(code).printed).toBe(0);
  await close();
  // The meters count it and leave it out of their means.
  await lab.page.getByText(say('en', 'emptyRows', { n: 1 })).waitFor();
});

test('a file of scores shows the score instead of products', async () => {
  await openBytes(lab, npz({ scores: array([2, 5, 5]) }), 'scores.npz');
  await set(lab, { mask: 'none', scale: 'off', head: 1 });
  const code = await open(2, 3);
  const at = (1 * 5 + 2) * 5 + 3;
  expect(await drawer().innerText()).toContain(say('en', 'whyProductsFile'));
  expect(asShown(await value('whyScore'), (await read(lab, 'scores')).data[at]!)).toBe(true);
  expect(Math.abs(runPasted(code).printed - (await read(lab, 'weights')).data[at]!)).toBeLessThanOrEqual(5e-7);
  await close();
});

test('the drawer never covers the cell that it explains', async () => {
  await set(lab, { source: 'random', n: 8, heads: 2, dk: 4, mask: 'none', scale: 'rsqrt', head: 0, locked: null });
  for (const col of [0, 3, 7]) {
    await open(4, col);
    const cover = (await drawer().boundingBox())!;
    const map = (await lab.page.getByRole('application').first().boundingBox())!;
    const middle = map.x + ((col + 0.5) * map.width) / 8;
    expect(middle < cover.x || middle > cover.x + cover.width, `column ${col}`).toBe(true);
    await close();
  }
});

test('it follows the controls while it is open', async () => {
  await set(lab, { source: 'random', n: 8, heads: 2, dk: 16, mask: 'none', scale: 'rsqrt', head: 0, locked: null });
  await open(1, 2);
  await set(lab, { scale: 'off' });
  const at = 1 * 8 + 2;
  const weight = (await read(lab, 'weights')).data[at]!;
  await expect.poll(async () => asShown(await value('whyQuotient'), weight)).toBe(true);
  await close();
});

test('a number of the output is the sum of weight times value over the keys', async () => {
  await set(lab, { source: 'random', n: 9, heads: 2, dk: 6, mask: 'causal', scale: 'rsqrt', head: 1, stage: 'output', locked: null });
  const map = lab.page.getByRole('application');
  const { width, height } = (await map.boundingBox())!;
  await map.click({ position: { x: (2.5 * width) / 6, y: (7.5 * height) / 9 } });
  await lab.page.getByRole('button', { name: say('en', 'why') }).click();
  await drawer().getByRole('button', { name: say('en', 'copyNumpy') }).click();
  await drawer().getByText(say('en', 'copied'), { exact: true }).waitFor();
  const { printed, shown } = runPasted(await lab.page.evaluate(() => navigator.clipboard.readText()));
  const output = (await read(lab, 'output')).data[(1 * 9 + 7) * 6 + 2]!;
  expect(Math.fround(shown!)).toBe(output);
  // Nine products of a weight below 1 and a value below 4, each rounded to f32.
  expect(Math.abs(printed - output)).toBeLessThanOrEqual(9 * 4 * 2 ** -24);
  const sum = await drawer().locator('li', { hasText: say('en', 'whyOutputSum') }).locator('.value').innerText();
  expect(asShown(shownNumber(sum), output)).toBe(true);
  await close();
  // Another dimension of the same row is another cell; the same again unlocks.
  await map.click({ position: { x: (4.5 * width) / 6, y: (7.5 * height) / 9 } });
  expect(await lab.page.evaluate(() => globalThis.lab.params.locked)).toMatchObject({ row: 7 });
  await map.click({ position: { x: (4.5 * width) / 6, y: (7.5 * height) / 9 } });
  expect(await lab.page.evaluate(() => globalThis.lab.params.locked)).toBeNull();
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
