/** A|B: the present setting pinned as A beside whatever B becomes, on one stage; and the pointer on the maps. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { press, tabTo } from './lib/keyboard';
import { decodePng, pixelAt } from './lib/png';
import { paramsOf, read, reload, say, set, until, visit } from './lib/visit';

const START = { source: 'random', n: 4, heads: 2, dk: 64, scale: 'rsqrt', mask: 'none', stage: 'weights', compare: '', difference: false, locked: null, head: 0, wipe: 50, root: false };

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
});
beforeEach(() => set(lab, START));
afterAll(() => lab?.close());

const map = () => lab.page.getByRole('application').first();
const wipe = () => lab.page.getByRole('slider', { name: say('en', 'wipe') });

/** The colours of the cells of the large map, row by row; the wipe's handle throws its shadow on the last row. */
async function colours(cells = 4): Promise<number[]> {
  await lab.page.mouse.move(1, 1);
  // A focused wipe may have scrolled the map's first row out of sight.
  await map().scrollIntoViewIfNeeded();
  const box = (await map().boundingBox())!;
  const picture = decodePng(await lab.page.screenshot({ clip: box }));
  // A third of a cell off the middle, where no number, cross or wipe stands.
  return Array.from({ length: cells * cells }, (_, at) => pixelAt(picture, ((at % cells) + 0.2) * (picture.width / cells), (Math.floor(at / cells) + 0.2) * (picture.height / cells)));
}

describe('A|B', () => {
  test('A stands left of the wipe and B right of it; the wipe moves by keyboard and stays in the link', async () => {
    const upper = async () => (await colours()).slice(0, 12);
    const a = await upper();
    await set(lab, { scale: 'off' });
    const b = await upper();
    expect(b).not.toEqual(a);
    await set(lab, { scale: 'rsqrt' });
    await lab.page.getByRole('button', { name: say('en', 'pin') }).click();
    await until(lab, `lab.params.compare !== ''`);
    await set(lab, { scale: 'off' });
    const sides = (fromB: number) => a.map((colour, at) => (at % 4 >= fromB ? b[at] : colour));
    expect(await upper()).toEqual(sides(2));
    await tabTo(lab.page, wipe());
    await press(lab.page, 'Home');
    await until(lab, 'lab.params.wipe === 0');
    expect(await upper()).toEqual(b);
    await press(lab.page, 'PageUp', 'PageUp', 'ArrowRight');
    await until(lab, 'lab.params.wipe === 22');
    expect(await wipe().getAttribute('aria-valuenow')).toBe('22');
    await press(lab.page, 'End');
    await until(lab, 'lab.params.wipe === 100');
    expect(await upper()).toEqual(a);
    await set(lab, { wipe: 60 });
    await reload(lab);
    expect((await paramsOf(lab)).wipe).toBe(60);
    // The colour of column 2 is taken at 55 %, left of the wipe.
    expect(await upper()).toEqual(sides(3));
  });

  test('the wipe is dragged with the pointer', async () => {
    await lab.page.getByRole('button', { name: say('en', 'pin') }).click();
    await wipe().waitFor();
    const box = (await map().boundingBox())!;
    const y = box.y + box.height / 2;
    await lab.page.mouse.move(box.x + box.width / 2, y);
    await lab.page.mouse.down();
    await lab.page.mouse.move(box.x + box.width * 0.3, y, { steps: 4 });
    await lab.page.mouse.move(box.x + box.width * 0.25, y);
    await lab.page.mouse.up();
    await until(lab, 'Math.abs(lab.params.wipe - 25) <= 1');
    // It did not lock a cell on its way.
    expect((await paramsOf(lab)).locked).toBeNull();
  });

  test('the difference map is B − A, white where they agree', async () => {
    await set(lab, { compare: 'source=random&n=4&heads=2&mask=causal', mask: 'causal' });
    const toggle = lab.page.getByRole('switch', { name: say('en', 'difference') });
    await toggle.click();
    await until(lab, 'lab.params.difference');
    const none = await colours();
    expect(new Set(none).size, 'A equals B: one colour').toBe(1);
    expect(await wipe().count()).toBe(0);
    await set(lab, { mask: 'none' });
    const some = await colours();
    // Row 3 sees all keys under both masks; row 0 sees one key in A and four in B.
    expect(some.slice(12)).toEqual(none.slice(12));
    expect(some[0]).not.toBe(none[0]);
    await toggle.click();
    await until(lab, '!lab.params.difference');
    await wipe().waitFor();
  });

  test('of different sizes there is no difference map, and the page says so', async () => {
    await set(lab, { compare: 'source=random&n=7&heads=2' });
    await lab.page.getByText(say('en', 'differentShapes')).waitFor();
    expect(await lab.page.getByRole('switch', { name: say('en', 'difference') }).count()).toBe(0);
  });

  test('unpinning ends it', async () => {
    await set(lab, { compare: 'scale=off' });
    await lab.page.getByRole('button', { name: say('en', 'unpin') }).click();
    await until(lab, `lab.params.compare === ''`);
    expect(await wipe().count()).toBe(0);
  });
});

describe('the pointer', () => {
  test('hover lights row and column in every panel, a click locks, a second one unlocks', async () => {
    const box = (await map().boundingBox())!;
    const over = [box.x + (2.5 * box.width) / 4, box.y + (1.5 * box.height) / 4] as const;
    await lab.page.mouse.move(...over);
    await lab.page.getByRole('heading', { name: say('en', 'lockedRow', { token: '1', stage: say('en', 'stageWeights') }) }).waitFor();
    // The strip's five, the stage, two heads and the projection's absence: text has one, random none.
    const crosses = () => lab.page.locator('svg .row').count();
    await expect.poll(crosses).toBe(5 + 1 + 2);
    await lab.page.mouse.click(...over);
    await until(lab, 'lab.params.locked?.row === 1 && lab.params.locked?.col === 2');
    await lab.page.mouse.move(1, 1);
    await expect.poll(crosses).toBe(5 + 1 + 2);
    await lab.page.mouse.click(...over);
    await until(lab, 'lab.params.locked === null');
    await lab.page.mouse.move(1, 1);
    await expect.poll(crosses).toBe(0);
  });

  test('hover shows what is under it in both of A and B', async () => {
    await set(lab, { compare: 'source=random&n=4&heads=2&scale=off' });
    const box = (await map().boundingBox())!;
    await lab.page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.9);
    await lab.page.getByRole('heading', { name: say('en', 'lockedRow', { token: '3', stage: say('en', 'stageWeights') }) }).waitFor();
    const bars = await lab.page.locator('.row [role=option]').evaluateAll((options) => options.map((option) => option.getAttribute('aria-label')!));
    const { data } = await read(lab, 'weights');
    expect(bars.map((label) => Number(label.split(': ')[1]))).toEqual(data.slice(12, 16).map((weight) => Number(weight.toFixed(2))));
  });

  test('a click on a small map puts its stage on the stage, a click on a head chooses it', async () => {
    await lab.page.locator('.strip .surface').first().click();
    await until(lab, `lab.params.stage === 'scores'`);
    await lab.page.getByRole('radio', { name: say('en', 'headName', { n: 1 }) }).click();
    await until(lab, 'lab.params.head === 1');
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
