import { paletteTables, type PaletteChoice } from './palettes';
import type { MapTheme, Rgba } from './types';

const bytes = new Map<string, Rgba>();
let probe: CanvasRenderingContext2D | null = null;

/** Any colour that CSS can write, as bytes. */
export function rgba(text: string): Rgba {
  let colour = bytes.get(text);
  if (colour) return colour;
  if (!probe) {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    probe = canvas.getContext('2d', { willReadFrequently: true })!;
  }
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = text;
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data;
  colour = [r, g, b, a];
  bytes.set(text, colour);
  return colour;
}

/** The colours of maps under an element's custom properties. */
export function readTheme(element: Element, palettes?: PaletteChoice): MapTheme {
  const style = getComputedStyle(element);
  const property = (name: string, fallback: string) => rgba(style.getPropertyValue(name).trim() || fallback);
  return {
    background: [0, 0, 0, 0],
    masked: [property('--masked-b', '#cbcbc6'), property('--masked-a', '#ecece8')],
    nan: [[38, 12, 0, 255], property('--warn', '#d55e00')],
    palettes: paletteTables(palettes),
  };
}

/** Calls back whenever the page's colours may have changed. Returns what stops it. */
export function watchTheme(changed: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true });
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
  };
}
