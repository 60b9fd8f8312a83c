/** A drawing as plain data, in CSS pixels: written as SVG (svg.ts) or painted on a canvas (canvas.ts), the same either way. */

/** A CSS colour, or one of the scene's hatches. */
export type Paint = string | { readonly hatch: keyof Hatches };

/** Stripe and ground of the hatches: "no cell here", and "not a number". */
export interface Hatches {
  readonly masked: readonly [stripe: string, ground: string];
  readonly nan: readonly [stripe: string, ground: string];
}

/** Cells that are shapes of their own: one rectangle each, with the number behind it. */
export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: Paint;
  readonly row: number;
  readonly col: number;
  /** As it is written into the file; "masked" for no cell. */
  readonly value: string;
}

export interface Stroke {
  readonly stroke?: string;
  readonly strokeWidth?: number;
  readonly dash?: string;
}

export type Item =
  /** A named part, such as the labels of an axis: one group in a drawing program. */
  | { readonly kind: 'group'; readonly name: string; readonly items: readonly Item[] }
  | ({ readonly kind: 'rect'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly fill?: Paint; readonly opacity?: number } & Stroke)
  | { readonly kind: 'cells'; readonly name: string; readonly rows: number; readonly cols: number; readonly cells: readonly Cell[] }
  | ({ readonly kind: 'path'; readonly d: string; readonly x?: number; readonly y?: number; readonly fill?: string; readonly opacity?: number } & Stroke)
  /** `x`, `y`: the anchor on the line that letters stand on; turned by `angle` degrees against the clock around it. */
  | {
      readonly kind: 'text'; readonly x: number; readonly y: number; readonly text: string; readonly size: number; readonly fill: string;
      readonly anchor?: 'start' | 'middle' | 'end'; readonly angle?: number; readonly bold?: boolean;
    }
  /** Colours from left to right, evenly spaced. */
  | { readonly kind: 'gradient'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly colours: readonly string[] }
  /** RGBA bytes, row by row, enlarged without smoothing. */
  | {
      readonly kind: 'image'; readonly x: number; readonly y: number; readonly width: number; readonly height: number;
      readonly columns: number; readonly rows: number; readonly rgba: Uint8Array;
    };

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly ground: string;
  readonly hatches: Hatches;
  readonly items: readonly Item[];
}

/** Fonts by name, for whoever opens the file elsewhere; Chinese ones last, so that Latin letters and quotes come from a Latin face. */
export const FONT_FAMILY =
  "'Helvetica Neue', Helvetica, Arial, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif";

/** Distance of two stripes of a hatch, and width of a stripe, as on the page. */
export const HATCH = { period: 6, stripe: 2 } as const;

/** From the middle of a line of text down to where its letters stand, in parts of the font size. */
export const MIDDLE = 0.35;

/** Width of a text in CSS pixels at a font size; `bold` for titles. */
export type MeasureAt = (size: number, bold?: boolean) => (text: string) => number;
