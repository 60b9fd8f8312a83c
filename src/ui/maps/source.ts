// From tensors to what the painters take, and where maps and their scales end. Pure.
import type { MapSource, Rect } from './types';

/** What an engine hands out of a tensor: a buffer on the GPU, or an array in CPU mode. */
interface DrawableTensor {
  readonly shape: readonly number[];
  readonly tensor: MapSource['tensor'] | null;
  readonly data: Float32Array | null;
}

/** A drawable [count, rows, cols] or [rows, cols] as the painters take it. */
export function sourceOf({ shape, tensor, data }: DrawableTensor): MapSource {
  const [count, rows, cols] = shape.length === 2 ? [1, ...shape] : shape;
  return { count: count!, rows: rows!, cols: cols!, ...(tensor && { tensor }), ...(data && { data }) };
}

/** The largest rectangle of rows × cols square cells inside a square of `side`, top left at (x, y). */
export function fitCells(rows: number, cols: number, side: number, x = 0, y = 0): Rect {
  const cell = side / Math.max(rows, cols);
  return { x, y, width: cell * cols, height: cell * rows };
}

/** The largest rectangle of rows × cols square cells that is at most `width` wide and `height` high, top left at (x, y). */
export function fitCellsInto(rows: number, cols: number, width: number, height: number, x = 0, y = 0): Rect {
  return fitCells(rows, cols, Math.max(rows, cols) * Math.min(width / cols, height / rows), x, y);
}

/** A rounded limit at or above `value` (a short number), so that the legend reads well and rarely moves. */
export function niceLimit(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value * 0.999) ?? 10) * power;
}
