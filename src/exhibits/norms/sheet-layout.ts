// Where the sheets lie, one for each sentence. Pure.
import type { Rect } from '../../ui/maps/types';

export interface SheetRequest {
  /** Sheets, and rows and columns of each. */
  readonly count: number;
  readonly tokens: number;
  readonly features: number;
  /** CSS pixels to share. */
  readonly width: number;
  /** CSS pixels to share downwards; without them the sheets are no larger than is read with ease. */
  readonly tall?: number;
  /** CSS pixels of the type. */
  readonly em: number;
}

export interface SheetLayout {
  readonly cell: { readonly width: number; readonly height: number };
  /** Height of the caption above each sheet. */
  readonly caption: number;
  /** One for each sheet, in reading order, without its caption. */
  readonly rects: readonly Rect[];
  readonly height: number;
}

const GAP = 14;

/** Sheets in rows. Cells are at most twice as wide as high, and never higher than wide. */
export function sheetLayout({ count, tokens, features, width, tall, em }: SheetRequest): SheetLayout {
  const caption = 1.5 * em;
  const sideOf = (columns: number) => Math.max(1, (width - GAP * (columns - 1)) / columns);
  const cellIn = (side: number, height: number) => ({ width: Math.min(side / features, 2 * height), height });
  const easy = (columns: number) => {
    const side = Math.min(15 * em, sideOf(columns));
    return { step: side + GAP, ...cellIn(side, Math.min(side / features, side / tokens, 2.2 * em)) };
  };
  const largest = (columns: number, tall: number) => {
    const rows = Math.ceil(count / columns);
    const down = (tall - 4 - GAP * (rows - 1)) / rows - caption;
    const cell = cellIn(sideOf(columns), Math.max(1, Math.min(sideOf(columns) / features, down / tokens)));
    return { step: cell.width * features + GAP, ...cell };
  };
  const area = (columns: number) => (({ width, height }) => width * height)(largest(columns, tall!));
  const columns =
    tall === undefined
      ? Math.max(1, Math.min(count, Math.floor((width + GAP) / (9 * em + GAP))))
      : Array.from({ length: count }, (_, at) => at + 1).reduce((best, next) => (area(next) > area(best) ? next : best), 1);
  const { step, ...cell } = tall === undefined ? easy(columns) : largest(columns, tall);
  const rects = Array.from({ length: count }, (_, at): Rect => ({
    x: (at % columns) * step,
    y: Math.floor(at / columns) * (cell.height * tokens + caption + GAP) + caption,
    width: cell.width * features,
    height: cell.height * tokens,
  }));
  const last = rects.at(-1);
  return { cell, caption, rects, height: last ? last.y + last.height + 4 : 0 };
}
