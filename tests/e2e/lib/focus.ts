/** Whether one sees where the keyboard is. Runs in the page. */
import type { Page } from 'playwright-core';

/** The element that has the focus, as far as WCAG 2.2 asks about it. */
export interface FocusStop {
  /** Tag, class and words, for messages. */
  readonly name: string;
  /** The highest contrast of its outline or shadow to what lies around it (2.4.7, 1.4.11); 0 where there is neither. */
  readonly contrast: number;
  /** Whether any of it can be seen in the window, and is not covered (2.4.11). */
  readonly seen: boolean;
  /** Whether it, or the label that belongs to it, is 24 × 24 CSS pixels; words in a line of text need not be (2.5.8). */
  readonly large: boolean;
}

/** What has the focus; null: nothing on the page. */
export function focusStop(page: Page): Promise<FocusStop | null> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return null;
    const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const rgba = (colour: string) => {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]: number[]) => {
      const [x, y, z] = [r!, g!, b!].map((byte) => (byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
    };
    const contrast = (a: number[], b: number[]) => {
      const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
      return (high! + 0.05) / (low! + 0.05);
    };
    const ground = (from: Element | null): number[] => {
      for (let box = from; box; box = box.parentElement) {
        const colour = rgba(getComputedStyle(box).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return [255, 255, 255, 255];
    };
    const indicator = (box: Element) => {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(box);
      const around = ground(box.parentElement);
      const outline = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 ? contrast(rgba(outlineColor), around) : 0;
      const shadow = boxShadow === 'none' ? 0 : contrast(rgba(boxShadow.match(/^(rgba?|color|oklch)\([^)]*\)/)?.[0] ?? 'transparent'), around);
      return Math.max(outline, shadow);
    };
    // A control that is drawn by its label, or by the box around it, is marked there.
    const marked = [element, element.closest('label'), element.parentElement].filter((box): box is HTMLElement => box !== null);
    const { left, top, width, height } = element.getBoundingClientRect();
    const boxes = marked.slice(0, 2).map((box) => box.getBoundingClientRect());
    const seen = [0.5, 0.02, 0.98].some((x) => [0.5, 0.02, 0.98].some((y) => {
      const hit = document.elementFromPoint(left + x * width, top + y * height);
      return hit !== null && (element.contains(hit) || hit.contains(element));
    }));
    const words = (element.getAttribute('aria-label') ?? element.innerText ?? '').trim().slice(0, 40);
    return {
      name: `${element.tagName.toLowerCase()}.${element.className} ${words}`,
      contrast: Math.max(...marked.map(indicator)),
      seen,
      large: boxes.some((box) => box.width >= 24 && box.height >= 24) || element.closest('p, dd, li > span') !== null,
    };
  });
}
