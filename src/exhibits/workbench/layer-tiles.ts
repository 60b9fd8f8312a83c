/** Where the maps of all layers stand: square tiles, a number for each row and column, axis words above. Pure. */
import { LABEL_GAP, type Measure } from '../../ui/maps/axis-labels';
import type { Rect } from '../../ui/maps/types';

interface TilesRequest {
  readonly rows: number;
  readonly cols: number;
  /** CSS pixels of the panel. */
  readonly width: number;
  /** CSS pixels of the window: the whole grid should be seen at once. */
  readonly windowHeight: number;
  /** Share of the window's height that the grid may take; the usual one where it is left out. */
  readonly share?: number;
  readonly fontSize: number;
  readonly measure: Measure;
}

export interface Tiles {
  /** All of it, labels included; wider than the panel where the tiles would be too small for a finger. */
  readonly width: number;
  readonly height: number;
  /** The grid without its labels, in which each tile is a cell. */
  readonly rect: Rect;
  /** Top left corner and side of a tile. */
  readonly tile: (row: number, col: number) => { readonly x: number; readonly y: number; readonly side: number };
}

/** Least pixels from tile to tile: what a finger can hit (WCAG 2.2, 2.5.8). */
const LEAST = 24;
/** Most pixels from tile to tile, at the usual size of type. */
const MOST = 72;
/** Share of the window's height that the grid takes at most. */
const OF_WINDOW = 0.72;

export function tilesOf({ rows, cols, width, windowHeight, share = OF_WINDOW, fontSize, measure }: TilesRequest): Tiles {
  const line = 1.2 * fontSize;
  const left = Math.ceil(measure(String(rows - 1)) + 2 * LABEL_GAP);
  // The axis words, and beneath them the columns' numbers.
  const top = Math.ceil(2 * line + 2 * LABEL_GAP);
  /** At the right of the last column, so that its outline is not cut. */
  const margin = 4;
  const most = Math.min((MOST * fontSize) / 14, (share * windowHeight) / rows);
  const pitch = Math.max(LEAST, Math.floor(Math.min(most, (width - left - margin) / cols)));
  const gap = pitch < 32 ? 2 : 4;
  return {
    width: left + cols * pitch + margin,
    height: top + rows * pitch + margin,
    rect: { x: left, y: top, width: cols * pitch, height: rows * pitch },
    tile: (row, col) => ({ x: left + col * pitch + gap / 2, y: top + row * pitch + gap / 2, side: pitch - gap }),
  };
}
