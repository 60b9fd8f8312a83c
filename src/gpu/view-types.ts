import type { PooledBuffer } from './pool';

/** A rectangle, in CSS pixels of the canvas unless said otherwise. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a matrix that is looked at, in cells (fractional): columns x0…x1, rows y0…y1. */
export interface CellWindow {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/**
 * A stack of matrices [count, rows, cols], C order: on the GPU a tensor, in CPU mode an array.
 * Masked cells hold the lowest finite f32 or −Infinity.
 */
export interface MapSource {
  readonly count: number;
  readonly rows: number;
  readonly cols: number;
  readonly tensor?: { readonly buffer: PooledBuffer };
  readonly data?: Float32Array;
}

/** sequential: weights; diverging: scores around the middle of the domain; difference: A − B. */
export type PaletteRole = 'sequential' | 'diverging' | 'difference';

/** How a value becomes a colour. */
export interface MapScale {
  readonly palette: PaletteRole;
  /** The values at the two ends of the palette; values beyond take the colour of the end. */
  readonly domain: readonly [number, number];
  /** Colour by √((value − low) / (high − low)), which lifts small weights; diverging maps by the root on both sides of the middle. */
  readonly root?: boolean;
}

/** One matrix of a stack, drawn into a rectangle. */
export interface MapDraw extends MapScale {
  readonly source: MapSource;
  /** Which matrix of the stack. */
  readonly index: number;
  readonly rect: Rect;
  /** Draw only inside this rectangle too. */
  readonly clip?: Rect;
  /** The whole matrix when left out. */
  readonly view?: CellWindow;
  /** Shows source − minus; both must have the same rows and columns. */
  readonly minus?: { readonly source: MapSource; readonly index: number };
  /**
   * Large cells too are drawn in one pass, without gaps between them: so that a grid of many small maps is one draw call.
   * Worth it for small maps only, since every pixel looks its cell up.
   */
  readonly direct?: boolean;
  /** Draws as "no cell" what is masked in this matrix of the same rows and columns; not together with `minus`. */
  readonly where?: { readonly source: MapSource; readonly index: number };
}

/** Red, green, blue, alpha; bytes, sRGB, not premultiplied. */
export type Rgba = readonly [number, number, number, number];

/** Number of colours in a palette's table. */
export const PALETTE_SIZE = 256;

/** Everything about colour that the page decides. */
export interface MapTheme {
  /** Between cells and beside the matrix; usually transparent. */
  readonly background: Rgba;
  /** Stripe and ground of the hatch that stands for "no cell". */
  readonly masked: readonly [stripe: Rgba, ground: Rgba];
  /** Stripe and ground of a value that is not a number. */
  readonly nan: readonly [stripe: Rgba, ground: Rgba];
  /** RGBA bytes of 256 colours, lowest value first. Painters keep tables by identity: make a new one to change it. */
  readonly palettes: Readonly<Record<PaletteRole, Uint8Array>>;
}

/** Draws maps on canvases. One painter serves many canvases. */
export interface Painter {
  readonly kind: 'webgpu' | 'canvas2d';
  /**
   * Replaces what the canvas shows. `pixelRatio`: canvas pixels per CSS pixel.
   * @throws when a draw has no data that this painter can read.
   */
  paint(canvas: HTMLCanvasElement, draws: readonly MapDraw[], theme: MapTheme, pixelRatio?: number): void;
  destroy(): void;
}
