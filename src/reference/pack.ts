/**
 * A batch of matrices in rows of whole vectors of four, padded with zeros.
 * @param source [batch, rows, cols], or [batch, cols, rows] where `transposed`
 * @returns [batch, paddedRows, 4 ceil(cols / 4)] with the rows padded to a multiple of `rowMultiple`
 */
export function pack(source: Float64Array, batch: number, rows: number, cols: number, transposed: boolean, rowMultiple: number): Float64Array {
  const width = 4 * Math.ceil(cols / 4);
  const height = rowMultiple * Math.ceil(rows / rowMultiple);
  const packed = new Float64Array(batch * height * width);
  for (let z = 0; z < batch; z++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++) packed[(z * height + r) * width + c] = source[z * rows * cols + (transposed ? c * rows + r : r * cols + c)]!;
    }
  }
  return packed;
}

/** Rows of whole vectors [rows, 4 ceil(cols / 4)] without their padding: [rows, cols]. */
export function unpack(packed: Float64Array, rows: number, cols: number): Float64Array {
  const width = 4 * Math.ceil(cols / 4);
  return Float64Array.from({ length: rows * cols }, (_, at) => packed[Math.floor(at / cols) * width + (at % cols)]!);
}
