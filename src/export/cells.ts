/** A matrix's cells as shapes, as numbers, or as the pixels of one picture. Pure. */
import { shortest } from '../formats/texts';
import type { MapPanel } from '../ui/export/figure';
import { pixelsOf } from '../ui/maps/canvas-painter';
import { colourOf, inkOn } from '../ui/maps/palettes';
import type { MapDraw, MapTheme, Rect, Rgba } from '../ui/maps/types';
import { byteOf, hex, type Ink } from './colours';
import { hatchesOf, textAt, type Pens } from './drawing';
import type { Cell, Item, Paint } from './scene';

export type Box = Rect;

/** The lowest float32 marks a masked cell, as −Infinity does. */
const MASKED = -3.4028234663852886e38;
export const isMasked = (value: number): boolean => value <= MASKED;

/** From this width of a cell on, thin gaps separate the cells, as on the page. */
const GAP_FROM = 12;

/** The cells of a layer in its box, row by row; a wipe's edge cuts cells. */
export function cellsOf(panel: MapPanel, layer: MapPanel['layers'][number], { x, y, width, height }: Box, palettes: MapTheme['palettes']): Cell[] {
  const { rows, cols, scale } = panel;
  const { values, from = 0, to = cols } = layer;
  const [cellWidth, cellHeight] = [width / cols, height / rows];
  const gap = Math.min(cellWidth, cellHeight) >= GAP_FROM ? 1 : 0;
  const cells: Cell[] = [];
  for (let row = 0; row < rows; row++) {
    for (let col = Math.floor(from); col < Math.min(cols, to); col++) {
      const value = values[row * cols + col]!;
      const [left, right] = [Math.max(col, from), Math.min(col + 1, to)];
      const fill: Paint = Number.isNaN(value) ? { hatch: 'nan' } : isMasked(value) ? { hatch: 'masked' } : hex(...colourOf(value, scale, palettes).slice(0, 3));
      cells.push({ x: x + left * cellWidth, y: y + row * cellHeight, width: (right - left) * cellWidth - (right === col + 1 ? gap : 0), height: cellHeight - gap, fill, row, col, value: written(value) });
    }
  }
  return cells;
}

const written = (value: number): string => (isMasked(value) ? 'masked' : shortest(value, Math.fround(value) === value));

/** The numbers that stand in the cells: all of them or none, as on the page. */
export function numbersOf(panel: MapPanel, { x, y, width, height }: Box, size: number, { measure, palettes }: Pens): Item[] {
  const { rows, cols, layers, format, scale } = panel;
  if (!format) return [];
  const [cellWidth, cellHeight] = [width / cols, height / rows];
  if (cellHeight < size + 6) return [];
  const found: Item[] = [];
  for (const { values, from = 0, to = cols } of layers) {
    for (let index = 0; index < rows * cols; index++) {
      const [row, col] = [Math.floor(index / cols), index % cols];
      const value = values[index]!;
      if (col < from || col + 1 > to || !Number.isFinite(value) || isMasked(value)) continue;
      const text = format(value);
      if (measure(size)(text) + 6 > cellWidth) return [];
      found.push(textAt(x + (col + 0.5) * cellWidth, y + (row + 0.5) * cellHeight, text, size, inkOn(colourOf(value, scale, palettes)), { anchor: 'middle' }));
    }
  }
  return found;
}

/** Pixels of the picture for each CSS pixel of its box, where cells are smaller than that. */
const FINEST = 2;

/** The matrix as a picture: one pixel for each cell, or where cells are smaller than pixels the loudest of those that share one. */
export function pictureOf(panel: MapPanel, box: Box, ink: Ink, palettes: MapTheme['palettes']): Item {
  const { rows, cols, scale, layers } = panel;
  const columns = Math.min(cols, Math.ceil(FINEST * box.width));
  const lines = Math.min(rows, Math.ceil(FINEST * box.height));
  const rect = { x: 0, y: 0, width: columns, height: lines };
  const colours = hatchesOf(ink);
  const rgba = (colour: string): Rgba => [byteOf(colour, 0), byteOf(colour, 1), byteOf(colour, 2), 255];
  const theme: MapTheme = {
    background: [0, 0, 0, 0],
    masked: [rgba(colours.masked[0]), rgba(colours.masked[1])],
    nan: [rgba(colours.nan[0]), rgba(colours.nan[1])],
    palettes,
  };
  const draws = layers.map(({ values, from = 0, to = cols }): MapDraw => {
    const [left, right] = [Math.round((from / cols) * columns), Math.round((to / cols) * columns)];
    return { ...scale, source: { count: 1, rows, cols, data: Float32Array.from(values) }, index: 0, rect, clip: { x: left, y: 0, width: right - left, height: lines } };
  });
  return { kind: 'image', ...box, columns, rows: lines, rgba: pixelsOf(draws, columns, lines, theme) };
}
