import type { Attachment } from 'svelte/attachments';
import type { Measure } from './axis-labels';

const measures = new Map<string, Measure>();

/** Measures text in a CSS font (`"14px sans-serif"`). One per font, which remembers what it measured. */
export function measureIn(font: string): Measure {
  let measure = measures.get(font);
  if (measure) return measure;
  const context = document.createElement('canvas').getContext('2d')!;
  context.font = font;
  const widths = new Map<string, number>();
  measure = (text) => {
    let width = widths.get(text);
    if (width === undefined) {
      if (widths.size > 5000) widths.clear();
      widths.set(text, (width = context.measureText(text).width));
    }
    return width;
  };
  measures.set(font, measure);
  return measure;
}

/** A font as labels are measured in it. */
export interface LabelFont {
  /** CSS pixels. */
  readonly fontSize: number;
  readonly family: string;
  readonly measure: Measure;
}

/**
 * Attach to an element 1em wide: tells its font, now and whenever its size changes (presenter mode, the reader's own size).
 */
export const watchFont =
  (changed: (font: LabelFont) => void): Attachment<HTMLElement> =>
  (element) => {
    let last = '';
    const read = () => {
      const { fontSize, fontFamily } = getComputedStyle(element);
      const font = `${fontSize} ${fontFamily}`;
      if (font === last) return;
      last = font;
      changed({ fontSize: parseFloat(fontSize), family: fontFamily, measure: measureIn(font) });
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  };
