/** What all drawings share: title, legend, and the pens they draw with. */
import { scaleLinear, scalePow } from 'd3-scale';
import type { MapLegend } from '../ui/export/figure';
import { legendTicks } from '../ui/maps/ticks';
import type { MapTheme } from '../ui/maps/types';
import { hex, type Ink } from './colours';
import { MIDDLE, type Hatches, type Item, type MeasureAt } from './scene';

/** Colours, fonts and palettes of a drawing. */
export interface Pens {
  readonly ink: Ink;
  readonly measure: MeasureAt;
  readonly palettes: MapTheme['palettes'];
}

/** Font sizes in CSS pixels. */
export const SIZE = { title: 16, text: 13, small: 12 } as const;
/** Around everything. */
export const MARGIN = 16;
export const LINE = 1.3;

export const hatchesOf = (ink: Ink): Hatches => ({ masked: [ink['--masked-b'], ink['--masked-a']], nan: ['#260c00', ink['--warn']] });

/** A line of text whose middle stands at `y`. */
export const textAt = (x: number, y: number, text: string, size: number, fill: string, more: Partial<Extract<Item, { kind: 'text' }>> = {}): Item => ({
  kind: 'text', x, y: y + MIDDLE * size, text, size, fill, ...more,
});

/** Items moved into place are made there; this is a part and the room that it takes. */
export interface Part {
  readonly items: readonly Item[];
  readonly width: number;
  readonly height: number;
}

/** The text in lines no wider than `width`; words stay whole, Chinese breaks anywhere. */
export function wrapped(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uffef]|[^\s\p{Script=Han}\u3000-\u303f\uff00-\uffef]+\s*|\s+/gu) ?? []) {
    if (line && measure((line + word).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = word.trimStart();
    } else line += word;
  }
  return [...lines, line.trimEnd()].filter(Boolean);
}

/** Title and note from (x, y) down. */
export function heading({ title, note }: { title: string; note?: string }, x: number, y: number, width: number, { ink, measure }: Pens): Part {
  const items: Item[] = [];
  let at = y;
  const write = (lines: string[], size: number, fill: string, bold: boolean) => {
    for (const line of lines) {
      items.push(textAt(x, at + (LINE * size) / 2, line, size, fill, { bold }));
      at += LINE * size;
    }
  };
  write(wrapped(title, width, measure(SIZE.title, true)), SIZE.title, ink['--ink'], true);
  if (note) write(wrapped(note, width, measure(SIZE.small)), SIZE.small, ink['--ink-2'], false);
  return { items: [{ kind: 'group', name: 'title', items }], width, height: at - y + 8 };
}

const BAR = { width: 240, height: 12 } as const;
/** Colours of the bar; between them a drawing program interpolates. */
const STOPS = 33;

/** The colour bar with its ticks, the hatch's swatch and the notes, from (x, y) down. */
export function legendPart({ title, scale, format, notes = [], maskedWord }: MapLegend, x: number, y: number, width: number, { ink, measure, palettes }: Pens): Part {
  const { small } = SIZE;
  const bar = Math.min(BAR.width, width);
  const items: Item[] = [textAt(x, y + small / 2, title, small, ink['--ink'])];
  const top = y + LINE * small + 2;
  const table = palettes[scale.palette];
  const colours = Array.from({ length: STOPS }, (_, i) => {
    const at = 4 * Math.round((i / (STOPS - 1)) * (table.length / 4 - 1));
    return hex(table[at]!, table[at + 1]!, table[at + 2]!);
  });
  items.push({ kind: 'gradient', x, y: top, width: bar, height: BAR.height, colours });
  const axis = (scale.root ? scalePow().exponent(0.5) : scaleLinear()).domain(scale.domain).range([0, bar]).clamp(true);
  const ticks = legendTicks(axis, bar, measure(small), format);
  ticks.forEach((tick, i) => {
    const anchor = i === 0 ? 'start' : i === ticks.length - 1 ? 'end' : 'middle';
    items.push({ kind: 'path', d: `M${x + tick.x} ${top + BAR.height}v4`, stroke: ink['--edge'] });
    items.push(textAt(x + tick.x, top + BAR.height + 12, tick.text, small, ink['--ink-2'], { anchor }));
  });
  let right = x + bar + 16;
  if (maskedWord) {
    items.push({ kind: 'rect', x: right, y: top, width: 22, height: BAR.height, fill: { hatch: 'masked' } }, textAt(right + 28, top + BAR.height / 2, maskedWord, small, ink['--ink-2']));
    right += 28 + measure(small)(maskedWord);
  }
  let bottom = top + BAR.height + 22;
  for (const note of notes.flatMap((text) => wrapped(text, width, measure(small)))) {
    items.push(textAt(x, bottom + small / 2, note, small, ink['--ink-2']));
    bottom += LINE * small;
  }
  return { items: [{ kind: 'group', name: 'legend', items }], width: right - x, height: bottom - y };
}
