/** Instruments, and a number taken apart, as drawings. Pure. */
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import type { MetersFigure, SumFigure, SumGroup } from '../ui/export/figure';
import { barDomain, toBars } from '../ui/instruments/bins';
import { meterPosition } from '../ui/instruments/gauge';
import { fitted } from '../ui/maps/axis-labels';
import { fillOf } from './colours';
import { hatchesOf, heading, LINE, MARGIN, SIZE, textAt, wrapped, type Pens } from './drawing';
import type { Item, Scene } from './scene';

const ROW = 22;
const GAP = 14;
/** Length of a meter's scale. */
const SCALE = 240;

/** Instruments beneath each other: name, scale with the reading and what theory expects, value. */
export function metersScene(figure: MetersFigure, pens: Pens): Scene {
  const { ink, measure } = pens;
  const size = SIZE.text;
  const all = figure.groups.flatMap(({ items }) => items);
  const names = Math.max(0, ...all.map(({ label }) => measure(size)(label)));
  const values = Math.max(0, ...all.map(({ text }) => measure(size, true)(text)));
  const left = MARGIN + names + GAP;
  const right = left + SCALE + GAP + values;
  const head = heading(figure, MARGIN, MARGIN, right - MARGIN, pens);
  const items: Item[] = [...head.items];
  let y = MARGIN + head.height;
  for (const group of figure.groups) {
    if (group.heading) {
      items.push(textAt(MARGIN, y + ROW / 2, group.heading, size, ink['--ink-2'], { bold: true }));
      y += ROW;
    }
    for (const { label, text, value, domain, scale = 'linear', mark, tone } of group.items) {
      const middle = y + ROW / 2;
      const colour = ink[tone === 'warn' ? '--warn-ink' : '--ink'];
      const parts: Item[] = [textAt(MARGIN, middle, label, size, ink['--ink']), textAt(right, middle, text, size, colour, { anchor: 'end', bold: true })];
      y += ROW;
      if (domain) {
        const at = (of: number) => meterPosition(of, domain, scale);
        parts.push({ kind: 'rect', x: left, y: middle - 1, width: SCALE, height: 2, fill: ink['--line'] });
        const reading = value === null ? null : at(value);
        if (reading) {
          const from = scale === 'linear' ? (at(Math.min(Math.max(0, domain[0]), domain[1]))?.at ?? 0) : 0;
          parts.push({ kind: 'rect', x: left + SCALE * Math.min(from, reading.at), y: middle - 1, width: SCALE * Math.abs(reading.at - from), height: 2, fill: colour });
          const x = left + SCALE * reading.at;
          parts.push(reading.beyond ? { kind: 'path', d: `M${x - 3 * reading.beyond} ${middle - 5}l${5 * reading.beyond} 5l${-5 * reading.beyond} 5`, stroke: colour, strokeWidth: 2 } : { kind: 'rect', x: x - 1, y: middle - 5, width: 2, height: 10, fill: colour });
        }
        const expected = mark && at(mark.value);
        if (mark && expected) {
          const x = left + SCALE * expected.at;
          if (!expected.beyond) parts.push({ kind: 'path', d: `M${x} ${middle - 7}v14`, stroke: ink['--accent'], strokeWidth: 2, dash: '2 2' });
          // moves with the mark, and never beyond either end
          const wide = measure(SIZE.small)(mark.label);
          parts.push(textAt(left + expected.at * (SCALE - wide), y + SIZE.small / 2, mark.label, SIZE.small, ink['--accent']));
          y += LINE * SIZE.small;
        }
      }
      items.push({ kind: 'group', name: label, items: parts });
    }
    y += GAP / 2;
  }
  return { width: Math.ceil(right + MARGIN), height: Math.ceil(y - GAP / 2 + MARGIN), ground: ink['--paper'], hatches: hatchesOf(ink), items };
}

/** Width of a calculation, most of it that a name takes, and height of columns. */
const WIDTH = 520;
const NAME = 160;
const COLUMNS = 96;
/** Operands up to this number are written out, one to a line; more of them stand side by side as columns. */
const WRITTEN = 40;

/** A number taken apart: each part's operands as bars, and beneath them what is done, line by line, with the number at the right. */
export function sumScene(figure: SumFigure, pens: Pens): Scene {
  const { ink, measure } = pens;
  const size = SIZE.text;
  const right = MARGIN + WIDTH;
  const head = heading(figure, MARGIN, MARGIN, WIDTH, pens);
  const items: Item[] = [...head.items];
  let y = MARGIN + head.height;
  for (const group of figure.groups) {
    const parts: Item[] = [];
    for (const line of wrapped(group.heading, WIDTH, measure(size, true))) {
      parts.push(textAt(MARGIN, y + ROW / 2, line, size, ink['--ink'], { bold: true }));
      y += LINE * size;
    }
    y += 8;
    if (group.bars) {
      const drawn = group.bars.values.length <= WRITTEN ? lines(group.bars, y, figure.format, pens) : columns(group.bars, y, figure.format, pens);
      parts.push(...drawn.items);
      y = drawn.bottom + 8;
    }
    for (const { text, value, note, result } of group.steps) {
      if (result) parts.push({ kind: 'path', d: `M${MARGIN} ${y}H${right}`, stroke: ink['--edge'] });
      const bold = result ? { bold: true } : {};
      parts.push(textAt(right, y + ROW / 2, value, size, ink['--ink'], { anchor: 'end', ...bold }));
      const room = WIDTH - GAP - measure(size, true)(value);
      for (const [at, line] of wrapped(text, room, measure(size, result)).entries()) {
        parts.push(textAt(MARGIN, y + ROW / 2, line, size, ink['--ink'], bold));
        y += at === 0 ? ROW : LINE * size;
      }
      for (const line of note ? wrapped(note, WIDTH, measure(SIZE.small)) : []) {
        parts.push(textAt(MARGIN, y + SIZE.small / 2, line, SIZE.small, ink['--ink-2']));
        y += LINE * SIZE.small;
      }
    }
    items.push({ kind: 'group', name: group.heading, items: parts });
    y += GAP;
  }
  return { width: right + MARGIN, height: Math.ceil(y - GAP + MARGIN), ground: ink['--paper'], hatches: hatchesOf(ink), items };
}

