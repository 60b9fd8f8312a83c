/** Everything that the workbench offers, with Tab, arrows and Enter alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { press, tabTo, unnamed } from './lib/keyboard';
import { paramsOf, read, say, set, until, visit } from './lib/visit';

const EMPTY_MASK = { mask: 'none', painted: null, locked: null, compare: '', stage: 'weights', off: [] };

let lab: Lab;
const page = () => lab.page;
const slider = (key: 'heads' | 'headDim' | 'factor' | 'window' | 'wipe') => page().getByRole('slider', { name: say('en', key), exact: true });
const map = () => page().getByRole('application').first();
/** What a screen reader is told last. */
const spoken = () => page().locator('.canvas [aria-live=polite]').innerText();

beforeAll(async () => {
  lab = await visit();
});
afterAll(() => lab?.close());

describe('controls', () => {
  beforeEach(async () => {
    await set(lab, { ...EMPTY_MASK, source: 'text', heads: 8, dk: 64, scale: 'rsqrt', seed: 1, head: 0 });
    await page().evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  });

  test('heads and d_k', async () => {
    await tabTo(page(), slider('heads'));
    await press(page(), 'ArrowLeft', 'ArrowLeft');
    await until(lab, 'lab.params.heads === 6');
    await press(page(), 'End');
    await until(lab, 'lab.params.heads === 16');
    expect((await read(lab, 'weights')).shape[0]).toBe(16);
    await tabTo(page(), slider('headDim'));
    await press(page(), 'Home');
    await until(lab, 'lab.params.dk === 1');
    await press(page(), 'ArrowRight');
    await until(lab, 'lab.params.dk === 2');
  });

  test('a number typed exactly; one that is none gets a sentence and changes nothing', async () => {
    const field = page().getByRole('textbox', { name: say('en', 'headDim') });
    await tabTo(page(), field);
    await press(page(), 'Control+a', '9', '6', 'Enter');
    await until(lab, 'lab.params.dk === 96');
    await press(page(), 'Control+a', 'x', 'Enter');
    await page().getByText(say('en', 'badNumber', { typed: 'x', min: 1, max: 4096 })).waitFor();
    expect((await paramsOf(lab)).dk).toBe(96);
  });

  test('scale: off, and by the factor back onto 1/√d_k', async () => {
    // Segments where they fit, a menu where they do not: the keyboard works both.
    const choice = page().getByRole('combobox', { name: say('en', 'scaling') }).or(page().getByRole('radio', { name: say('en', 'scaleRsqrt'), exact: true }));
    await tabTo(page(), choice);
    await press(page(), 'ArrowUp');
    await until(lab, `lab.params.scale === 'off'`);
    const { data } = await read(lab, 'scores');
    expect((await read(lab, 'scaled')).data).toEqual(data);
    await tabTo(page(), slider('factor'));
    await press(page(), 'ArrowLeft');
    await until(lab, `typeof lab.params.scale === 'number'`);
    for (let step = 0; step < 60 && (await paramsOf(lab)).scale !== 'rsqrt'; step++) await press(page(), 'PageDown', 'ArrowLeft');
    for (let step = 0; step < 60 && (await paramsOf(lab)).scale !== 'rsqrt'; step++) await press(page(), 'ArrowRight');
    expect((await paramsOf(lab)).scale).toBe('rsqrt');
  });

  test('mask and its number', async () => {
    const mask = page().getByRole('combobox', { name: say('en', 'mask'), exact: true });
    await tabTo(page(), mask);
    await press(page(), 's', 'Enter');
    await until(lab, `lab.params.mask === 'window'`);
    await tabTo(page(), slider('window'));
    await press(page(), 'ArrowLeft');
    await until(lab, 'lab.params.window === 3');
    const { data } = await read(lab, 'masked');
    expect(data.slice(5 * 11, 6 * 11).map(Number.isFinite)).toEqual([false, false, false, true, true, true, false, false, false, false, false]);
  });

  test('seed: re-rolled by the button, and typed', async () => {
    await tabTo(page(), page().getByRole('button', { name: say('en', 'reroll') }));
    await press(page(), 'Enter');
    await until(lab, 'lab.params.seed !== 1');
    const first = (await paramsOf(lab)).seed;
    await press(page(), 'Space');
    await until(lab, `lab.params.seed !== ${first}`);
    await page().keyboard.press('Shift+Tab');
    await press(page(), 'Control+a', '1', 'Enter');
    await until(lab, 'lab.params.seed === 1');
  });

  test('heads: chosen by arrows, taken out of the output by Space', async () => {
    await tabTo(page(), page().getByRole('radio', { name: say('en', 'headName', { n: 0 }) }));
    await press(page(), 'ArrowRight', 'ArrowRight');
    await until(lab, 'lab.params.head === 2');
    const before = await read(lab, 'projected');
    await tabTo(page(), page().getByRole('checkbox', { name: say('en', 'headOn', { n: 1 }) }));
    await press(page(), 'Space');
    await until(lab, `lab.params.off.join() === '1'`);
    expect((await read(lab, 'projected')).data).not.toEqual(before.data);
  });

  test('source and split', async () => {
    await tabTo(page(), page().getByRole('radio', { name: say('en', 'sourceText'), exact: true }));
    await press(page(), 'ArrowRight');
    await until(lab, `lab.params.source === 'random'`);
    expect((await read(lab, 'weights')).shape[1]).toBe(64);
  });

  test('keys 1 to 5 put a stage on the stage, but not while one types', async () => {
    for (const [key, stage] of [['1', 'scores'], ['2', 'scaled'], ['3', 'masked'], ['5', 'output'], ['4', 'weights']] as const) {
      await press(page(), key);
      await until(lab, `lab.params.stage === '${stage}'`);
      expect(await page().locator('section.stage h2').innerText()).toContain(say('en', `stage${stage[0]!.toUpperCase()}${stage.slice(1)}Long` as 'stageScoresLong'));
    }
    await page().getByRole('textbox', { name: say('en', 'textLabel') }).focus();
    await press(page(), 'End', '1', 'p');
    await until(lab, `lab.params.text.endsWith('1p')`);
    expect((await paramsOf(lab)).stage).toBe('weights');
    expect(await page().locator('html[data-presenter]').count()).toBe(0);
    await set(lab, { text: 'back to words' });
  });

  test('P is presenter mode: larger type, and off again', async () => {
    const size = () => page().evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
    const before = await size();
    await press(page(), 'p');
    // 28 of the 1920 pixels of a full-HD screen, whatever the window's width.
    await expect.poll(size).toBeCloseTo((28 / 1920) * 1280, 1);
    expect(await page().evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await press(page(), 'p');
    await expect.poll(size).toBe(before);
  });

  test('handles of the formula open their stage', async () => {
    await tabTo(page(), page().getByRole('button', { name: say('en', 'symbolMask') }));
    await press(page(), 'Enter');
    await until(lab, `lab.params.stage === 'masked'`);
  });
});

describe('the map', () => {
  beforeEach(async () => {
    await set(lab, { ...EMPTY_MASK, source: 'text', text: 'one two three four', heads: 2, dk: 8, scale: 'rsqrt', head: 0 });
    await page().evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  });

  test('arrows walk, each cell is spoken, Enter locks and Escape unlocks', async () => {
    await tabTo(page(), map());
    await press(page(), 'ArrowRight', 'ArrowRight', 'ArrowDown');
    const { data } = await read(lab, 'weights');
    await expect.poll(spoken).toBe(say('en', 'cell', { query: 'two', key: 'two', what: say('en', 'cellWeight'), value: data[5]!.toFixed(2) }));
    await press(page(), 'Enter');
    await until(lab, 'lab.params.locked?.row === 1 && lab.params.locked?.col === 1');
    await press(page(), 'End');
    await expect.poll(spoken).toContain('key “four”');
    await press(page(), 'Escape');
    await until(lab, 'lab.params.locked === null');
  });

  test('"Why this number?" opens by Enter, closes by Escape, and the focus comes back', async () => {
    await tabTo(page(), map());
    await press(page(), 'ArrowRight', 'ArrowRight', 'Enter');
    await until(lab, 'lab.params.locked?.col === 1');
    const why = page().getByRole('button', { name: say('en', 'why') });
    await tabTo(page(), why);
    await press(page(), 'Enter');
    const drawer = page().getByRole('dialog', { name: say('en', 'why') });
    await drawer.waitFor();
    await tabTo(page(), drawer.getByRole('button', { name: say('en', 'copyNumpy') }));
    await press(page(), 'Enter');
    await drawer.getByText(new RegExp(`${say('en', 'copied')}|Ctrl`)).waitFor();
    await press(page(), 'Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(await why.evaluate((button) => button === document.activeElement)).toBe(true);
    // The lock outlives the drawer.
    expect((await paramsOf(lab)).locked).toEqual({ row: 0, col: 1 });
  });

  test('cells are painted by Enter, and are spoken as masked', async () => {
    await tabTo(page(), page().getByRole('button', { name: say('en', 'paint') }));
    await press(page(), 'Enter');
    await until(lab, `lab.params.stage === 'masked'`);
    await tabTo(page(), map());
    await press(page(), 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Enter');
    await until(lab, `lab.params.mask === 'painted'`);
    expect((await read(lab, 'masked')).data.slice(0, 16).map((score) => score === -Infinity)).toEqual(Array.from({ length: 16 }, (_, at) => at === 5));
    // The numbers are read back a moment after the picture.
    const comeAgain = async () => {
      await press(page(), 'ArrowDown', 'ArrowUp');
      return spoken();
    };
    await expect.poll(comeAgain).toBe(say('en', 'cellMasked', { query: 'two', key: 'two' }));
    await press(page(), 'Enter');
    await expect.poll(async () => (await read(lab, 'masked')).data.includes(-Infinity)).toBe(false);
    await tabTo(page(), page().getByRole('button', { name: say('en', 'paintDone') }));
    await press(page(), 'Enter');
  });

  test('+ and 0 zoom a large map, and arrows take the window along', async () => {
    await set(lab, { text: Array.from({ length: 256 }, (_, i) => `w${i}`).join(' '), heads: 1, dk: 4 });
    await tabTo(page(), map());
    const labels = () => page().locator('.canvas .words').innerText();
    const whole = await labels();
    await press(page(), '+', '+', '+', '+');
    await expect.poll(labels).not.toBe(whole);
    const zoomed = await labels();
    await press(page(), 'Control+End', 'Control+End');
    await expect.poll(labels).not.toBe(zoomed);
    await press(page(), '0');
    await until(lab, `document.querySelector('.canvas .words').innerText.includes('w0')`);
    await expect.poll(labels).not.toBe(zoomed);
  });
});

describe('names', () => {
  test.each([
    ['at first', { source: 'text', stage: 'weights' }],
    ['with a file button, a mask with a number, A pinned and a locked cell', { mask: 'window', compare: 'scale=off', locked: { row: 2, col: 1 }, stage: 'scores' }],
    ['on the output of random numbers', { source: 'random', n: 12, stage: 'output' }],
  ])('everything one can act on has one: %s', async (_, setting) => {
    await set(lab, { ...EMPTY_MASK, ...setting });
    expect(await unnamed(page())).toEqual([]);
  });

  test('in the drawer and the open table as well', async () => {
    await set(lab, { ...EMPTY_MASK, source: 'random', n: 6, locked: { row: 1, col: 2 } });
    await page().getByRole('button', { name: say('en', 'why') }).click();
    await page().getByRole('dialog').getByRole('button', { name: say('en', 'copyNumpy') }).waitFor();
    await page().locator('details.table summary').press('Enter');
    await page().getByRole('table').waitFor();
    expect(await unnamed(page())).toEqual([]);
    await page().keyboard.press('Escape');
    // A nameless one would be seen.
    await page().evaluate(() => document.querySelector('main')!.append(document.createElement('button')));
    expect(await unnamed(page())).toEqual([expect.stringContaining('button')]);
    await page().evaluate(() => document.querySelector('main > button')!.remove());
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
