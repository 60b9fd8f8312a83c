/** Token labels along a map's axes: which are shown, how they are turned and shortened, so that none overlaps. Pure. */
import { shortenMiddle, visibleToken } from '../instruments/tokens';
import type { CellWindow, Rect } from './types';

/** Width of a text in CSS pixels, in the labels' font. */
export type Measure = (text: string) => number;

export interface AxisLabel {
  readonly index: number;
  /** What is drawn; `full` is the whole token, blanks made visible. */
  readonly text: string;
  readonly full: string;
  /** Pixels along the axis, the middle of the cell. */
  readonly at: number;
}

export interface AxisLayout {
  readonly labels: readonly AxisLabel[];
  /** Every `stride`-th token has a label. */
  readonly stride: number;
  /** Degrees by which the text is turned against the clock. */
  readonly angle: 0 | 45 | 90;
  /** Pixels that the labels need across the axis. */
  readonly thickness: number;
  /** Pixels by which the last label reaches beyond the axis's end. */
  readonly overhang: number;
}

export interface AxisRequest {
  readonly tokens: readonly string[];
  /** Cell coordinates at the two ends of the axis. */
  readonly first: number;
  readonly last: number;
  /** CSS pixels of the axis. */
  readonly length: number;
  readonly fontSize: number;
  /** No label takes more pixels than this across the axis: longer ones are shortened in the middle. */
  readonly maxThickness: number;
  readonly measure: Measure;
}

/** Lines of text need this much of the font size. */
const LINE = 1.2;
const NONE: AxisLayout = { labels: [], stride: 1, angle: 0, thickness: 0, overhang: 0 };

/** Labels beside the rows: never turned, thinned out where the rows are lower than a line. */
export function rowLabels(request: AxisRequest): AxisLayout {
  const { tokens, fontSize, maxThickness, measure } = request;
  const cell = request.length / (request.last - request.first);
  if (tokens.length === 0 || !(cell > 0)) return NONE;
  const stride = niceStride((fontSize * LINE) / cell);
  const labels = visible(request, stride, (text) => fitted(text, maxThickness, measure));
  return { labels, stride, angle: 0, thickness: widest(labels, measure), overhang: 0 };
}

/** Labels above the columns: level where all fit, else slanted, else upright, and thinned out at last. */
export function colLabels(request: AxisRequest): AxisLayout {
  const { tokens, fontSize, maxThickness, measure } = request;
  const cell = request.length / (request.last - request.first);
  if (tokens.length === 0 || !(cell > 0)) return NONE;
  const line = fontSize * LINE;

  const level = visible(request, 1, (text) => text);
  if (widest(level, measure) + fontSize / 2 <= cell) return { labels: level, stride: 1, angle: 0, thickness: line, overhang: 0 };

  if (cell >= line * Math.SQRT2) {
    const labels = visible(request, 1, (text) => fitted(text, maxThickness * Math.SQRT2 - line, measure));
    const width = widest(labels, measure);
    const end = labels.at(-1);
    const overhang = end ? Math.max(0, end.at + (measure(end.text) + line) / Math.SQRT2 - request.length) : 0;
    return { labels, stride: 1, angle: 45, thickness: (width + line) / Math.SQRT2, overhang };
  }

  const stride = niceStride(line / cell);
  const labels = visible(request, stride, (text) => fitted(text, maxThickness, measure));
  return { labels, stride, angle: 90, thickness: widest(labels, measure), overhang: 0 };
}

/** The least of 1, 2, 5, 10, 20, 50 … that is not below `wanted`. */
export function niceStride(wanted: number): number {
  if (wanted <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((step) => step * power).find((stride) => stride >= wanted - 1e-9)!;
}

/** The text shortened in the middle until it is no wider than `width`. */
export function fitted(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  let [low, high] = [1, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(shortenMiddle(text, middle)) <= width) low = middle;
    else high = middle - 1;
  }
  return shortenMiddle(text, low);
}

