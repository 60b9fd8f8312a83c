/** Many small maps in rows. Pure. */
import type { Rect } from './types';

export interface GridRequest {
  readonly count: number;
  /** CSS pixels to share. */
  readonly width: number;
  /** Height of a map over its width. */
  readonly aspect?: number;
  readonly gap?: number;
  /** Room beneath each map. */
  readonly captionHeight?: number;
  /** A map is no narrower than this unless the whole width is. */
  readonly minSize?: number;
  readonly maxSize?: number;
  /** Fixed number of maps in a row. */
  readonly columns?: number;
  /** CSS pixels to share downwards: as many maps in a row as make them largest, whatever `minSize` is. */
  readonly tall?: number;
}

export interface GridLayout {
  readonly columns: number;
  /** Width of a map. */
  readonly size: number;
  /** One for each map, in reading order. */
  readonly rects: readonly Rect[];
  readonly width: number;
  readonly height: number;
}

/**
 * As many maps in a row as fit at `minSize`, then spread over as few rows evenly: 8 maps where 7 fit make 4 + 4, not 7 + 1.
 */
export function gridLayout({
  count,
  width,
  aspect = 1,
  gap = 12,
  captionHeight = 0,
  minSize = 96,
  maxSize = 240,
  columns,
  tall,
}: GridRequest): GridLayout {
  const fitting = Math.max(1, Math.floor((width + gap) / (minSize + gap)));
  const rowCount = Math.max(1, Math.ceil(count / fitting));
  const across = (perRow: number) => (width - gap * (perRow - 1)) / perRow;
  const down = (rows: number) => (tall === undefined ? Infinity : ((tall - gap * (rows - 1)) / rows - captionHeight) / aspect);
  const sizeOf = (perRow: number) => Math.max(1, Math.floor(Math.min(maxSize, across(perRow), down(Math.ceil(count / perRow)))));
  const largest = () => Array.from({ length: count }, (_, i) => i + 1).reduce((best, perRow) => (sizeOf(perRow) > sizeOf(best) ? perRow : best), 1);
  const perRow = Math.max(1, columns ?? (tall === undefined ? Math.ceil(count / rowCount) : largest()));
  const size = sizeOf(perRow);
  const height = Math.max(1, Math.round(size * aspect));
  const rects = Array.from({ length: count }, (_, i) => ({
    x: (i % perRow) * (size + gap),
    y: Math.floor(i / perRow) * (height + captionHeight + gap),
    width: size,
    height,
  }));
  const rows = Math.ceil(count / perRow);
  return { columns: perRow, size, rects, width: perRow * (size + gap) - gap, height: Math.max(0, rows * (height + captionHeight + gap) - gap) };
}

/**
 * The number of columns in which maps are largest within width × height, each with its caption beneath, and the width of a map
 * then. Fewer rows win where two numbers are alike.
 */
export function fullestColumns({ count, width, height, aspect = 1, gap = 12, captionHeight = 0 }: Omit<GridRequest, 'columns' | 'minSize' | 'maxSize'> & { readonly height: number }): {
  readonly columns: number;
  readonly size: number;
} {
  let best = { columns: Math.max(1, count), size: 0 };
  for (let columns = count; columns >= 1; columns--) {
    const rows = Math.ceil(count / columns);
    const size = Math.floor(Math.min((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1) - rows * captionHeight) / rows / aspect));
    if (size > best.size) best = { columns, size };
  }
  return best;
}
