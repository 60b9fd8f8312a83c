import type { Drawable } from '../../lab/engine-types';
import type { MapDraw, MapScale, MapSource, Rect } from '../../ui/maps/types';
import type { StageName } from './params';
import type { Frame } from './session.svelte';

/** A drawable [count, rows, cols] or [rows, cols] as the painters take it. */
export function sourceOf({ shape, tensor, data }: Drawable): MapSource {
  const [count, rows, cols] = shape.length === 2 ? [1, ...shape] : shape;
  return { count: count!, rows: rows!, cols: cols!, ...(tensor && { tensor }), ...(data && { data }) };
}

/** What colours depend on besides the stage. */
export interface Colouring {
  /** End of the scores' scale, which all score panels share. */
  readonly extent: number;
  /** End of the output's scale. */
  readonly outputExtent: number;
  /** Weights by their root. */
  readonly root: boolean;
  /** Scores by their root on both sides of 0, so that scaled ones can be seen on the scale of the raw ones. */
  readonly scoreRoot: boolean;
}

/** How each stage is coloured: weights on a fixed 0–1 scale, scores on one diverging scale that the panels share. */
export function scaleOf(stage: StageName, { extent, outputExtent, root, scoreRoot }: Colouring): MapScale {
  if (stage === 'weights') return { palette: 'sequential', domain: [0, 1], root };
  if (stage === 'output') return { palette: 'diverging', domain: [-outputExtent, outputExtent] };
  return { palette: 'diverging', domain: [-extent, extent], root: scoreRoot };
}

/** Weights are zero where the mask hides a cell; they are drawn as no cell there. */
export function hiddenBy(stage: StageName, frame: Frame, head: number, slot?: string): Pick<MapDraw, 'where'> {
  const masked = stage === 'weights' ? frame.drawable('masked', slot) : null;
  return masked ? { where: { source: sourceOf(masked), index: head } } : {};
}

/** The largest rectangle of rows × cols square cells inside a square of `side`, top left at (x, y). */
export function fitCells(rows: number, cols: number, side: number, x = 0, y = 0): Rect {
  const cell = side / Math.max(rows, cols);
  return { x, y, width: cell * cols, height: cell * rows };
}

/** A rounded limit at or above `value` (a short number), so that the legend reads well and rarely moves. */
export function niceLimit(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value * 0.999) ?? 10) * power;
}
