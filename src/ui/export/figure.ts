/** A figure as plain data: what an export draws and writes, free of the page's layout. */
import type { CurveAxis, CurveHue, CurveMark, CurveSeries } from '../curves/types';
import type { HistogramBar } from '../curves/bins';
import type { MapScale } from '../maps/types';

/** A tensor behind a figure, in C order, exactly as it was computed; −Infinity is a masked score. */
export interface FigureArray {
  /** A word of ASCII: "weights". */
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
  /** Names of the indices of each axis; null for plain numbers. */
  readonly labels?: readonly (readonly string[] | null)[];
}

/** The numbers behind a figure: tensors, or named columns of equal length. */
export type FigureData =
  | { readonly kind: 'arrays'; readonly arrays: readonly FigureArray[] }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly (string | number)[])[] };

/** A frame around cells row0 … row1, col0 … col1 (the last ones excluded). */
export interface MapMark {
  readonly row0: number;
  readonly row1: number;
  readonly col0: number;
  readonly col1: number;
  readonly hue: CurveHue;
  readonly dashed?: boolean;
}

/** One matrix of a figure. */
export interface MapPanel {
  /** Above the map; the figure's title where it is the only one. */
  readonly title?: string;
  /** Lines beneath the map. */
  readonly notes?: readonly string[];
  readonly rows: number;
  readonly cols: number;
  readonly rowTokens?: readonly string[];
  readonly colTokens?: readonly string[];
  readonly axisWords: { readonly query: string; readonly key: string };
  readonly scale: MapScale;
  /** Cell values [rows, cols]; −Infinity or the lowest float: no cell. Several side by side where a wipe divides the map. */
  readonly layers: readonly { readonly values: ArrayLike<number>; readonly name?: string; /** Columns, fractional; all unless told. */ readonly from?: number; readonly to?: number }[];
  /** Text of a cell's number; none is written without it, or where the cells are too small. */
  readonly format?: (value: number) => string;
  readonly marks?: readonly MapMark[];
  /** The operator between the map before and this one. */
  readonly operator?: string;
}

export interface MapLegend {
  readonly title: string;
  readonly scale: MapScale;
  readonly format: (value: number) => string;
  /** What the data's own range is called, and the like. */
  readonly notes?: readonly string[];
  /** The word beside the hatch; no swatch without it. */
  readonly maskedWord?: string;
}

interface FigureBase {
  readonly title: string;
  /** One line beneath the title. */
  readonly note?: string;
  readonly data: FigureData;
}

export interface MapFigure extends FigureBase {
  readonly kind: 'maps';
  readonly panels: readonly MapPanel[];
  /** Maps in a row; as many as fit unless told. */
  readonly columns?: number;
  readonly legend?: MapLegend;
}

/** Curves, a histogram, or both. */
export interface PlotFigure extends FigureBase {
  readonly kind: 'plot';
  readonly x: CurveAxis & { readonly domain: readonly [number, number] };
  readonly y: CurveAxis & { readonly domain: readonly [number, number] };
  readonly series: readonly CurveSeries[];
  readonly marks?: readonly CurveMark[];
  readonly bars?: { readonly name: string; readonly hue: CurveHue; readonly items: readonly HistogramBar[] };
  readonly locale?: string;
}

/** Values as bars, one beneath the other. */
export interface BarsFigure extends FigureBase {
  readonly kind: 'bars';
  readonly items: readonly { readonly name: string; readonly value: number; readonly text: string }[];
  readonly domain: readonly [number, number];
  readonly hue: CurveHue;
}

/** Rows of text, such as readings; the first column reads from the left, the others from the right. */
export interface TableFigure extends FigureBase {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One instrument: what it measures, the value and its text; `mark` is what theory expects. Without a domain it has no scale. */
export interface MeterReading {
  /** Its name in files: "scoreVariance". */
  readonly key: string;
  readonly label: string;
  /** Null: there is no such number at present. */
  readonly value: number | null;
  readonly unit?: string;
  readonly domain?: readonly [number, number];
  readonly scale?: 'linear' | 'log';
  readonly mark?: { readonly value: number; readonly label: string };
  readonly tone?: 'normal' | 'warn';
  /** Text of a value; two decimals unless told. */
  readonly format?: (value: number) => string;
}

/** Instruments beneath each other, in groups. */
export interface MetersFigure extends FigureBase {
  readonly kind: 'meters';
  readonly groups: readonly { readonly heading?: string; readonly items: readonly (MeterReading & { readonly text: string })[] }[];
}

/** A part of a calculation: its operands as bars, and line by line what is done with them. */
export interface SumGroup {
  readonly heading: string;
  readonly bars?: {
    /** −Infinity is a masked value. */
    readonly values: ArrayLike<number>;
    readonly nameOf?: (index: number) => string;
    /** Index of the one in question. */
    readonly locked?: number;
    readonly hue?: CurveHue;
    readonly domain?: readonly [number, number];
  };
  readonly steps: readonly { readonly text: string; readonly value: string; readonly note?: string; readonly result?: boolean }[];
}

/** A number taken apart. */
export interface SumFigure extends FigureBase {
  readonly kind: 'sum';
  readonly groups: readonly SumGroup[];
  readonly format: (value: number) => string;
}

/** What draws with a part of the 2D canvas's methods; see `Recorder` in src/export/recorder.ts. */
export interface DrawnFigure extends FigureBase {
  readonly kind: 'drawn';
  readonly width: number;
  readonly height: number;
  /** `colour` gives a custom property of the page (`--ink`) on the ground that was chosen. */
  readonly draw: (context: CanvasRenderingContext2D, colour: (property: string) => string, fontSize: number) => void;
  readonly legend?: MapLegend;
}

export type Figure = MapFigure | PlotFigure | BarsFigure | TableFigure | MetersFigure | SumFigure | DrawnFigure;

/** Something that can be exported. Nothing is read or computed for it before somebody asks. */
export interface ExportSubject {
  /** "Attention weights", for the button's name. */
  readonly title: string;
  /** Parts of the file's name: ['attention-weights', 'head-3']. */
  readonly name: readonly string[];
  /** Parts that tell the setting: ['n-64', 'causal', 'rsqrt']. Without them the page and what its link says are added. */
  readonly settings?: readonly string[];
  /** Numbers that the files will hold, so that what is too large is refused before it is read back. */
  readonly cells?: number;
  /** Reads the numbers and describes the picture. @throws Error with one sentence where there is none at present */
  readonly figure: () => Figure | Promise<Figure>;
}
