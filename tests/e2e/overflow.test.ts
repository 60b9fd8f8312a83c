/** Every route in every language on a laptop of 1280 × 720: nothing scrolls sideways, no word is cut off, nothing lies on another. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cards, HOME } from '../../src/exhibits';
import { LANGUAGES } from '../../src/lab/languages';
import { frameText } from '../../src/lab/text';
import { everyLanguage } from '../setup/sentences';
import { openLab, type Lab } from './lib/browser';
import { crowding } from './lib/crowding';
import { drawn, set } from './lib/visit';
import { beyondTheSides, cutOff } from './lib/words';

const frame = await everyLanguage(frameText);
const exhibits = await Promise.all(cards.filter(({ order }) => order > 0).map(async (card) => (await card.load()).default));

/** What is wrong with how the page lies on the screen. */
async function troubles({ page }: Lab) {
  const sideways = await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
  return { sideways, cut: await cutOff(page), beyond: await beyondTheSides(page), ...(await crowding(page)) };
}
const NONE = { sideways: 0, cut: [], beyond: [], overlaps: [], tall: [], wrapped: [] };

describe.each([...LANGUAGES])('in %s', (language, { locale }) => {
  const t = frame[language]!;
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab({ viewport: { width: 1280, height: 720 }, locale, reducedMotion: 'reduce' });
    await drawn(lab);
  });
  afterAll(() => lab?.close());

  const goTo = async (hash: string, waitFor: string) => {
    await lab.page.evaluate((hash) => (location.hash = hash), hash);
    await lab.page.locator(waitFor).first().waitFor();
  };
  const click = (name: string) => lab.page.getByRole('button', { name, exact: true }).first().click();

  test('the workbench has its room: as it opens, with all that can be asked of it, and with large random numbers', async () => {
    expect(await troubles(lab)).toEqual(NONE);
    await set(lab, { scale: 0.3, heads: 16, dk: 4096, compare: 'scale=off', locked: { row: 1, col: 1 }, stage: 'masked', mask: 'window' });
    expect(await troubles(lab)).toEqual(NONE);
    await set(lab, { source: 'random', n: 256, heads: 1, dk: 16, compare: '', locked: null, mask: 'none' });
    expect(await troubles(lab)).toEqual(NONE);
  });

  test('the overview has its room', async () => {
    await goTo(`#/${HOME}`, 'a.card');
    await expect.poll(() => lab.page.locator('a.card').count()).toBe(cards.length);
    expect(await troubles(lab)).toEqual(NONE);
  });

  test.each(exhibits.map((exhibit) => [exhibit.slug, exhibit] as const))('#/%s has its room: as it asks, and at its first and last step with everything unfolded', async (slug, exhibit) => {
    await goTo(`#/${slug}`, '.exhibit h1');
    expect(await troubles(lab), 'as it asks').toEqual(NONE);
    await click(t.predictShow);
    await click(t.derivationAll);
    await click(t.shaderShow);
    await lab.page.getByRole('tab').first().waitFor();
    for (const index of [0, exhibit.steps.length - 1]) {
      const step = lab.page.locator('nav.steps ol a').nth(index);
      await step.evaluate((link: HTMLElement) => link.click());
      await expect.poll(() => step.getAttribute('aria-current')).toBe('step');
      expect(await troubles(lab), `step ${index + 1}`).toEqual(NONE);
    }
  });

  test('the test itself sees what is crowded', async () => {
    await goTo('#/', '.strip');
    // As a sheet of its own, which the page's content policy allows.
    const sheet = await lab.page.evaluateHandle(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.column > .controls { width: 7rem } .column .slider + .slider { margin-top: -3rem } .tools button { width: 1rem; white-space: normal; word-break: break-all } .lead { height: 0.5rem; overflow: hidden }');
      document.adoptedStyleSheets.push(sheet);
      return sheet;
    });
    const { overlaps, tall, wrapped, cut } = await troubles(lab);
    expect([overlaps, tall, wrapped, cut].map(({ length }) => length > 0)).toEqual([true, true, true, true]);
    await sheet.evaluate((sheet) => sheet.replaceSync(''));
    expect(await troubles(lab)).toEqual(NONE);
  });

  test('no route has met an error', () => expect(lab.errors).toEqual([]));
});
