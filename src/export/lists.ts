/** Bars, tables, and what was drawn for a canvas. Pure. */
import { scaleLinear } from 'd3-scale';
import type { BarsFigure, DrawnFigure, TableFigure } from '../ui/export/figure';
import { fillOf, type Property } from './colours';
import { hatchesOf, heading, legendPart, LINE, MARGIN, SIZE, textAt, type Pens } from './drawing';
import { Recorder } from './recorder';
import type { Item, Scene } from './scene';

const ROW = 22;
const LANE = 320;

/** Bars beneath each other, with a name at the left and a number at the right. */
export function barsScene(figure: BarsFigure, pens: Pens): Scene {
  const { ink, measure } = pens;
  const size = SIZE.text;
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(measure(size)));
  const names = widest(figure.items.map(({ name }) => name));
  const numbers = widest(figure.items.map(({ text }) => text));
  const width = names + numbers + LANE + 20;
  const head = heading(figure, MARGIN, MARGIN, width, pens);
  const left = MARGIN + names + 10;
  const at = scaleLinear().domain(figure.domain).range([left, left + LANE]).clamp(true);
  const zero = at(Math.min(figure.domain[1], Math.max(figure.domain[0], 0)));
  const top = MARGIN + head.height;
  const rows = figure.items.map(({ name, value, text }, i): Item => {
    const middle = top + (i + 0.5) * ROW;
    const box = { x: left, y: middle - 6, width: LANE, height: 12 };
    const to = Number.isFinite(value) ? at(value) : zero;
    return {
      kind: 'group', name,
      items: [
        textAt(left - 10, middle, name, size, ink['--ink'], { anchor: 'end' }),
        value === -Infinity
          ? { kind: 'rect', ...box, fill: { hatch: 'masked' } }
          : { kind: 'rect', ...box, x: Math.min(zero, to), width: Math.max(0.5, Math.abs(to - zero)), fill: fillOf(figure.hue, ink) },
        textAt(left + LANE + 10 + numbers, middle, text, size, ink['--ink'], { anchor: 'end' }),
      ],
    };
  });
  const bottom = top + figure.items.length * ROW;
  const items: Item[] = [...head.items, { kind: 'path', d: `M${zero} ${top}V${bottom}`, stroke: ink['--edge'] }, ...rows];
  return { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(bottom + MARGIN), ground: ink['--paper'], hatches: hatchesOf(ink), items };
}

/** Rows of text under a line of column names. */
export function tableScene(figure: TableFigure, pens: Pens): Scene {
  const { ink, measure } = pens;
  const size = SIZE.text;
  const gap = 20;
  const widths = figure.columns.map((column, at) => Math.max(measure(size)(column), ...figure.rows.map((row) => measure(size)(row[at] ?? ''))));
  const width = Math.max(240, widths.reduce((sum, one) => sum + one + gap, -gap));
  const head = heading(figure, MARGIN, MARGIN, width, pens);
  const line = (texts: readonly string[], middle: number, fill: string): Item[] => {
    let x = MARGIN;
    return texts.map((text, at) => {
      const item = at === 0 ? textAt(x, middle, text, size, fill) : textAt(x + widths[at]!, middle, text, size, fill, { anchor: 'end' });
      x += widths[at]! + gap;
      return item;
    });
  };
  const top = MARGIN + head.height;
  const items: Item[] = [...head.items, ...line(figure.columns, top + ROW / 2, ink['--ink-2'])];
  figure.rows.forEach((row, i) => {
    const y = top + (i + 1) * ROW;
    items.push({ kind: 'path', d: `M${MARGIN} ${y}h${width}`, stroke: ink['--line'] }, ...line(row, y + ROW / 2, ink['--ink']));
  });
  const bottom = top + (figure.rows.length + 1) * ROW;
  return { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(bottom + MARGIN), ground: ink['--paper'], hatches: hatchesOf(ink), items };
}

/** What drew on the recorder, with title and legend around it. */
export function drawnScene(figure: DrawnFigure, pens: Pens): Scene {
  const { ink, measure } = pens;
  const title = heading(figure, MARGIN, MARGIN, figure.width, pens);
  // On whole pixels, so that edges of what was drawn on whole pixels stay sharp.
  const head = { ...title, height: Math.ceil(title.height) };
  const recorder = new Recorder({ x: MARGIN, y: MARGIN + head.height }, measure, SIZE.text);
  figure.draw(recorder as unknown as CanvasRenderingContext2D, (property) => ink[property as Property], SIZE.text);
  let bottom = MARGIN + head.height + figure.height + LINE * SIZE.small;
  const items: Item[] = [...head.items, { kind: 'group', name: figure.title, items: recorder.items }];
  if (figure.legend) {
    const legend = legendPart(figure.legend, MARGIN, bottom, figure.width, pens);
    items.push(...legend.items);
    bottom += legend.height;
  }
  return { width: Math.ceil(figure.width + 2 * MARGIN), height: Math.ceil(bottom + MARGIN), ground: ink['--paper'], hatches: hatchesOf(ink), items };
}
