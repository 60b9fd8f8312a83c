import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cards } from '../../src/exhibits';
import { openLab } from './lib/browser';
import { sayFrame } from './lib/visit';

const axe = readFileSync(fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const ROUTES = ['#/', '#/home', ...cards.filter((card) => card.slug).map((card) => `#/${card.slug}`)];

/** Each route in both themes, both languages and presenter mode, three settings that together meet every value. */
const LOOKS = [
  { locale: 'en-US', colorScheme: 'light', presenter: false },
  { locale: 'zh-CN', colorScheme: 'dark', presenter: false },
  { locale: 'zh-CN', colorScheme: 'light', presenter: true },
] as const;

interface Axe {
  run(where: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

describe.each(ROUTES)('%s', (path) => {
  test.each(LOOKS)('has no violation of WCAG 2.2 AA that axe can find: %j', async ({ presenter, ...look }) => {
    const lab = await openLab({ path, ...look, viewport: { width: 1280, height: 800 } });
    const { page } = lab;
    await page.waitForFunction(() => document.querySelector('main canvas') !== null, null, { timeout: 20_000 });
    const first = path === '#/' || path === '#/home';
    if (!first) await page.getByRole('button', { name: sayFrame(look.locale === 'zh-CN' ? 'zh' : 'en', 'predictShow'), exact: true }).first().click();
    if (presenter) await page.keyboard.press('p');
    // What appears with the first measurements is part of the page.
    if (path !== '#/home') await page.waitForFunction(() => document.querySelectorAll('main [role=meter], main table, main svg').length > 0);
    await page.evaluate(axe);
    const found = await page.evaluate(async (rules) => {
      const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document, { runOnly: rules });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
    }, RULES);
    expect(found).toEqual([]);
    await lab.close();
  });
});
