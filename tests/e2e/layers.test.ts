/** All layers of an opened file: one grid, one draw call, walked by keyboard, pointed at, put on the stage, exported. */
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNpy } from '../../src/formats/npy';
import type { Lab } from './lib/browser';
import { array, npz } from './lib/files';
import { press } from './lib/keyboard';
import { countColours, decodePng } from './lib/png';
import { openBytes, paramsOf, read, say, sayFrame, set, speak, until, visit } from './lib/visit';

const [LAYERS, HEADS, N] = [3, 4, 5];
const FILE = npz({ scores: array([LAYERS, HEADS, N, N], 3) });

/** Notes how many maps each draw call on the page paints. */
const COUNT_DRAWS = `{
  globalThis.drawn = [];
  const { draw } = GPURenderPassEncoder.prototype;
  GPURenderPassEncoder.prototype.draw = function (vertices, instances, ...rest) {
    globalThis.drawn.push(instances);
    return draw.call(this, vertices, instances, ...rest);
  };
}`;

let lab: Lab;
beforeAll(async () => {
  lab = await visit({ initScript: COUNT_DRAWS, reducedMotion: 'reduce' });
  await openBytes(lab, FILE, 'layers.npz');
  await set(lab, { mask: 'causal', scale: 'off' });
});
afterAll(() => lab?.close());

const panel = () => lab.page.locator('section.layers');
const grid = () => panel().getByRole('application', { name: say('en', 'layersGrid') });
const where = () => panel().locator('.where').innerText();
const toggle = () => panel().getByRole('switch', { name: say('en', 'allLayersShow') });
const known = () => until(lab, `/nats/.test(document.querySelector('section.layers .where')?.textContent ?? '')`);
const draws = () => lab.page.evaluate(() => (globalThis as unknown as { drawn: number[] }).drawn.splice(0));

/** The weights [layers, heads, n, n] as the stage has them, layer by layer; the layer is what it was before. */
async function layerByLayer(): Promise<number[]> {
  const { layer } = await paramsOf(lab);
  const all: number[] = [];
  for (let at = 0; at < LAYERS; at++) {
    await set(lab, { layer: at });
    all.push(...(await read(lab, 'weights')).data);
  }
  await set(lab, { layer });
  return all;
}

async function exported(): Promise<{ name: string; shape: readonly number[]; data: number[] }> {
  const title = `${say('en', 'allLayers')} · ${say('en', 'stageWeights')}`;
  await lab.page.getByRole('button', { name: sayFrame('en', 'export', { title }), exact: true }).click();
  const [file] = await Promise.all([lab.page.waitForEvent('download'), lab.page.getByRole('menuitem', { name: '.npy' }).click()]);
  await lab.page.keyboard.press('Escape');
  const tensor = parseNpy(new Uint8Array(await readFile(await file.path())), file.suggestedFilename());
  if (!('data' in tensor)) throw new Error('No numbers in the file.');
  return { name: file.suggestedFilename(), shape: tensor.shape, data: Array.from(tensor.data as Float32Array) };
}

test('until it is asked for nothing of it is computed or drawn', async () => {
  expect((await paramsOf(lab)).layers).toBe(false);
  expect(lab.page.url()).not.toContain('layers');
  await toggle().waitFor();
  expect(await panel().locator('canvas').count()).toBe(0);
  await draws();
  await set(lab, { scale: 0.5 });
  expect((await draws()).filter((maps) => maps === LAYERS * HEADS)).toEqual([]);
  await set(lab, { scale: 'off' });
});

