// What a map is and how it is drawn; the types live beside the GPU's painter, which may not import this room.
export type {
  CellWindow,
  MapDraw,
  MapScale,
  MapSource,
  MapTheme,
  PaletteRole,
  Painter,
  Rect,
  Rgba,
} from '../../gpu/view-types';

/** A cell of a matrix. */
export interface Cell {
  readonly row: number;
  readonly col: number;
}
