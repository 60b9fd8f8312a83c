/** Labels and controls that get in each other's way. Runs in the page. */
import type { Page } from 'playwright-core';

/** What is crowded on a page, one line each; all empty where every word has its room. */
export interface Crowding {
  /** Two pieces of text, or a text and a control, of which neither holds the other, and that lie on each other. */
  readonly overlaps: string[];
  /** Buttons whose words take more than two lines. */
  readonly tall: string[];
  /** Labels of sliders, fields and switches that a short name alone has wrapped. */
  readonly wrapped: string[];
}

/** @param shortest length of a label, in letters, from which it may take a second line; a Chinese one counts as two */
export function crowding(page: Page, shortest = 16): Promise<Crowding> {
  return page.evaluate((shortest) => {
    const seen = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('.sr-only, [inert], [aria-hidden=true], svg');
    /** The part of a box that the boxes around it let through: none of what has scrolled away or is shown on focus only. */
    const visible = (box: DOMRect, element: Element): DOMRect => {
      const frame = frameOf(element);
      return frame ? common(box, frame) : box;
    };
    const common = (a: DOMRect, b: DOMRect) => {
      const [left, top] = [Math.max(a.left, b.left), Math.max(a.top, b.top)];
      return new DOMRect(left, top, Math.max(0, Math.min(a.right, b.right) - left), Math.max(0, Math.min(a.bottom, b.bottom) - top));
    };
    const frames = new Map<Element, DOMRect | null>();
    /** What an element and all around it let through, or null where nothing is cut off. */
    const frameOf = (element: Element): DOMRect | null => {
      if (element === document.body) return null;
      if (!frames.has(element)) {
        const { overflowX, overflowY, clipPath } = getComputedStyle(element);
        const around = element.parentElement && frameOf(element.parentElement);
        const cuts = overflowX !== 'visible' || overflowY !== 'visible' || clipPath !== 'none';
        const own = element.getBoundingClientRect();
        frames.set(element, cuts ? (around ? common(own, around) : own) : around);
      }
      return frames.get(element)!;
    };
    /** The lines of an element's own text, as boxes; what is for screen readers only is left out. */
    const lines = (element: Element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const boxes: DOMRect[] = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.textContent!.trim() || !seen(node.parentElement!)) continue;
        // The line of a letter of a formula is higher than the formula.
        const formula = node.parentElement!.closest('math');
        if (formula) {
          boxes.push(visible(formula.getBoundingClientRect(), formula));
          continue;
        }
        const range = document.createRange();
        range.selectNodeContents(node);
        boxes.push(...[...range.getClientRects()].map((box) => visible(box, node.parentElement!)).filter(({ width, height }) => width > 1 && height > 1));
      }
      return boxes;
    };
    const count = (boxes: readonly DOMRect[]) => {
      let bottom = -Infinity;
      let lines = 0;
      for (const box of [...boxes].sort((a, b) => a.top - b.top)) {
        if (box.top + box.height / 2 > bottom) lines++;
        bottom = Math.max(bottom, box.bottom);
      }
      return lines;
    };
    const words = (element: Element) => (element as HTMLElement).innerText?.trim().replace(/\s+/g, ' ').slice(0, 50) || element.getAttribute('aria-label') || '';
    const named = (element: Element) => `${element.tagName.toLowerCase()} “${words(element)}”`;

    const texts = [...document.querySelectorAll('label, legend, summary, button, h1, h2, h3, dt, dd, p, li, a')]
      .filter((element) => seen(element) && !element.closest('dialog, [role=tooltip]'))
      .map((element) => ({ element, boxes: lines(element) }))
      .filter(({ boxes }) => boxes.length > 0);
    const fields = [...document.querySelectorAll('input:not([type=file]), select, textarea, canvas')]
      .filter((element) => seen(element) && element.getBoundingClientRect().width > 1)
      .map((element) => ({ element, boxes: [visible(element.getBoundingClientRect(), element)] }));

    // The box of a line is higher than its letters: close lines share some of it.
    const meet = (a: DOMRect, b: DOMRect) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 3;
    const overlaps: string[] = [];
    const all = [...texts, ...fields];
    for (const [index, one] of texts.entries()) {
      for (const other of all.slice(index + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        if (one.boxes.some((a) => other.boxes.some((b) => meet(a, b)))) overlaps.push(`${named(one.element)} and ${named(other.element)}`);
      }
    }
    // A phrase within a sentence is a button too, and runs on with its lines.
    const tall = texts.filter(({ element, boxes }) => element.tagName === 'BUTTON' && getComputedStyle(element).display !== 'inline' && count(boxes) > 2);
    const width = (text: string) => [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 2 : 1), 0);
    const wrapped = texts.filter(({ element, boxes }) => /^(LABEL|LEGEND)$/.test(element.tagName) && !element.querySelector('input, select, textarea') && width(words(element)) < shortest && count(boxes) > 1);
    return { overlaps, tall: tall.map(({ element }) => named(element)), wrapped: wrapped.map(({ element }) => named(element)) };
  }, shortest);
}
