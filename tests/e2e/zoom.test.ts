/** At 200 % zoom on a laptop, and on a narrow phone, every route is read by scrolling down alone (WCAG 2.2, 1.4.4 and 1.4.10). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cards } from '../../src/exhibits';
import { openLab, type Lab } from './lib/browser';
import { sayFrame, speak } from './lib/visit';
import { beyondTheSides, cutOff } from './lib/words';

/** A page of 1280 × 720 pixels at 200 % is laid out in 640 × 360; 390 is a phone, 320 is 1280 at 400 %. */
const SIZES = [
  { width: 640, height: 360 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
] as const;
const ROUTES = ['#/', '#/home', ...cards.filter((card) => card.slug).map((card) => `#/${card.slug}`)];

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ path: '#/home', viewport: SIZES[0] });
});
afterAll(() => lab?.close());

/** How many CSS pixels the page can be moved sideways. */
const sideways = () => lab.page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));

describe.each(ROUTES)('%s', (path) => {
  test('is not wider than the window, and nothing lies beyond its sides', async () => {
    const { page } = lab;
    await page.setViewportSize(SIZES[0]);
    await page.goto('about:blank');
    await page.goto(lab.url + path);
    await page.locator('main canvas').first().waitFor({ state: 'attached', timeout: 20_000 });
    if (path !== '#/' && path !== '#/home') await page.getByRole('button', { name: sayFrame('en', 'predictShow'), exact: true }).first().click();
    if (path !== '#/home') await page.locator('main :is([role=meter], table, svg)').first().waitFor({ state: 'attached' });
    for (const language of ['en', 'zh'] as const) {
      if (language !== 'en') await speak(lab, language);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await expect.poll(sideways, { message: `${language}, ${size.width} px`, timeout: 10_000 }).toBe(0);
        expect(await beyondTheSides(page), `${language}, ${size.width} px`).toEqual([]);
      }
    }
    await page.setViewportSize(SIZES[0]);
    expect(await cutOff(page)).toEqual([]);
    await speak(lab, 'en');
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
