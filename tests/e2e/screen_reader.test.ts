/** Who does not see the maps gets the same numbers: as tables, and cell by cell under the arrow keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { press } from './lib/keyboard';
import { read, say, set, shownNumber, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
  await set(lab, { text: 'one two three four five', heads: 2, dk: 8, mask: 'causal', head: 1 });
});
afterAll(() => lab?.close());

const STAGES = ['scores', 'scaled', 'masked', 'weights', 'output'] as const;
const table = () => lab.page.locator('section.stage details.table');
const cells = () => table().locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent!.trim())));

describe('the table behind the map', () => {
  test('is opened by the keyboard, from a name that says what it holds', async () => {
    const summary = table().locator('summary');
    expect(await summary.innerText()).toBe(say('en', 'table', { stage: say('en', 'stageWeights'), head: 1 }));
    await summary.press('Enter');
    await lab.page.getByRole('table', { name: say('en', 'table', { stage: say('en', 'stageWeights'), head: 1 }) }).waitFor();
  });

  test.each(STAGES)('holds the numbers of %s, and says what is masked', async (stage) => {
    await set(lab, { stage });
    const { shape, data } = await read(lab, stage);
    const { data: masked } = await read(lab, 'masked');
    const [, m, n] = shape as [number, number, number];
    await expect.poll(async () => (await cells()).flat().filter((text) => text === '…')).toEqual([]);
    const shown = await cells();
    expect([shown.length, shown[0]!.length]).toEqual([m, n]);
    for (let at = 0; at < m * n; at++) {
      const [text, value] = [shown[Math.floor(at / n)]![at % n]!, data[m * n + at]!];
      if ((stage === 'masked' || stage === 'weights') && masked[m * n + at] === -Infinity) expect(text).toBe(say('en', 'maskedShort'));
      // Two decimals, or two significant figures of a small number.
      else expect(Math.abs(shownNumber(text) - value)).toBeLessThanOrEqual(Math.abs(value) < 0.005 ? 0.05 * Math.abs(value) : 0.005 + 1e-6);
    }
  });

  test('names its rows and columns by the tokens', async () => {
    await set(lab, { stage: 'weights' });
    expect(await table().locator('thead th').allInnerTexts()).toEqual([`${say('en', 'query')} ${say('en', 'key')}`, 'one', 'two', 'three', 'four', 'five']);
    expect(await table().locator('tbody th').allInnerTexts()).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(await table().locator('th:not([scope])').count()).toBe(0);
  });

  test('of a large map it holds the part around the locked cell, and says which', async () => {
    await set(lab, { source: 'random', n: 200, heads: 1, dk: 4, mask: 'none', locked: { row: 150, col: 20 } });
    await lab.page.getByText(say('en', 'tablePart', { firstRow: 119, lastRow: 182, rows: 200, firstCol: 1, lastCol: 64, cols: 200 })).waitFor();
    await expect.poll(async () => (await cells()).flat().includes('…')).toBe(false);
    const { data } = await read(lab, 'weights');
    expect(Math.abs(shownNumber((await cells())[150 - 118]![20]!) - data[150 * 200 + 20]!)).toBeLessThanOrEqual(0.005);
    await set(lab, { source: 'text', heads: 2, dk: 8, mask: 'causal', locked: null });
  });
});

describe('the map', () => {
  test.each(STAGES)('%s is a focusable application that names itself, its keys and each cell', async (stage) => {
    await set(lab, { stage });
    const map = lab.page.locator('section.stage').getByRole('application');
    expect(await map.count()).toBe(1);
    expect(await map.getAttribute('aria-roledescription')).toBe(say('en', 'heatMap'));
    expect(await map.getAttribute('aria-label')).toBe(say('en', `stage${stage[0]!.toUpperCase()}${stage.slice(1)}Long` as 'stageScoresLong'));
    const help = await map.getAttribute('aria-describedby');
    expect(await lab.page.locator(`[id="${help}"]`).innerText()).toBe(say('en', 'mapHelp'));
    await map.focus();
    const spoken = () => lab.page.locator('.canvas [aria-live=polite]').innerText();
    // Until the numbers are read back a cell is "…".
    const firstCell = async () => {
      await press(lab.page, 'Control+Home', 'Control+Home');
      return spoken();
    };
    const { data, shape } = await read(lab, stage);
    const value = data[shape[1]! * shape[2]!]!;
    await expect.poll(async () => shownNumber(/(\S+)$/.exec(await firstCell())![1]!)).toBeCloseTo(value, 1);
    expect(await spoken()).toMatch(stage === 'output' ? /^query “one”, dimension 0, value / : /^query “one”, key “one”, (weight|score|scaled score) /);
    if (stage === 'masked' || stage === 'weights') {
      await press(lab.page, 'ArrowRight');
      expect(await spoken()).toBe(say('en', 'cellMasked', { query: 'one', key: 'two' }));
    }
    await map.blur();
  });

  test('pictures without a keyboard of their own are hidden, not silent stops', async () => {
    expect(await lab.page.locator('canvas:not([aria-hidden=true])').count()).toBe(await lab.page.locator('[role=img] canvas').count());
    expect(await lab.page.locator('[role=presentation][tabindex]').count()).toBe(0);
  });
});

test('what happens is announced: messages and the backend are live regions', async () => {
  expect(await lab.page.getByRole('banner').getByRole('status').count()).toBe(1);
  await lab.page.evaluate(() => (location.hash = '#/?heads=99'));
  const notice = lab.page.locator('.notice');
  await notice.waitFor();
  expect(await notice.getAttribute('role')).toBe('alert');
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
