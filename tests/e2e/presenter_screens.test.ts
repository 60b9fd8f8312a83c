/** Every screen of every exhibit's lecture, in every language, on a projector and on a laptop: one look takes it in. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cards } from '../../src/exhibits';
import { LANGUAGES } from '../../src/lab/languages';
import { openLab, type Lab } from './lib/browser';
import { legible } from './lib/legible';
import { screenOf } from './lib/screen';
import { beyondTheSides, cutOff } from './lib/words';

const exhibits = await Promise.all(cards.filter(({ order }) => order > 0).map(async (card) => (await card.load()).default));
const PROJECTOR = { width: 1920, height: 1080 };
const LAPTOP = { width: 1280, height: 720 };

/** Least share of the window for the pictures of an experiment: less leaves the last row a stamp to look at. */
const LEAST = 0.15;
const FITS = { below: 0, sideways: 0, scrollers: [], covered: [], cut: [], beyond: [], small: [], faint: [] };

async function troubles({ page }: Lab) {
  const { picture, ...screen } = await screenOf(page);
  const { sentence, label, faint } = await legible(page, 7);
  // Sizes are asked for at 1920 pixels; smaller windows show the same screen smaller.
  const scale = 1920 / page.viewportSize()!.width;
  return {
    ...screen, cut: await cutOff(page), beyond: await beyondTheSides(page), faint,
    small: [
      ...(picture !== null && picture < LEAST ? [`pictures: ${Math.round(100 * picture)} % of the screen`] : []),
      ...(sentence * scale < 28 ? [`a sentence of ${sentence} px`] : []), ...(label * scale < 20 ? [`a label of ${label} px`] : []),
    ],
  };
}

describe.each([...LANGUAGES])('in %s', (_, { locale }) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab({ path: '#/home?presenter', viewport: PROJECTOR, locale, reducedMotion: 'reduce' });
  });
  afterAll(() => lab?.close());

  test.each(exhibits.map(({ slug }) => slug))('#/%s: no screen scrolls, hides anything, or shows a picture too small to see', async (slug) => {
    const { page } = lab;
    await page.setViewportSize(PROJECTOR);
    await page.evaluate((slug) => (location.hash = `#/${slug}?presenter=1`), slug);
    await page.locator('.exhibit h1').waitFor();
    const numbers = async () => (await page.locator('nav.turn [role=status]').innerText()).match(/\d+/g)!.map(Number);
    await expect.poll(async () => (await numbers()).length).toBe(2);
    const of = Math.max(...(await numbers()));
    // Forwards on the projector, back on the laptop: one page, one change of size.
    for (const [key, viewport] of [['PageDown', PROJECTOR], ['PageUp', LAPTOP]] as const) {
      await page.setViewportSize(viewport);
      for (let screen = 1; screen <= of; screen++) {
        const at = key === 'PageDown' ? screen : of + 1 - screen;
        await expect.poll(numbers).toContain(at);
        // Pictures have their place once their numbers are there.
        await expect.poll(() => troubles(lab), { message: `screen ${at} of ${of} at ${viewport.width} × ${viewport.height}`, timeout: 20_000 }).toEqual(FITS);
        if (screen < of) await page.keyboard.press(key);
      }
    }
    expect(lab.errors).toEqual([]);
  }, 180_000);

  test('the test itself sees what does not fit', async () => {
    const { page } = lab;
    await page.evaluate(() => (location.hash = '#/scaling?presenter=4'));
    await page.locator('nav.steps').waitFor();
    await expect.poll(() => troubles(lab), { timeout: 20_000 }).toEqual(FITS);
    const seen = async (rules: string) => {
      // As a sheet of its own, which the page's content policy allows.
      const sheet = await page.evaluateHandle((rules) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(rules);
        document.adoptedStyleSheets.push(sheet);
        return sheet;
      }, rules);
      const found = await troubles(lab);
      await sheet.evaluate((sheet) => sheet.replaceSync(''));
      return found;
    };
    expect((await seen('.bench { min-height: 200vh !important }')).below).toBeGreaterThan(0);
    expect((await seen('.bench > .controls { max-height: 5rem !important; overflow: auto !important }')).scrollers).not.toEqual([]);
    expect((await seen('.bench > .controls { translate: 0 40vh }')).covered).not.toEqual([]);
    expect((await seen('.bench > .stage { zoom: 0.2 }')).small).not.toEqual([]);
  });
});
