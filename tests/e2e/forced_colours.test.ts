/** A visitor whose system replaces the page's colours by a few of its own: what is chosen, focused and masked still shows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { countColours, decodePng } from './lib/png';
import { visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit({ forcedColors: 'active', path: '#/?mask=causal' });
});
afterAll(() => lab?.close());

test('the chosen stage alone is underlined', async () => {
  const lines = await lab.page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.setProperty('color', 'Canvas');
    const ground = getComputedStyle(probe).color;
    probe.remove();
    return [...document.querySelectorAll('button.name')].map((name) => ({
      chosen: name.getAttribute('aria-pressed') === 'true',
      seen: getComputedStyle(name).borderBottomColor !== ground,
    }));
  });
  expect(lines).toHaveLength(5);
  expect(lines.filter(({ seen }) => seen)).toEqual(lines.filter(({ chosen }) => chosen));
  expect(lines.filter(({ chosen }) => chosen)).toHaveLength(1);
});

test('the maps keep their colours, since colour is what they say', async () => {
  const map = lab.page.locator('section.stage canvas').first();
  expect(countColours(decodePng(await map.screenshot()))).toBeGreaterThan(20);
});

test('the focus is outlined', async () => {
  const name = lab.page.locator('button.name').first();
  await lab.page.keyboard.press('Tab');
  await name.focus();
  const outline = await name.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return { outlineStyle, width: parseFloat(outlineWidth) };
  });
  expect(outline.outlineStyle).not.toBe('none');
  expect(outline.width).toBeGreaterThanOrEqual(2);
  expect(lab.errors).toEqual([]);
});
