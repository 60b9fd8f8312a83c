/** What a page says, to eyes and to screen readers, and whether any of it is cut off. Runs in the page. */
import type { Page } from 'playwright-core';

/** Every visible text node and every spoken attribute, with where it stands; code and the visitor's own words left out. */
export function wordsOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const words: string[] = [];
    const own = 'pre, textarea, bdi, [translate=no], .chips, option, [role=listbox], svg text';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement!;
      const text = node.textContent!.trim();
      if (text && parent.checkVisibility() && !parent.closest('script, style') && !parent.closest(own)) words.push(text);
    }
    for (const element of document.querySelectorAll('*')) {
      if (!element.checkVisibility() || element.closest(own)) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext', 'aria-roledescription']) {
        const text = element.getAttribute(name)?.trim();
        if (text) words.push(text);
      }
    }
    // The words of a menu are the page's, seen or not.
    for (const option of document.querySelectorAll('option')) words.push(option.label);
    return [...new Set(words)];
  });
}

/**
 * Elements whose text is wider or higher than the box that cuts it off, as "tag.class: text"; a box that scrolls, one for
 * screen readers only, and a label that ends in … with its whole in the tooltip cut nothing off for good.
 */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const pen = document.createElement('canvas').getContext('2d')!;
    const narrow = (menu: HTMLSelectElement) => {
      const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(menu);
      pen.font = `${fontSize} ${fontFamily}`;
      const needed = pen.measureText(menu.selectedOptions[0]?.label ?? '').width + parseFloat(fontSize);
      return needed > menu.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    };
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      if (!(element instanceof HTMLElement) || !element.checkVisibility() || element.closest('.sr-only, [inert]') || !element.innerText?.trim()) continue;
      const { overflowX, overflowY, textOverflow, clipPath } = getComputedStyle(element);
      if (clipPath !== 'none' || element.clientWidth <= 1) continue;
      const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
      const wide = hides(overflowX) && element.scrollWidth > element.clientWidth + 1 && !(textOverflow === 'ellipsis' && element.title);
      const high = hides(overflowY) && element.scrollHeight > element.clientHeight + 1;
      // A button's words may not run over its edge, and a menu must show its choice: the arrow takes about one em.
      const spills = element.tagName === 'BUTTON' && element.scrollWidth > element.clientWidth + 1;
      if (wide || high || spills || (element instanceof HTMLSelectElement && narrow(element))) found.push(`${element.tagName.toLowerCase()}.${element.className}: ${element.innerText.slice(0, 60)}`);
    }
    return found;
  });
}

/** Interactive elements that lie, in part, beyond the page's sides without a box that scrolls to them. */
export function beyondTheSides(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element | null): boolean => {
      for (let box = element; box && box !== document.body; box = box.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(box).overflowX)) return true;
      }
      return false;
    };
    return [...document.querySelectorAll<HTMLElement>('button, input, select, textarea, summary, a[href], h1, h2, h3, p')]
      .filter((element) => element.checkVisibility() && !element.closest('.sr-only, [inert]') && !scrolls(element))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < -1 || right > innerWidth + 1);
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}: ${element.innerText.slice(0, 60)}`);
  });
}
