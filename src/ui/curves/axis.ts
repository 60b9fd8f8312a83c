/** Where values stand on an axis, and which of its ticks are written. Pure. */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { AxisScale, CurvePoint, CurveSeries } from './types';

/** An axis in pixels. */
export interface AxisGeometry {
  readonly scale: AxisScale;
  readonly domain: readonly [number, number];
  /** Position in pixels; NaN for what no axis of this kind can hold. */
  readonly at: (value: number) => number;
  readonly invert: (pixels: number) => number;
  /** −1 below the axis, 1 above it, 0 on it; null for NaN. On a log axis zero and below are below it. */
  readonly beyond: (value: number) => -1 | 0 | 1 | null;
}

/**
 * An axis over `domain`, drawn from pixel `start` to pixel `end`; positions beyond the domain are held at its ends.
 * @throws when the domain is empty, or reaches zero on a log scale
 */
export function axisOf(scale: AxisScale, domain: readonly [number, number], start: number, end: number): AxisGeometry {
  const [low, high] = domain;
  if (!(low < high) || (scale === 'log' && !(low > 0))) {
    throw new Error(`An axis from ${low} to ${high} cannot be ${scale}: the ends must ascend${scale === 'log' ? ' and be above 0' : ''}.`);
  }
  const d3 = (scale === 'log' ? scaleLog() : scaleLinear()).domain(domain).range([start, end]).clamp(true);
  return {
    scale,
    domain,
    at: (value) => (Number.isNaN(value) ? NaN : d3(scale === 'log' ? Math.max(value, low) : value)),
    invert: (pixels) => d3.invert(pixels),
    beyond: (value) => (Number.isNaN(value) ? null : value < low ? -1 : value > high ? 1 : 0),
  };
}

/** Every value that a series puts on an axis, error bars included. */
export function valuesOn(series: readonly CurveSeries[], axis: 'x' | 'y'): number[] {
  const of = (point: CurvePoint) => (axis === 'x' ? [point.x] : [point.y, point.low, point.high]);
  return series.flatMap(({ points }) => points.flatMap(of)).filter((value): value is number => value !== undefined && Number.isFinite(value));
}

/** Ends that hold all values: rounded outwards on a linear scale, to whole powers of ten on a log scale. */
export function domainOf(scale: AxisScale, values: readonly number[]): [number, number] {
  const fit = scale === 'log' ? values.filter((value) => value > 0) : values;
  if (fit.length === 0) return scale === 'log' ? [1, 10] : [0, 1];
  let [low, high] = [Math.min(...fit), Math.max(...fit)];
  if (scale === 'log') {
    // 1e-9 of slack, so that 1000 is not rounded up to 10000 by the error of its logarithm
    const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
    return [10 ** from, 10 ** Math.max(to, from + 1)];
  }
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  return scaleLinear().domain([low, high]).nice().domain() as [number, number];
}

/**
 * At most `count` ticks. On a log scale they are whole powers of ten at equal strides, or 1, 2 and 5 times those where
 * there is room; given ticks are thinned out by equal strides that keep the first.
 */
export function ticksOf(scale: AxisScale, domain: readonly [number, number], count: number, given?: readonly number[]): number[] {
  const [low, high] = domain;
  const inside = (values: readonly number[]) => values.filter((value) => value >= low && value <= high);
  const most = Number.isFinite(count) ? Math.max(1, Math.floor(count)) : 1; // a plot that is not laid out has no size
  if (given) return everyNth(inside(given), most);
  if (scale === 'linear') {
    for (let asked = most; asked > 1; asked--) {
      const ticks = scaleLinear().domain(domain).ticks(asked);
      if (ticks.length <= most) return ticks;
    }
    return [low, high].slice(0, most);
  }
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = inside(Array.from({ length: to - from + 1 }, (_, i) => Number(`1e${from + i}`)));
  const finer = inside(Array.from({ length: to - from + 1 }, (_, i) => [1, 2, 5].map((step) => Number(`${step}e${from + i}`))).flat());
  return finer.length <= most ? finer : everyNth(powers, most);
}

function everyNth(values: readonly number[], most: number): number[] {
  const stride = Math.ceil(values.length / most);
  return values.filter((_, i) => i % stride === 0);
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** "10⁻⁵" for a whole power of ten that is long to write out, else null. */
export function powerText(value: number): string | null {
  const exponent = Math.round(Math.log10(value));
  if (Math.abs(exponent) < 4 || Number(`1e${exponent}`) !== value) return null;
  return `10${exponent < 0 ? '⁻' : ''}${String(Math.abs(exponent)).replace(/\d/g, (digit) => RAISED[Number(digit)]!)}`;
}

/** Index of the value nearest to `value` on the axis, or −1 of nothing. */
export function nearest(values: readonly number[], value: number, scale: AxisScale): number {
  const place = (at: number) => (scale === 'log' ? Math.log(at) : at);
  let best = -1;
  values.forEach((candidate, i) => {
    if (best < 0 || Math.abs(place(candidate) - place(value)) < Math.abs(place(values[best]!) - place(value))) best = i;
  });
  return best;
}

/** The distinct x of the measured series (of all, where none is measured), ascending: the stops of the cursor and the rows of the table. */
export function stopsOf(series: readonly CurveSeries[]): number[] {
  const measured = series.filter(({ kind }) => kind !== 'line');
  const points = (measured.length > 0 ? measured : series).flatMap(({ points: all }) => all);
  return [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
}
