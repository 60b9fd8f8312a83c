/**
 * Exchanges the two outer axes.
 * @param x [rows, slices, width]
 * @returns [slices, rows, width]
 */
export function swapOuterAxes(x: Float64Array, rows: number, slices: number, width: number): Float64Array {
  const swapped = new Float64Array(x.length);
  for (let r = 0; r < rows; r++) {
    for (let s = 0; s < slices; s++) {
      const from = (r * slices + s) * width;
      swapped.set(x.subarray(from, from + width), (s * rows + r) * width);
    }
  }
  return swapped;
}
