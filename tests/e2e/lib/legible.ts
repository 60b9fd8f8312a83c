/** What the last row of a lecture hall can read: sizes and contrasts of the text on screen. Runs in the page. */
import type { Page } from 'playwright-core';

export interface Legible {
  /** Smallest sentence, in CSS pixels. */
  readonly sentence: number;
  /** Smallest label of an axis or of a map; Infinity where there is none. */
  readonly label: number;
  /** Texts whose contrast with what lies behind them is below `least`, with the contrast. */
  readonly faint: readonly string[];
}

/**
 * Measures the text that is on screen now.
 * @param least contrast after WCAG 2.2; text of disabled controls, and numbers over the cells of a map, are left out
 */
export function legible(page: Page, least: number): Promise<Legible> {
  return page.evaluate((least) => {
    const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const known = new Map<string, readonly number[]>();
    const bytes = (colour: string) => {
      let rgba = known.get(colour);
      if (!rgba) {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        known.set(colour, (rgba = [...pen.getImageData(0, 0, 1, 1).data]));
      }
      return rgba;
    };
    const luminance = (colour: readonly number[]) => {
      const [r, g, b] = colour.slice(0, 3).map((byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    /** The colour behind an element: the first grounds upwards, mixed until one is opaque. */
    const ground = (element: Element) => {
      let colour = [0, 0, 0];
      let left = 1;
      for (let at: Element | null = element; at && left > 0.003; at = at.parentElement) {
        const [r, g, b, a] = bytes(getComputedStyle(at).backgroundColor) as [number, number, number, number];
        colour = [r, g, b].map((byte, i) => colour[i]! + (left * a * byte) / 255);
        left *= 1 - a / 255;
      }
      return colour;
    };
    const shown = (element: Element) => {
      const { width, height, bottom, right } = element.getBoundingClientRect();
      return element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && width > 1 && height > 1 && bottom > 0 && right > 0;
    };
    const faint = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      if (!node.textContent!.trim() || !shown(element) || element.closest('.sr-only, .numbers, :disabled, [inert], option')) continue;
      const { color, fill } = getComputedStyle(element);
      const text = bytes(element instanceof SVGElement && element.closest('svg') ? fill : color);
      const [low, high] = [luminance(text), luminance(ground(element))].sort((a, b) => a - b) as [number, number];
      const contrast = (high + 0.05) / (low + 0.05);
      if (contrast < least) faint.add(`${node.textContent!.trim().slice(0, 30)}: ${contrast.toFixed(2)}`);
    }
    const smallest = (selector: string) =>
      Math.min(...[...document.querySelectorAll(selector)].filter((element) => shown(element) && element.textContent!.trim()).map((element) => parseFloat(getComputedStyle(element).fontSize)));
    return {
      sentence: smallest('.exhibit > .column :is(h1, p, blockquote, legend):not(.figure *), .exhibit .strip :is(p, h2)'),
      label: smallest('.plot :is(.tick, .x-ticks span, .x-label, .y-label, .mark-label), .words :is(.word, .word span, .row, .col), .legend .text'),
      faint: [...faint],
    };
  }, least);
}