function visible({ tokens, first, last, length }: AxisRequest, stride: number, shorten: (text: string) => string): AxisLabel[] {
  const labels: AxisLabel[] = [];
  const cell = length / (last - first);
  for (let index = Math.ceil(Math.max(0, first - 0.5) / stride) * stride; index < tokens.length; index += stride) {
    const at = (index + 0.5 - first) * cell;
    if (at > length) break;
    if (at < 0) continue;
    const full = visibleToken(tokens[index]);
    labels.push({ index, full, text: shorten(full), at });
  }
  return labels;
}

const widest = (labels: readonly AxisLabel[], measure: Measure) =>
  labels.reduce((most, label) => Math.max(most, measure(label.text)), 0);

export interface FrameRequest {
  readonly rows: number;
  readonly cols: number;
  /** CSS pixels at hand. */
  readonly width: number;
  readonly height: number;
  /** Empty: no labels on that axis. */
  readonly rowTokens: readonly string[];
  readonly colTokens: readonly string[];
  readonly axisWords: { readonly query: string; readonly key: string };
  readonly fontSize: number;
  readonly measure: Measure;
  readonly view?: CellWindow;
}

/** Pixels between labels and map. */
export const LABEL_GAP = 6;

/**
 * The largest rectangle for a map inside width × height with its labels and axis words around it, and the height that
 * all of it takes. Cells are square unless the matrix is more than three times as long as it is wide, or the reverse.
 */
export function fitFrame(request: FrameRequest): { readonly rect: Rect; readonly width: number; readonly height: number } {
  const { rows, cols, rowTokens, colTokens, fontSize, measure, axisWords } = request;
  const view = request.view ?? { x0: 0, y0: 0, x1: cols, y1: rows };
  const labelled = rowTokens.length > 0 || colTokens.length > 0;
  const line = fontSize * LINE;
  const most = mostThickness(request.width, fontSize);
  const aspect = Math.min(3, Math.max(1 / 3, rows / cols));
  const word = line + LABEL_GAP;

  // Labels at the left do not depend on the map's size when there is room for all of them: measure as if there were.
  const all = rowLabels({ tokens: rowTokens, first: 0, last: rows, length: rows * line * 2, fontSize, maxThickness: most, measure });
  const left = labelled ? Math.ceil(Math.max(all.thickness, measure(axisWords.query)) + 2 * LABEL_GAP) : 0;
  let [top, right] = [word, 0];
  let width = 0;
  for (let round = 0; round < 3; round++) {
    width = Math.max(1, Math.floor(Math.min(request.width - left - right, (request.height - top) / aspect)));
    const labels = colLabels({ tokens: colTokens, first: view.x0, last: view.x1, length: width, fontSize, maxThickness: most, measure });
    top = Math.ceil(word + (labels.thickness > 0 ? labels.thickness + LABEL_GAP : 0));
    right = Math.ceil(labels.overhang);
  }
  const height = Math.max(1, Math.round(width * aspect));
  return { rect: { x: left, y: top, width, height }, width: left + width + right, height: top + height };
}

/**
 * Room that a map's labels and axis words need at its left and above it, however far one zooms in. `length` is the map's
 * side, `width` all that there is.
 */
export function labelRoom(request: {
  readonly rowTokens: readonly string[];
  readonly colTokens: readonly string[];
  readonly axisWords: { readonly query: string; readonly key: string };
  readonly length: number;
  readonly width: number;
  readonly fontSize: number;
  readonly measure: Measure;
}): { readonly left: number; readonly top: number } {
  const { rowTokens, colTokens, axisWords, length, width, fontSize, measure } = request;
  const line = fontSize * LINE;
  const most = mostThickness(width, fontSize);
  const longest = (tokens: readonly string[]) => tokens.reduce((width, token) => Math.max(width, measure(visibleToken(token))), 0);
  const left = Math.max(Math.min(longest(rowTokens), most), measure(axisWords.query)) + 2 * LABEL_GAP;
  const col = longest(colTokens);
  const level = col + fontSize / 2 <= length / colTokens.length;
  const labels = level ? line : Math.min(most, Math.max(col, (col + line) / Math.SQRT2));
  return { left: Math.ceil(left), top: Math.ceil(labels + line + 2 * LABEL_GAP) };
}

/** Labels take no more than this of a map's surroundings. */
export const mostThickness = (width: number, fontSize: number): number => Math.max(3 * fontSize, Math.min(7 * fontSize, width * 0.18));
