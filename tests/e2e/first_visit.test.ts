/** What a visitor sees who opens the bare address for the first time. */
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
    const before = decodePng(await canvas.screenshot());
    await set(lab, { seed: 2 });
    const after = decodePng(await canvas.screenshot());
    await set(lab, { seed: 1 });
    const again = decodePng(await canvas.screenshot());
    expect(Buffer.compare(before.rgb, after.rgb)).not.toBe(0);
    expect(Buffer.compare(before.rgb, again.rgb)).toBe(0);
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
