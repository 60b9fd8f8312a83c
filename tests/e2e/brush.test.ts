/** The mask painted by hand: strokes, their steps in the history, presets as a start, and other sizes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { notices, paramsOf, read, reload, say, set, until, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit({ path: '#/?source=random&n=6&heads=2&dk=8' });
  await lab.page.getByRole('button', { name: say('en', 'paint') }).click();
  await until(lab, `lab.params.stage === 'masked'`);
});
afterAll(() => lab?.close());

/** Which cells of the first head are hidden, as "row,col" in reading order. */
async function hidden(): Promise<string[]> {
  const { shape, data } = await read(lab, 'masked');
  const [, m, n] = shape as [number, number, number];
  return Array.from({ length: m * n }, (_, at) => at).filter((at) => data[at] === -Infinity).map((at) => `${Math.floor(at / n)},${at % n}`);
}

/** Drags over cells of the large map. */
async function drag(cells: readonly (readonly [row: number, col: number])[]): Promise<void> {
  const box = (await lab.page.getByRole('application').first().boundingBox())!;
  const at = ([row, col]: readonly [number, number]) => [box.x + ((col + 0.5) * box.width) / 6, box.y + ((row + 0.5) * box.height) / 6] as const;
  await lab.page.mouse.move(...at(cells[0]!));
  await lab.page.mouse.down();
  for (const cell of cells.slice(1)) await lab.page.mouse.move(...at(cell));
  await lab.page.mouse.up();
}

describe('the brush', () => {
  test('hides every cell that a stroke passes, also between two events of a fast hand', async () => {
    await drag([[1, 0], [1, 5]]);
    expect(await hidden()).toEqual(['1,0', '1,1', '1,2', '1,3', '1,4', '1,5']);
    expect((await paramsOf(lab)).mask).toBe('painted');
    // A row with every key masked has weights 0, and is counted.
    expect((await read(lab, 'weights')).data.slice(6, 12)).toEqual([0, 0, 0, 0, 0, 0]);
    await lab.page.getByText(say('en', 'emptyRows', { n: 2 })).waitFor();
  });

  test('shows again where the first cell of the stroke was hidden', async () => {
    await drag([[1, 3], [1, 5], [2, 5]]);
    expect(await hidden()).toEqual(['1,0', '1,1', '1,2']);
  });

  test('does not lock cells meanwhile', async () => {
    expect((await paramsOf(lab)).locked).toBeNull();
  });

  test('each stroke is one step back in the history', async () => {
    await lab.page.goBack();
    await until(lab, `lab.params.painted?.runs.join() === '6,6,24'`);
    expect(await hidden()).toHaveLength(6);
    await lab.page.goBack();
    await until(lab, `lab.params.mask === 'none'`);
    expect(await hidden()).toEqual([]);
    await lab.page.goForward();
    await lab.page.goForward();
    await until(lab, `lab.params.painted?.runs.join() === '6,3,27'`);
    expect(await hidden()).toEqual(['1,0', '1,1', '1,2']);
  });

  test('what is painted survives a reload', async () => {
    await reload(lab);
    expect(await hidden()).toEqual(['1,0', '1,1', '1,2']);
  });

  test('on another size the painted cells stay, new ones are visible, and one line says so', async () => {
    await set(lab, { n: 8 });
    expect(await hidden()).toEqual(['1,0', '1,1', '1,2']);
    expect(await notices(lab)).toEqual([say('en', 'paintedElsewhere', { rows: 6, cols: 6, m: 8, n: 8 })]);
    await set(lab, { n: 6 });
    expect(await notices(lab)).toEqual([]);
  });
});

describe('presets', () => {
  const visible: Record<string, (i: number, j: number) => boolean> = {
    causal: (i, j) => j <= i,
    padding: (_, j) => j < 4,
    'causal-padding': (i, j) => j <= i && j < 4,
    window: (i, j) => j <= i && i - j < 2,
    prefix: (i, j) => j <= i || j < 3,
    blocks: (i, j) => Math.floor(i / 2) === Math.floor(j / 2),
    none: () => true,
  };

  test.each(Object.keys(visible))('%s', async (mask) => {
    await set(lab, { mask: 'none', window: 2, prefix: 3, padding: 2, block: 2 });
    if (mask !== 'none') await lab.page.getByRole('combobox', { name: say('en', 'mask'), exact: true }).selectOption(mask);
    await until(lab, `lab.params.mask === '${mask}'`);
    const expected = Array.from({ length: 36 }, (_, at) => [Math.floor(at / 6), at % 6] as const).filter(([i, j]) => !visible[mask]!(i, j));
    expect(await hidden()).toEqual(expected.map(([i, j]) => `${i},${j}`));
  });

  test('are where painting starts from', async () => {
    await set(lab, { mask: 'causal', painted: null, stage: 'masked' });
    await lab.page.getByRole('button', { name: say('en', 'paint'), exact: true }).click();
    await drag([[0, 5], [0, 5]]);
    await until(lab, `lab.params.mask === 'painted'`);
    const causal = Array.from({ length: 36 }, (_, at) => [Math.floor(at / 6), at % 6] as const).filter(([i, j]) => j > i);
    expect(await hidden()).toEqual(causal.map(([i, j]) => `${i},${j}`).filter((cell) => cell !== '0,5'));
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
