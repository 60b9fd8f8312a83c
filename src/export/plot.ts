/** Curves and histograms from their data: axes, lines, bands, points with error bars, legend. Pure. */
import { area, line } from 'd3-shape';
import type { PlotFigure } from '../ui/export/figure';
import { axisOf, powerText, ticksOf, type AxisGeometry } from '../ui/curves/axis';
import { pointPath } from '../ui/curves/shapes';
import type { CurveAxis, CurvePoint, CurveSeries } from '../ui/curves/types';
import { formatCompact } from '../ui/format';
import { fillOf, strokeOf } from './colours';
import { hatchesOf, heading, LINE, MARGIN, SIZE, textAt, type Pens } from './drawing';
import type { Item, Scene } from './scene';

const AREA = { width: 560, height: 320 } as const;
/** Radius of a point. */
const POINT = 3.6;

/** The drawing of a plot. */
export function plotScene(figure: PlotFigure, pens: Pens): Scene {
  const { ink, measure } = pens;
  const { text: size } = SIZE;
  const write = (axis: CurveAxis) => (value: number) => (axis.scale === 'log' ? powerText(value) : null) ?? (axis.format ?? ((plain: number) => formatCompact(plain, { locale: figure.locale })))(value);
  const [writeX, writeY] = [write(figure.x), write(figure.y)];
  const yTicks = ticksOf(figure.y.scale ?? 'linear', figure.y.domain, 8, figure.y.ticks);
  const left = MARGIN + Math.max(...yTicks.map((tick) => measure(size)(writeY(tick)))) + 10;
  const head = heading(figure, MARGIN, MARGIN, AREA.width + left - MARGIN, pens);
  const legend = legendItems(figure, left, MARGIN + head.height, AREA.width, pens);
  const labelY = figure.y.label ? LINE * size : 0;
  const top = MARGIN + head.height + legend.height + labelY + 8;

  const widest = Math.max(...(figure.x.ticks ?? figure.x.domain).map((tick) => measure(size)(writeX(tick))));
  const xTicks = ticksOf(figure.x.scale ?? 'linear', figure.x.domain, Math.floor(AREA.width / (widest + 16)), figure.x.ticks);
  const x = axisOf(figure.x.scale ?? 'linear', figure.x.domain, left, left + AREA.width);
  const y = axisOf(figure.y.scale ?? 'linear', figure.y.domain, top + AREA.height, top);
  const bottom = top + AREA.height;

  const axes: Item[] = [
    ...yTicks.flatMap((tick): Item[] => [
      { kind: 'path', d: `M${left} ${r(y.at(tick))}h${AREA.width}`, stroke: ink['--line'] },
      textAt(left - 6, y.at(tick), writeY(tick), size, ink['--ink-2'], { anchor: 'end' }),
    ]),
    { kind: 'path', d: `M${left} ${bottom}h${AREA.width}`, stroke: ink['--edge'] },
    ...xTicks.flatMap((tick): Item[] => [
      { kind: 'path', d: `M${r(x.at(tick))} ${bottom}v4`, stroke: ink['--edge'] },
      textAt(x.at(tick), bottom + 14, writeX(tick), size, ink['--ink-2'], { anchor: 'middle' }),
    ]),
    textAt(left + AREA.width, bottom + 14 + LINE * size, figure.x.label, size, ink['--ink-2'], { anchor: 'end' }),
    ...(labelY ? [textAt(left, top - 8 - labelY / 2, figure.y.label, size, ink['--ink-2'])] : []),
  ];
  const marks = (figure.marks ?? []).filter(({ value }) => x.beyond(value) === 0).flatMap(({ value, label }): Item[] => {
    const at = x.at(value);
    const flip = at > left + 0.7 * AREA.width;
    return [
      { kind: 'path', d: `M${r(at)} ${top}V${bottom}`, stroke: ink['--ink-2'], dash: '2 3' },
      ...(label ? [textAt(at + (flip ? -5 : 5), top + 8, label, size, ink['--ink'], flip ? { anchor: 'end' } : {})] : []),
    ];
  });
  const items: Item[] = [
    ...head.items,
    ...legend.items,
    { kind: 'group', name: 'axes', items: axes },
    ...(figure.bars ? [barsOf(figure.bars, x, y, pens)] : []),
    ...(marks.length > 0 ? [{ kind: 'group', name: 'marks', items: marks } as const] : []),
    ...figure.series.map((series): Item => ({ kind: 'group', name: series.name, items: seriesItems(series, x, y, pens) })),
  ];
  const width = Math.max(left + AREA.width + Math.max(MARGIN, widest / 2 + 4), left + legend.width + MARGIN);
  return { width: Math.ceil(width), height: Math.ceil(bottom + 22 + 2 * LINE * size), ground: ink['--paper'], hatches: hatchesOf(ink), items };
}

const r = (value: number) => Math.round(value * 100) / 100;