describe('the grid', () => {
  test('is switched on by its switch, and the address says so', async () => {
    await toggle().click();
    await grid().waitFor();
    await known();
    expect((await paramsOf(lab)).layers).toBe(true);
    await until(lab, `location.hash.includes('layers=1')`);
  });

  test('is painted by one draw call of all maps, in many colours', async () => {
    await panel().scrollIntoViewIfNeeded();
    await draws();
    await set(lab, { scale: 0.9 });
    await set(lab, { scale: 'off' });
    const calls = await draws();
    // Each of the two changes: one call of 12 maps, and none of the grid besides. No other picture has as many maps.
    expect(calls.filter((maps) => maps === LAYERS * HEADS)).toHaveLength(2);
    expect(countColours(decodePng(await panel().locator('canvas.mark[aria-hidden]').screenshot()))).toBeGreaterThan(50);
  });

  test('holds the weights of every layer at the present scale and mask, and follows them', async () => {
    for (const change of [{ scale: 'off', mask: 'causal' }, { scale: 0.25, mask: 'none' }] as const) {
      await set(lab, change);
      const file = await exported();
      expect(file.shape).toEqual([LAYERS, HEADS, N, N]);
      expect(file.name).toMatch(/^attention-weights_layers-3_heads-4_n-5_/);
      const expected = await layerByLayer();
      // The same kernels on the same rows.
      file.data.forEach((weight, at) => expect(Math.abs(weight - expected[at]!)).toBeLessThanOrEqual(1e-6));
    }
    await set(lab, { scale: 'off', mask: 'causal' });
  });

  test('labels both axes', async () => {
    const words = await panel().locator('.grid').innerText();
    expect(words).toContain(`${say('en', 'layerAxis')} ${say('en', 'headAxis')}`);
    for (let head = 0; head < HEADS; head++) expect(words.split(/\s+/)).toContain(String(head));
    await panel().locator('.legend').waitFor();
  });

  test('says layer, head, pattern and entropy of the map that is pointed at', async () => {
    await set(lab, { layer: 0, head: 0 });
    const box = (await grid().boundingBox())!;
    await lab.page.mouse.move(box.x + (2.5 / HEADS) * box.width, box.y + (1.5 / LAYERS) * box.height);
    const weights = (await layerByLayer()).slice((1 * HEADS + 2) * N * N, (1 * HEADS + 3) * N * N);
    const entropy = weights.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0) / N;
    await expect.poll(where).toMatch(new RegExp(`^layer 1, head 2, (.+, )?entropy ${entropy.toFixed(2)} nats$`));
  });

  test('puts a map on the stage by a click', async () => {
    const box = (await grid().boundingBox())!;
    await lab.page.mouse.click(box.x + (3.5 / HEADS) * box.width, box.y + (2.5 / LAYERS) * box.height);
    await until(lab, `lab.params.layer === 2 && lab.params.head === 3`);
    await lab.page.locator('section.stage h2').getByText('layer 2, head 3').waitFor();
    // Once more leaves it there.
    await lab.page.mouse.click(box.x + (3.5 / HEADS) * box.width, box.y + (2.5 / LAYERS) * box.height);
    expect(await paramsOf(lab)).toMatchObject({ layer: 2, head: 3 });
    await lab.page.mouse.move(0, 0);
  });

  test('is walked by the arrow keys, each map spoken, and Enter puts it on the stage', async () => {
    await set(lab, { layer: 0, head: 0 });
    await known();
    await grid().focus();
    const spoken = () => panel().locator('.frame p[aria-live]').innerText();
    await press(lab.page, 'ArrowRight');
    await press(lab.page, 'ArrowRight');
    await press(lab.page, 'ArrowDown');
    await expect.poll(spoken).toMatch(/^layer 1, head 2, (.+, )?entropy \d\.\d\d nats$/);
    expect(await where()).toBe(await spoken());
    await press(lab.page, 'End');
    await expect.poll(spoken).toMatch(/^layer 1, head 3, /);
    await press(lab.page, 'Enter');
    await until(lab, `lab.params.layer === 1 && lab.params.head === 3`);
    expect(await grid().getAttribute('aria-roledescription')).toBe(say('en', 'layersRole'));
  });

  test('has a table behind it', async () => {
    await panel().locator('summary').click();
    await panel().locator('table').waitFor();
    const rows = await panel().locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent!.trim())));
    expect(rows.map((row) => row.length)).toEqual(Array.from({ length: LAYERS }, () => HEADS));
    for (const text of rows.flat()) expect(text).toMatch(/\d\.\d\d$/);
    await panel().locator('summary').click();
  });

  test('has no violation that axe finds, in either language', async () => {
    await lab.page.evaluate(readFileSync(fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8'));
    const violations = () =>
      lab.page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run(where: string, options: object): Promise<{ violations: { id: string }[] }> } };
        return (await axe.run('section.layers', { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }, elementRef: false })).violations.map(({ id }) => id);
      });
    expect(await violations()).toEqual([]);
    await speak(lab, 'zh');
    await expect.poll(where).toMatch(/^层 1，头 3，(.+，)?熵 \d\.\d\d 奈特$/);
    expect(await violations()).toEqual([]);
    await speak(lab, 'en');
  });

  test('is gone with its switch, and its memory with it', async () => {
    const live = () => lab.page.evaluate(() => globalThis.lab.memory()!.liveBytes);
    const shown = await live();
    await toggle().click();
    await until(lab, `document.querySelector('section.layers canvas') === null`);
    await until(lab, `!lab.params.layers`);
    await lab.page.evaluate(() => globalThis.lab.drawn());
    expect(await live()).toBeLessThan(shown);
  });
});

