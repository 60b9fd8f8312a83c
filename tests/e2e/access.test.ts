/**
 * WCAG 2.2 AA, as far as axe can tell: every route, in both languages, both themes and presenter mode. One page for each
 * route, on which a visitor's own controls switch the looks.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cards } from '../../src/exhibits';
import { openLab, type Lab } from './lib/browser';
import { sayFrame, speak } from './lib/visit';

const axe = readFileSync(fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** What a theme and a size can change: colours and boxes. Names, roles and structure are the language's. */
const LOOKS = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];
const ROUTES = ['#/', '#/home', ...cards.filter((card) => card.slug).map((card) => `#/${card.slug}`)];

interface Axe {
  run(where: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ path: '#/home', reducedMotion: 'reduce' });
});
afterAll(() => lab?.close());

/** Violations of some rules, by their tags or by their names, as lines. */
const violations = (rules: { type: 'tag' | 'rule'; values: string[] }): Promise<string[]> =>
  lab.page.evaluate(async (runOnly) => {
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document, { runOnly, resultTypes: ['violations'], elementRef: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  }, rules);

const all = () => violations({ type: 'tag', values: RULES });
const looks = () => violations({ type: 'rule', values: LOOKS });

async function theme(name: 'themeLight' | 'themeDark', language: 'en' | 'zh'): Promise<void> {
  await lab.page.getByRole('banner').getByRole('radio', { name: sayFrame(language, name), exact: true }).check({ force: true });
}

describe.each(ROUTES)('%s', (path) => {
  test('has no violation in either language and theme, nor in presenter mode', async () => {
    const { page } = lab;
    await page.goto('about:blank');
    await page.goto(lab.url + path);
    await page.locator('main canvas').first().waitFor({ state: 'attached', timeout: 20_000 });
    const bare = path === '#/' || path === '#/home';
    if (!bare) await page.getByRole('button', { name: sayFrame('en', 'predictShow'), exact: true }).first().click();
    // What appears with the first measurements is part of the page.
    if (path !== '#/home') await page.locator('main :is([role=meter], table, svg)').first().waitFor({ state: 'attached' });
    await page.evaluate(axe);

    await theme('themeLight', 'en');
    expect(await all(), 'English, light').toEqual([]);
    await speak(lab, 'zh');
    await theme('themeDark', 'zh');
    expect(await all(), 'Chinese, dark').toEqual([]);
    await page.keyboard.press('p');
    await page.locator('html[data-presenter]').waitFor();
    expect(await all(), 'Chinese, dark, presenter mode').toEqual([]);
    await page.keyboard.press('p');
    await page.locator('html:not([data-presenter])').waitFor();
    await theme('themeLight', 'zh');
    expect(await looks(), 'Chinese, light').toEqual([]);
    await speak(lab, 'en');
    await page.keyboard.press('p');
    await page.locator('html[data-presenter]').waitFor();
    expect(await looks(), 'English, light, presenter mode').toEqual([]);
    await page.keyboard.press('p');
    await page.locator('html:not([data-presenter])').waitFor();
    await theme('themeDark', 'en');
    expect(await looks(), 'English, dark').toEqual([]);
  });
});

test('the panel of colours has none either, on a phone and on a wide screen', async () => {
  const { page } = lab;
  await page.evaluate(axe);
  for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 800 }]) {
    await page.setViewportSize(viewport);
    await page.getByRole('banner').getByRole('button', { name: sayFrame('en', 'display') }).click();
    await page.getByRole('dialog').waitFor();
    expect(await all()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
