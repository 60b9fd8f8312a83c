/** The window onto a matrix: cells ↔ pixels, zoom and pan. Pure. Windows are in cells, points in CSS pixels of the map. */
import type { Cell, CellWindow, Rect } from './types';

/** Extents of a matrix and of the rectangle that shows it. */
export interface MapSize {
  readonly rows: number;
  readonly cols: number;
  readonly width: number;
  readonly height: number;
}

export const wholeWindow = (rows: number, cols: number): CellWindow => ({ x0: 0, y0: 0, x1: cols, y1: rows });

/** How many times larger than the whole matrix a window shows its cells. */
export const zoomOf = (view: CellWindow, cols: number): number => cols / (view.x1 - view.x0);

/** A cell is worth no more than this many pixels; until then one may zoom in. */
const LARGEST_CELL = 56;

/** The largest zoom of a map: 1 where the cells are large already. */
export const mostZoom = ({ rows, cols, width, height }: MapSize): number =>
  Math.max(1, LARGEST_CELL / Math.max(width / cols, height / rows));

/** The window moved back onto the matrix; one larger than the matrix becomes the whole. */
export function clampWindow(view: CellWindow, rows: number, cols: number): CellWindow {
  const width = Math.min(view.x1 - view.x0, cols);
  const height = Math.min(view.y1 - view.y0, rows);
  const x0 = Math.min(Math.max(view.x0, 0), cols - width);
  const y0 = Math.min(Math.max(view.y0, 0), rows - height);
  return { x0, y0, x1: x0 + width, y1: y0 + height };
}

/** The same zoom on both axes, `zoom` times the whole, with the cell coordinate `at` kept where it is. */
export function zoomTo(view: CellWindow, zoom: number, at: { readonly x: number; readonly y: number }, size: MapSize): CellWindow {
  const { rows, cols } = size;
  const k = Math.min(Math.max(zoom, 1), mostZoom(size));
  const [width, height] = [cols / k, rows / k];
  const x0 = at.x - ((at.x - view.x0) / (view.x1 - view.x0)) * width;
  const y0 = at.y - ((at.y - view.y0) / (view.y1 - view.y0)) * height;
  return clampWindow({ x0, y0, x1: x0 + width, y1: y0 + height }, rows, cols);
}

/** The window moved as little as shows `cell` wholly. */
export function windowWith(view: CellWindow, { row, col }: Cell, rows: number, cols: number): CellWindow {
  const dx = Math.min(0, col - view.x0) + Math.max(0, col + 1 - view.x1);
  const dy = Math.min(0, row - view.y0) + Math.max(0, row + 1 - view.y1);
  return clampWindow({ x0: view.x0 + dx, y0: view.y0 + dy, x1: view.x1 + dx, y1: view.y1 + dy }, rows, cols);
}

/** A window as d3-zoom's transform: a point p of the whole map stands at k · p + (x, y). */
export function transformOf(view: CellWindow, { cols, rows, width, height }: MapSize): { k: number; x: number; y: number } {
  const k = zoomOf(view, cols);
  return { k, x: (-view.x0 / cols) * width * k, y: (-view.y0 / rows) * height * k };
}

/** The window of one of d3-zoom's transforms. */
export function windowOf({ k, x, y }: { readonly k: number; readonly x: number; readonly y: number }, size: MapSize): CellWindow {
  const { rows, cols, width, height } = size;
  const x0 = (-x / k / width) * cols;
  const y0 = (-y / k / height) * rows;
  return clampWindow({ x0, y0, x1: x0 + cols / k, y1: y0 + rows / k }, rows, cols);
}

/** The cell under a point of the map, or null beside the matrix. */
export function cellAt(x: number, y: number, view: CellWindow, { rows, cols, width, height }: MapSize): Cell | null {
  const col = Math.floor(view.x0 + (x / width) * (view.x1 - view.x0));
  const row = Math.floor(view.y0 + (y / height) * (view.y1 - view.y0));
  return x >= 0 && y >= 0 && x < width && y < height && row >= 0 && col >= 0 && row < rows && col < cols ? { row, col } : null;
}

/** Where rows row0…row1 and columns col0…col1 (the last ones excluded) stand on the map; it may reach beyond the map. */
export function cellsRect(row0: number, row1: number, col0: number, col1: number, view: CellWindow, size: Pick<MapSize, 'width' | 'height'>): Rect {
  const cellWidth = size.width / (view.x1 - view.x0);
  const cellHeight = size.height / (view.y1 - view.y0);
  return {
    x: (col0 - view.x0) * cellWidth,
    y: (row0 - view.y0) * cellHeight,
    width: (col1 - col0) * cellWidth,
    height: (row1 - row0) * cellHeight,
  };
}

/** The part of a rectangle that lies on the map. */
export function clipTo(rect: Rect, { width, height }: Pick<MapSize, 'width' | 'height'>): Rect {
  const x = Math.min(Math.max(rect.x, 0), width);
  const y = Math.min(Math.max(rect.y, 0), height);
  return {
    x,
    y,
    width: Math.max(0, Math.min(rect.x + rect.width, width) - x),
    height: Math.max(0, Math.min(rect.y + rect.height, height) - y),
  };
}

/** The cells of a straight stroke from one to another, both ends included: a fast pointer skips none. */
export function cellsBetween(from: Cell, to: Cell): Cell[] {
  const steps = Math.max(Math.abs(to.row - from.row), Math.abs(to.col - from.col));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = steps === 0 ? 0 : i / steps;
    return { row: Math.round(from.row + t * (to.row - from.row)), col: Math.round(from.col + t * (to.col - from.col)) };
  });
}

export const sameCell = (a: Cell | null, b: Cell | null): boolean => a === b || (!!a && !!b && a.row === b.row && a.col === b.col);
