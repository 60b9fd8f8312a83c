/** Checks on the numbers themselves, and the axes that they are laid out on. */
import { elementCount, indexAt, isStringArray, type FileArray, type NumberArray } from './arrays.ts';
import { FormatError, shapeText, type FormatValues } from './errors.ts';

/** An array brought to [layers, heads, rows, columns], C order, float32. */
export interface Layered {
  /** The array's name in the file, for messages. */
  array: string;
  layers: number;
  heads: number;
  rows: number;
  columns: number;
  data: Float32Array;
  /** How many elements are −Infinity; always 0 unless that was allowed. */
  masked: number;
}

/** How far a row of softmax output may be from 1 in half precision: 2⁻¹¹ relative to each of its terms, twice over. */
export const ROW_SUM_TOLERANCE = 1e-3;

/** What a value of the last two axes means, for the sentence about wrong shapes. */
const WANTED = {
  square: '[n, n], [h, n, n], [L, h, n, n], [m, n]',
  rows: '[n, d], [h, n, d], [L, h, n, d]',
} as const;

/**
 * Brings an array to [L, h, rows, columns] and checks its values. Accepts [r, c], [h, r, c], [L, h, r, c], and five
 * axes where the first or second (the batch) is 1. NaN and infinities are refused, except −Infinity where
 * `allowMasked`. Throws {@link FormatError}.
 */
export function toLayered(source: FileArray, array: string, kind: keyof typeof WANTED, allowMasked = false): Layered {
  if (isStringArray(source)) throw new FormatError('array-is-text', { array });
  const { shape } = source;
  if (elementCount(shape, 4, array) === 0) throw new FormatError('array-empty', { array, shape: shapeText(shape) });
  const [layers, heads, rows, columns] = fourAxes(shape, array, WANTED[kind]);
  return { array, layers, heads, rows, columns, ...checkedFloat32(source, array, allowMasked) };
}

function fourAxes(shape: readonly number[], array: string, wanted: string): readonly number[] {
  if (shape.length >= 2 && shape.length <= 4) return [...new Array<number>(4 - shape.length).fill(1), ...shape];
  if (shape.length === 5) {
    if (shape[0] === 1) return shape.slice(1);
    if (shape[1] === 1) return [shape[0], ...shape.slice(2)];
    throw new FormatError('array-batch', { array, shape: shapeText(shape) });
  }
  throw new FormatError('array-rank', { array, shape: shapeText(shape), wanted });
}

function checkedFloat32(source: NumberArray, array: string, allowMasked: boolean): { data: Float32Array; masked: number } {
  const original = source.data;
  const data = original instanceof Float32Array ? original : Float32Array.from(original);
  let masked = 0;
  let bad = 0;
  let firstBad = -1;
  let narrowed = false;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (Number.isFinite(value)) continue;
    // A float64 minimum, which frameworks use to mask, becomes −Infinity in float32 and means the same.
    if (allowMasked && value === -Infinity) {
      masked++;
      continue;
    }
    if (bad++ === 0) {
      firstBad = i;
      narrowed = Number.isFinite(original[i]);
    }
  }
  if (bad === 0) return { data, masked };
  const values: FormatValues = { array, count: bad, value: String(original[firstBad]), index: shapeText(indexAt(firstBad, source.shape)) };
  throw new FormatError(narrowed ? 'float32-range' : 'not-finite', values);
}

/** How many rows are not probabilities: a negative element, or a sum that is not 1 within {@link ROW_SUM_TOLERANCE}. */
export function rowsOffOne({ data, columns }: Layered): { off: number; rows: number } {
  const rows = data.length / columns;
  let off = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let least = Infinity;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      sum += data[i];
      least = Math.min(least, data[i]);
    }
    // Written so that NaN (from −Infinity and +Infinity together) counts as off.
    if (!(least >= 0 && Math.abs(sum - 1) <= ROW_SUM_TOLERANCE)) off++;
  }
  return { off, rows };
}
