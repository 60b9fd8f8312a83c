import type { Drawable } from '../../lab/engine-types';
import type { MapDraw, MapSource, Rect } from '../../ui/maps/types';
import type { StageName } from './params';

/** A drawable [count, rows, cols] or [rows, cols] as the painters take it. */
export function sourceOf({ shape, tensor, data }: Drawable): MapSource {
  const [count, rows, cols] = shape.length === 2 ? [1, ...shape] : shape;
  return { count: count!, rows: rows!, cols: cols!, ...(tensor && { tensor }), ...(data && { data }) };
}

/** How each stage is coloured: weights on a fixed 0–1 scale, scores on one diverging scale that the panels share. */
export function scaleOf(stage: StageName, extent: number, outputExtent: number, root: boolean): Pick<MapDraw, 'palette' | 'domain' | 'root'> {
  if (stage === 'weights') return { palette: 'sequential', domain: [0, 1], root };
  const limit = stage === 'output' ? outputExtent : extent;
  return { palette: 'diverging', domain: [-limit, limit] };
}

/** The largest rectangle of rows × cols square cells inside a square of `side`, top left at (x, y). */
export function fitCells(rows: number, cols: number, side: number, x = 0, y = 0): Rect {
  const cell = side / Math.max(rows, cols);
  return { x, y, width: cell * cols, height: cell * rows };
}

/** A rounded limit at or above `value` (1, 2 or 5 times a power of ten), so that the legend reads well and rarely moves. */
export function niceLimit(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value * 0.999) ?? 10) * power;
}
