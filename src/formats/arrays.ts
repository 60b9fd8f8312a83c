/** Arrays as they come out of a file, whatever the file's format. */
import { FormatError, shapeText } from './errors.ts';

/** Numbers in C order. `shape` is empty for a scalar. float64 and wide integers stay float64, the rest is float32. */
export interface NumberArray {
  shape: number[];
  /** The type as the file names it, e.g. `<f4` or `BF16`. */
  dtype: string;
  data: Float32Array | Float64Array;
}

/** Texts in C order. */
export interface StringArray {
  shape: number[];
  dtype: string;
  strings: string[];
}

export type FileArray = NumberArray | StringArray;

/** An opened container. `read` decodes one array and throws {@link FormatError} if that array cannot be read. */
export interface ArraySource {
  names: string[];
  read(name: string): FileArray;
}

/** True for an array of texts. */
export function isStringArray(array: FileArray): array is StringArray {
  return 'strings' in array;
}

/**
 * The number of elements of a shape (1 for a scalar). Throws `shape-invalid` for sizes that are not whole numbers
 * ≥ 0, and `shape-overflow` where elements × itemSize bytes is beyond what a file can hold.
 */
export function elementCount(shape: readonly number[], itemSize: number, array: string): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) throw new FormatError('shape-invalid', { array, shape: shapeText(shape) });
  }
  // Zeros first would hide an absurd size behind an empty product, so every prefix without zeros is checked too.
  let nonZero = 1;
  for (const size of shape) {
    count *= size;
    if (size > 0) nonZero *= size;
    if (nonZero * Math.max(1, itemSize) > Number.MAX_SAFE_INTEGER) {
      throw new FormatError('shape-overflow', { array, shape: shapeText(shape) });
    }
  }
  return count;
}

/** The position in an array of this shape of the element with this number, in C order. */
export function indexAt(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}

/** Calls `move(to, from)` for every element, `to` running in C order and `from` being its place in Fortran order. */
export function eachFortran(shape: readonly number[], move: (to: number, from: number) => void): void {
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  const strides: number[] = [];
  let count = 1;
  for (const size of shape) {
    strides.push(count);
    count *= size;
  }
  let from = 0;
  for (let to = 0; to < count; to++) {
    move(to, from);
    for (let axis = rank - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}
