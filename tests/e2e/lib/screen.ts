/** One screen of a lecture: whether all of it is seen at once, and how much of it is picture. Runs in the page. */
import type { Page } from 'playwright-core';

export interface Screen {
  /** CSS pixels of the page below the window, and beside it. */
  readonly below: number;
  readonly sideways: number;
  /** Boxes that scroll and hide some of what they hold; the listing of a shader is as long as its file and may. */
  readonly scrollers: readonly string[];
  /** Texts, controls and pictures that lie beneath the line at the bottom, in part. */
  readonly covered: readonly string[];
  /** Share of the window that maps, curves, bars, tables and the cube take; null where the screen is text. */
  readonly picture: number | null;
}

/** Measures the screen as it is now. */
export function screenOf(page: Page): Promise<Screen> {
  return page.evaluate(() => {
    const seen = (element: Element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.sr-only, [inert]');
    const named = (element: Element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}: ${(element.textContent ?? '').trim().slice(0, 40)}`;
    const all = [...document.querySelectorAll('main *')].filter(seen);

    const scrollers = all.filter((element) => {
      const { overflowX, overflowY } = getComputedStyle(element);
      if (!/auto|scroll/.test(overflowX + overflowY) || element.clientHeight <= 1 || element.closest('.kernel-source, textarea')) return false;
      return element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
    });

    const line = document.querySelector('footer.deck')!.getBoundingClientRect().top;
    const ends = 'p, h1, h2, h3, dt, dd, li, th, td, label, button, input, select, textarea, figcaption, .surface, .space, .area, .text';
    const covered = all.filter((element) => element.matches(ends) && !element.closest('.kernel-source') && element.getBoundingClientRect().height > 1 && element.getBoundingClientRect().bottom > line + 1);

    const stage = all.find((element) => element.matches('.experiment .bench > .stage'));
    const pictures = stage ? all.filter((element) => stage.contains(element) && element.matches('.surface, .space, .area, table, figure.bars, dl, .readings, svg[height]:not(.area svg, .surface svg, .mark)')) : [];
    const outermost = pictures.filter((element) => !pictures.some((other) => other !== element && other.contains(element)));
    const area = outermost.reduce((sum, element) => sum + element.getBoundingClientRect().width * element.getBoundingClientRect().height, 0);
    const { scrollHeight, scrollWidth } = document.scrollingElement!;
    return {
      below: Math.max(0, scrollHeight - innerHeight), sideways: Math.max(0, scrollWidth - innerWidth),
      scrollers: scrollers.map(named), covered: covered.map(named), picture: stage ? area / (innerWidth * innerHeight) : null,
    };
  });
}
