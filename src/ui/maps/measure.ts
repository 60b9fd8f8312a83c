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

/** The labels' font size in CSS pixels, and its measure, under an element's styles. */
export function labelFont(element: Element): { readonly fontSize: number; readonly measure: Measure } {
  const style = getComputedStyle(element);
  return { fontSize: parseFloat(style.fontSize), measure: measureIn(`${style.fontSize} ${style.fontFamily}`) };
}