function barsOf({ name, hue, items }: NonNullable<PlotFigure['bars']>, x: AxisGeometry, y: AxisGeometry, { ink }: Pens): Item {
  const fill = fillOf(hue, ink);
  const zero = y.at(0);
  return {
    kind: 'group', name,
    items: items.map(({ from, to, density }): Item => {
      const [left, right] = [x.at(from), x.at(to)];
      return { kind: 'rect', x: left, y: y.at(density), width: Math.max(0.5, right - left - (right - left > 4 ? 1 : 0)), height: zero - y.at(density), fill, opacity: 0.55 };
    }),
  };
}

function seriesItems(series: CurveSeries, x: AxisGeometry, y: AxisGeometry, { ink }: Pens): Item[] {
  const stroke = strokeOf(series.hue, ink);
  const shown = series.points.filter((point) => x.beyond(point.x) === 0);
  const drawable = (point: CurvePoint) => Number.isFinite(point.y);
  const hasBand = (point: CurvePoint) => point.low !== undefined && point.high !== undefined;
  const [px, py] = [(point: CurvePoint) => r(x.at(point.x)), (value: number) => r(y.at(value))];
  const items: Item[] = [];
  if (series.kind === 'line') {
    const band = area<CurvePoint>().defined(hasBand).x(px).y0((point) => py(point.low!)).y1((point) => py(point.high!))(shown);
    if (band) items.push({ kind: 'path', d: band, fill: stroke, opacity: 0.14 });
  }
  if (series.kind !== 'points') {
    const d = line<CurvePoint>().defined(drawable).x(px).y((point) => py(point.y))(shown);
    const thin = series.kind === 'joined';
    if (d) items.push({ kind: 'path', d, stroke, strokeWidth: thin ? 1 : 2, ...(series.dashed && { dash: '5 4' }), ...(thin && { opacity: 0.6 }) });
  }
  if (series.kind === 'line') return items;
  for (const point of shown.filter(drawable)) {
    const [at, to] = [px(point), py(point.y)];
    const beyond = y.beyond(point.y);
    if (beyond) {
      items.push({ kind: 'path', d: `M${r(at - POINT)} ${r(to - beyond * -1.6 * POINT)}l${POINT} ${r(-beyond * 1.6 * POINT)} ${POINT} ${r(beyond * 1.6 * POINT)}`, stroke, strokeWidth: 1.25 });
      continue;
    }
    if (hasBand(point)) {
      const [low, high] = [py(point.low!), py(point.high!)];
      items.push({ kind: 'path', d: `M${at} ${low}V${high}M${r(at - POINT)} ${low}h${2 * POINT}M${r(at - POINT)} ${high}h${2 * POINT}`, stroke, strokeWidth: 1.25 });
    }
    items.push({ kind: 'path', d: pointPath(series.shape ?? 'circle', POINT), x: at, y: to, fill: stroke, stroke: ink['--paper'] });
  }
  return items;
}

/** Signs and names, in as many lines as they need. */
function legendItems(figure: PlotFigure, x: number, y: number, width: number, { ink, measure }: Pens): { items: Item[]; width: number; height: number } {
  const size = SIZE.text;
  const entries = [
    ...(figure.bars ? [{ name: figure.bars.name, sign: (at: number, mid: number): Item[] => [{ kind: 'rect', x: at + 5, y: mid - 5, width: 11, height: 10, fill: fillOf(figure.bars!.hue, ink), opacity: 0.55 }] }] : []),
    ...figure.series.filter(({ quiet }) => !quiet).map((series) => ({ name: series.name, sign: (at: number, mid: number) => signOf(series, at, mid, ink) })),
  ];
  const items: Item[] = [];
  let [at, mid, widest] = [x, y + (LINE * size) / 2, 0];
  for (const { name, sign } of entries) {
    const room = 28 + measure(size)(name);
    if (at > x && at + room > x + width) [at, mid] = [x, mid + LINE * size];
    items.push(...sign(at, mid), textAt(at + 28, mid, name, size, ink['--ink-2']));
    at += room + 18;
    widest = Math.max(widest, at - 18 - x);
  }
  return { items: items.length > 0 ? [{ kind: 'group', name: 'legend', items }] : [], width: widest, height: items.length > 0 ? mid - y + (LINE * size) / 2 + 6 : 0 };
}

function signOf(series: CurveSeries, at: number, mid: number, ink: Pens['ink']): Item[] {
  const stroke = strokeOf(series.hue, ink);
  return [
    ...(series.kind === 'points' ? [] : [{ kind: 'path', d: `M${at} ${mid}h22`, stroke, strokeWidth: series.kind === 'joined' ? 1 : 2, ...(series.dashed && { dash: '5 4' }) } as const]),
    ...(series.kind === 'line' ? [] : [{ kind: 'path', d: pointPath(series.shape ?? 'circle', POINT), x: at + 11, y: mid, fill: stroke } as const]),
  ];
}
