// Where a map's cells fall on a canvas's pixels. Both painters follow these rules; `axisCells` in src/ui/maps repeats the shader.
import type { MapDraw, MapTheme, Rect, Rgba } from './view-types';

/** From this width of a cell on, in CSS pixels, thin gaps separate the cells. */
const GAP_FROM = 12;
/** From this width of a cell on, in CSS pixels, masked cells are hatched; below they show the hatch's average. */
const HATCH_FROM = 2;
/** Distance of two stripes of the hatch, and width of a stripe, in CSS pixels. */
const HATCH_PERIOD = 6;
const HATCH_STRIPE = 2;

/** A draw in canvas pixels. One is reused for many draws, so that a frame allocates nothing. */
export interface Placement {
  /** The pixels to paint: x0 ≤ x < x1, y0 ≤ y < y1. Empty when x1 ≤ x0 or y1 ≤ y0. */
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  /** Pixel of the map's top left corner. */
  originX: number;
  originY: number;
  /** Cell coordinates at that corner. */
  firstX: number;
  firstY: number;
  /** Cell coordinates at the bottom right corner. */
  lastX: number;
  lastY: number;
  /** Cells per pixel. */
  stepX: number;
  stepY: number;
  /** Pixels between cells; 0: none. */
  gap: number;
  /** Pixels from stripe to stripe of the hatch; 0: flat. */
  period: number;
  /** Pixels of a stripe. */
  stripe: number;
}

export const newPlacement = (): Placement => ({
  x0: 0, y0: 0, x1: 0, y1: 0, originX: 0, originY: 0, firstX: 0, firstY: 0, lastX: 0, lastY: 0, stepX: 1, stepY: 1, gap: 0, period: 0, stripe: 0,
});

/** From this many pixels per cell on, on both axes, where no pixel covers more than one cell, the GPU colours each cell once and spreads it over its pixels. */
const MAGNIFY_FROM = 1;

/** The cells of one axis that show between the cell coordinates `first` and `last`: from the first to before the last. */
export const visibleFrom = (first: number): number => Math.max(0, Math.floor(first));
export const visibleTo = (last: number, count: number): number => Math.min(count, Math.ceil(last));

/** Whether a placed draw has cells large enough for two passes. */
export const isMagnified = (at: Placement): boolean => Math.max(at.stepX, at.stepY) * MAGNIFY_FROM <= 1;

/** Computes where `draw` lands on a canvas of width × height pixels, edges on whole pixels. Writes into `into`. */
export function place(draw: MapDraw, width: number, height: number, pixelRatio: number, into: Placement): Placement {
  const { rect, clip, source, view } = draw;
  const left = Math.round(rect.x * pixelRatio);
  const top = Math.round(rect.y * pixelRatio);
  const right = Math.round((rect.x + rect.width) * pixelRatio);
  const bottom = Math.round((rect.y + rect.height) * pixelRatio);
  const inside = (edge: (r: Rect) => number, fallback: number) => (clip ? Math.round(edge(clip) * pixelRatio) : fallback);
  into.x0 = Math.max(left, inside((r) => r.x, left), 0);
  into.y0 = Math.max(top, inside((r) => r.y, top), 0);
  into.x1 = Math.min(right, inside((r) => r.x + r.width, right), width);
  into.y1 = Math.min(bottom, inside((r) => r.y + r.height, bottom), height);
  into.originX = left;
  into.originY = top;
  into.firstX = view ? view.x0 : 0;
  into.firstY = view ? view.y0 : 0;
  into.lastX = view ? view.x1 : source.cols;
  into.lastY = view ? view.y1 : source.rows;
  into.stepX = (into.lastX - into.firstX) / Math.max(1, right - left);
  into.stepY = (into.lastY - into.firstY) / Math.max(1, bottom - top);

  const cell = 1 / Math.max(into.stepX, into.stepY) / pixelRatio;
  into.gap = cell >= GAP_FROM && !draw.direct ? Math.max(1, Math.round(pixelRatio)) : 0;
  into.period = cell >= HATCH_FROM ? Math.max(2, Math.round(HATCH_PERIOD * pixelRatio)) : 0;
  into.stripe = Math.max(1, Math.round(HATCH_STRIPE * pixelRatio));
  return into;
}

/** Share of the hatch that its stripes cover; the average colour below `HATCH_FROM` follows from it. */
const HATCH_COVER = HATCH_STRIPE / HATCH_PERIOD;

/** The colour that a hatch has from afar. */
export function average(pair: MapTheme['masked']): Rgba {
  const [stripe, ground] = pair;
  return stripe.map((byte, i) => Math.round(byte * HATCH_COVER + ground[i] * (1 - HATCH_COVER))) as unknown as Rgba;
}

/**
 * The value in whose distance a pixel that covers several cells chooses the one it shows: the middle of a diverging
 * scale, the low end of a sequential one.
 */
export const neutralOf = (draw: MapDraw): number =>
  draw.palette === 'sequential' ? draw.domain[0] : (draw.domain[0] + draw.domain[1]) / 2;