type Bars = NonNullable<SumGroup['bars']>;

/** One bar to a line, with name and number. */
function lines({ values, nameOf = String, locked, hue = 'accent', domain }: Bars, top: number, format: (value: number) => string, { ink, measure }: Pens): { items: Item[]; bottom: number } {
  const { small } = SIZE;
  const height = LINE * small + 2;
  const write = (value: number) => (value === -Infinity ? '−∞' : format(value));
  const names = Array.from(values, (_, i) => fitted(nameOf(i), NAME, measure(small, i === locked)));
  const left = MARGIN + 8 + Math.max(0, ...names.map(measure(small, true)));
  const right = MARGIN + WIDTH - 8 - Math.max(0, ...Array.from(values, (value) => measure(small, true)(write(value))));
  const at = scaleLinear().domain(domain ?? barDomain(toBars(values, values.length, 'sum'))).range([left, right]).clamp(true);
  const items = names.flatMap((name, i): Item[] => {
    const middle = top + (i + 0.5) * height;
    const chosen = { bold: i === locked, anchor: 'end' } as const;
    return [
      textAt(left - 8, middle, name, small, ink['--ink'], chosen),
      lineBar(values[i]!, at, middle, fillOf(hue, ink)),
      textAt(MARGIN + WIDTH, middle, write(values[i]!), small, ink['--ink'], chosen),
    ];
  });
  return { items, bottom: top + values.length * height };
}

function lineBar(value: number, at: ScaleLinear<number, number>, middle: number, fill: string): Item {
  const [low, high] = at.range() as [number, number];
  const box = { y: middle - 4, height: 8 };
  if (value === -Infinity) return { kind: 'rect', x: low, width: high - low, ...box, fill: { hatch: 'masked' } };
  const [from, to] = [at(0), at(Number.isNaN(value) ? 0 : value)];
  return { kind: 'rect', x: Math.min(from, to), width: Math.max(0.5, Math.abs(to - from)), ...box, fill };
}

/** Bars side by side, with the ends of their scale at the left. More than there is room for are drawn in runs: the sum of each. */
function columns({ values, locked, hue = 'accent', domain }: Bars, above: number, format: (value: number) => string, { ink, measure }: Pens): { items: Item[]; bottom: number } {
  const { small } = SIZE;
  const top = above + small / 2; // half of the upper number
  const bars = toBars(values, WIDTH, 'sum');
  const [low, high] = domain ?? barDomain(bars);
  const texts = [format(high), ...(low < 0 && high > 0 ? ['0'] : []), format(low)];
  const left = MARGIN + Math.max(...texts.map(measure(small))) + 8;
  const step = (MARGIN + WIDTH - left) / bars.length;
  const at = scaleLinear().domain([low, high]).range([top + COLUMNS, top]).clamp(true);
  const zero = at(Math.min(high, Math.max(low, 0)));
  const mark = (value: number, text: string): Item => textAt(left - 8, at(value), text, small, ink['--ink-2'], { anchor: 'end' });
  const items: Item[] = [mark(high, texts[0]!), mark(low, texts.at(-1)!)];
  if (low < 0 && high > 0 && Math.min(zero - top, top + COLUMNS - zero) > LINE * small) items.push(mark(0, '0'));
  for (const [index, { start, end, value }] of bars.entries()) {
    const x = left + index * step;
    const to = Number.isNaN(value) || value === -Infinity ? zero : at(value);
    const box = value === -Infinity ? { y: top, height: COLUMNS, fill: { hatch: 'masked' } as const } : { y: Math.min(zero, to), height: Math.max(0.5, Math.abs(to - zero)), fill: fillOf(hue, ink) };
    items.push({ kind: 'rect', x: x + step / 10, width: 0.8 * step, ...box });
    if (locked !== undefined && locked >= start && locked < end) items.push({ kind: 'rect', x, y: top, width: step, height: COLUMNS, stroke: ink['--ink'] });
  }
  items.push({ kind: 'path', d: `M${left} ${zero}H${MARGIN + WIDTH}`, stroke: ink['--edge'] });
  return { items, bottom: top + COLUMNS + small };
}
