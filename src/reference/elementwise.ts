import { isMasked, MASKED } from './softmax';

/** a + b, element by element. */
export const add = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + b[i]!);

/** a - b, element by element. */
export const subtract = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]!);

/** a · b, element by element. */
export const multiply = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value * b[i]!);

/** factor · x; a masked cell stays masked. */
export const scale = (x: Float64Array, factor: number): Float64Array =>
  x.map((value) => (isMasked(value) ? MASKED : factor * value));

/** x[r, c] + row[c] for x [rows, cols] and row [cols]. */
export const addRow = (x: Float64Array, row: Float64Array): Float64Array => x.map((value, i) => value + row[i % row.length]!);

/** x[r, c] · row[c] for x [rows, cols] and row [cols]. */
export const multiplyRow = (x: Float64Array, row: Float64Array): Float64Array => x.map((value, i) => value * row[i % row.length]!);
