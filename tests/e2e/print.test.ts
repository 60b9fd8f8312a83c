/** What comes out of the printer: black on white from a dark page too, and nothing that one would have to click. */
import { expect, test } from 'vitest';
import { openLab } from './lib/browser';

const PAGES = [
  ['the workbench', '#/?locked=3,5'],
  ['heads', '#/heads?panel=heads'],
  ['norms', '#/norms?norm=layer'],
  ['masks', '#/masks?mask=causal'],
  ['scaling', '#/scaling?dk=64'],
  ['the composer', '#/compose'],
] as const;

test.each(PAGES)('%s on paper', async (_, path) => {
  const lab = await openLab({ path, colorScheme: 'dark', reducedMotion: 'reduce', viewport: { width: 794, height: 1123 } });
  const { page } = lab;
  await page.getByRole('heading').first().waitFor();
  await page.waitForFunction((waits) => !waits || 'lab' in globalThis || document.querySelector('.experiment canvas'), path !== '#/compose');
  await page.emulateMedia({ media: 'print' });
  const seen = () =>
    page.evaluate(() => {
      const visible = (element: Element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().height > 1 && element.getBoundingClientRect().width > 1;
      const style = getComputedStyle(document.documentElement);
      return {
        ground: style.backgroundColor,
        // Maps, symbols and tokens are figures that one can also choose; these do nothing but operate the page.
        controls: [...document.querySelectorAll('select, input:not([type="text"]), [role="switch"], [role="slider"], [role="radio"]:not(.tile), summary, nav a, .export button')].filter(visible).map((element) => element.outerHTML.slice(0, 120)),
        beyond: document.documentElement.scrollWidth - innerWidth,
      };
    });
  await expect.poll(seen).toEqual({ ground: 'rgb(255, 255, 255)', controls: [], beyond: 0 });
  await lab.close();
});