describe('what is too much', () => {
  test('gets one sentence in place of the grid, and the stage stays', async () => {
    await openBytes(lab, npz({ weights: { data: new Float32Array(97 * 2 * 2).map((_, at) => (at % 3 === 0 ? 1 : 0)), shape: [97, 1, 2, 2] } }), 'deep.npz');
    await set(lab, { layers: true });
    await panel().getByText(say('en', 'layersTooMany', { layers: 97, heads: 1, most: 4096, along: 96 })).waitFor();
    expect(await panel().locator('canvas').count()).toBe(0);
    expect((await read(lab, 'weights')).shape).toEqual([1, 2, 2]);
  });

  test('a file of one layer has no such panel, whatever the link says', async () => {
    await openBytes(lab, npz({ scores: array([2, 4, 4]) }), 'one.npz');
    await set(lab, { layers: true });
    expect(await panel().count()).toBe(0);
    expect((await read(lab, 'weights')).shape).toEqual([2, 4, 4]);
  });
});

test('on a phone the grid scrolls in its own box and never widens the page', async () => {
  const phone = await visit({ viewport: { width: 390, height: 844 }, mobile: true });
  await openBytes(phone, npz({ scores: array([2, 24, 3, 3]) }), 'wide.npz');
  await set(phone, { layers: true });
  await phone.page.locator('section.layers canvas').first().waitFor();
  const box = await phone.page.evaluate(() => {
    const scroll = document.querySelector<HTMLElement>('section.layers .scroll')!;
    return { inner: scroll.scrollWidth, outer: scroll.clientWidth, page: document.documentElement.scrollWidth };
  });
  expect(box.inner).toBeGreaterThan(box.outer);
  expect(box.page).toBeLessThanOrEqual(390);
  expect(phone.errors).toEqual([]);
  await phone.close();
});

test('the CPU computes it too', async () => {
  const cpu = await visit({ webgpu: false });
  await openBytes(cpu, FILE, 'layers.npz');
  await set(cpu, { layers: true });
  await cpu.page.locator('section.layers canvas').first().waitFor();
  await until(cpu, `/nats/.test(document.querySelector('section.layers .where')?.textContent ?? '')`);
  expect(cpu.errors).toEqual([]);
  await cpu.close();
});

test('nothing went wrong', () => expect([lab.errors, lab.warnings]).toEqual([[], []]));

test.each([{ width: 1920, height: 1080 }, { width: 1280, height: 720 }])('are a screen of their own in a lecture, seen whole at $width × $height', async (viewport) => {
  const hall = await visit({ path: '#/?presenter', viewport, reducedMotion: 'reduce' });
  await openBytes(hall, npz({ scores: array([12, 12, 6, 6], 3) }), 'twelve.npz');
  await hall.page.keyboard.press('End');
  const map = hall.page.getByRole('application', { name: say('en', 'layersGrid') });
  await map.waitFor();
  expect((await paramsOf(hall)).layers).toBe(true);
  expect((await hall.page.locator('nav.turn [role=status]').innerText()).match(/\d+/g)).toEqual(['8', '8']);
  await expect.poll(() => hall.page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0);
  const { y, height } = (await map.boundingBox())!;
  const { y: end } = (await hall.page.locator('nav.turn').boundingBox())!;
  expect(y + height).toBeLessThan(end);
  expect(height).toBeGreaterThan(viewport.height / 2);
  expect(hall.errors).toEqual([]);
  await hall.close();
});
