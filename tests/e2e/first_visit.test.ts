/** What a visitor sees who opens the bare address for the first time. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { countColours, decodePng } from './lib/png';
import { notices, paramsOf, set, visit } from './lib/visit';

describe('a first visit', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await visit();
  });
  afterAll(() => lab?.close());

  test('runs on the GPU and says on which', async () => {
    expect(await lab.page.evaluate(() => globalThis.lab.backend)).toBe('webgpu');
    const line = await lab.page.getByRole('banner').getByRole('status').innerText();
    expect(line).toMatch(/^GPU: \S+/);
    expect(line).not.toMatch(/undefined|null/);
  });

  test('loads at most 150 kB of scripts and styles, in few files, before the first heat-map', async () => {
    const addresses = await lab.page.evaluate(() => {
      const [{ startTime: drawn }] = performance.getEntriesByName('first-heatmap') as [PerformanceEntry];
      const before = performance.getEntriesByType('resource').filter(({ startTime }) => startTime < drawn);
      return before.map(({ name }) => name).filter((name) => /\.(js|css)$/.test(new URL(name).pathname));
    });
    const bodies = await Promise.all(addresses.map(async (address) => (await lab.context.request.get(address)).body()));
    const bytes = bodies.map((body) => gzipSync(body, { level: 9 }).length).reduce((a, b) => a + b, 0);
    expect(bytes).toBeGreaterThan(50_000); // it is the page that was weighed
    expect(bytes).toBeLessThanOrEqual(150_000);
    expect(addresses.length).toBeLessThanOrEqual(12);
    // The kernels of the first picture come with the page.
    expect(addresses.filter((address) => /shaders/.test(address))).toEqual([]);
  });

  test('begins with a sentence, scaling on, no mask, and one invitation', async () => {
    const params = await paramsOf(lab);
    expect(params).toMatchObject({ source: 'text', scale: 'rsqrt', mask: 'none', heads: 8, dk: 64, stage: 'weights' });
    expect(params.text).toMatch(/ it /);
    expect(await lab.page.locator('.lead').innerText()).toMatch(/switch the scaling off/);
    expect(await notices(lab)).toEqual([]);
    expect(new URL(lab.page.url()).hash).toMatch(/^(#\/?)?$/);
  });

  test('draws each stage and each head in more than one colour', async () => {
    const canvases = lab.page.locator('canvas.mark[aria-hidden]');
    const pictures = await Promise.all((await canvases.all()).map(async (canvas) => decodePng(await canvas.screenshot())));
    // strip, stage, heads, output after W_O
    expect(pictures).toHaveLength(4);
    // A flat picture has one colour, or two with the page behind it; eleven words make hundreds of cells.
    for (const picture of pictures) expect(countColours(picture)).toBeGreaterThan(100);
  });

  test('a change of parameters changes the picture on the stage', async () => {
    const canvas = lab.page.locator('section.stage .canvas canvas');
    // The numbers over it are read back and may come a little later.
    await lab.page.locator('section.stage .canvas svg').evaluateAll((numbers) => numbers.forEach((svg) => ((svg as SVGElement).style.visibility = 'hidden')));
    const picture = async () => decodePng(await canvas.screenshot());
    const before = await picture();
    await set(lab, { seed: 2 });
    const after = await picture();
    await set(lab, { seed: 1 });
    const again = await picture();
    expect(Buffer.compare(before.rgb, after.rgb)).not.toBe(0);
    expect(Buffer.compare(before.rgb, again.rgb)).toBe(0);
  });

  test('the first turn of the wheel zooms, although zooming is loaded only then', async () => {
    await set(lab, { source: 'random', n: 64 });
    const surface = lab.page.locator('section.stage .surface').first();
    const zoomLoaded = () => performance.getEntriesByType('resource').some(({ name }) => /zoom/.test(name));
    expect(await lab.page.evaluate(zoomLoaded)).toBe(false);
    const prevented = await surface.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const turn = { ctrlKey: true, deltaY: -200, clientX: x + width / 2, clientY: y + height / 2, bubbles: true, cancelable: true };
      return !element.dispatchEvent(new WheelEvent('wheel', turn));
    });
    expect(prevented, 'or the browser would zoom the page').toBe(true);
    await lab.page.locator('section.stage .surface.pannable').first().waitFor();
    expect(await lab.page.evaluate(zoomLoaded)).toBe(true);
  });

  test('nothing went wrong and nothing came from another host', () => {
    expect(lab.errors).toEqual([]);
    expect(lab.warnings).toEqual([]);
    expect(lab.foreign).toEqual([]);
  });
});

describe('the address', () => {
  test('#/unknown shows the workbench and says so', async () => {
    const lab = await visit({ path: '#/unknown' });
    expect(await notices(lab)).toEqual(['There is no page “unknown”; this is the workbench.']);
    expect((await paramsOf(lab)).source).toBe('text');
    expect(lab.errors).toEqual([]);
    await lab.close();
  });
});
