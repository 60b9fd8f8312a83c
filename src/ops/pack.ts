import type { Gpu, PooledBuffer } from '../gpu';
import { asRows, type GpuTensor } from './tensor';

/** A batch of matrices as a kernel of vec4f reads it: rows of whole vectors, padded with zeros. */
export interface Packed {
  readonly buffer: PooledBuffer;
  /** Vectors in a row. */
  readonly cols4: number;
  /** Gives the buffer back if it is a copy. Call it after recording the commands that read it. */
  release(): void;
}

const VECTORS_PER_WORKGROUP = 64;

/**
 * `source` [batch, rows, cols] (stored [batch, cols, rows] where `transposed`) in rows of ceil(cols / 4) vectors, the
 * number of rows padded to a multiple of `rowMultiple`. A source that already lies so is used as it is.
 */
export function pack(
  gpu: Gpu,
  source: GpuTensor,
  { batch, rows, cols, transposed = false, rowMultiple = 1 }:
    { batch: number; rows: number; cols: number; transposed?: boolean; rowMultiple?: 1 | 4 },
): Packed {
  const cols4 = Math.ceil(cols / 4);
  if (!transposed && cols % 4 === 0 && rows % rowMultiple === 0) {
    return { buffer: source.buffer, cols4, release: () => undefined };
  }
  const paddedRows = Math.ceil(rows / rowMultiple) * rowMultiple;
  const vectors = batch * paddedRows * cols4;
  const packed = gpu.allocate(16 * vectors, 'pack/packed');
  gpu.run('pack_forward', {
    bindings: { source: source.buffer, packed },
    uniforms: {
      rows, cols, padded_rows: paddedRows, cols4, batch, batch_stride: rows * cols,
      row_stride: transposed ? 1 : cols, col_stride: transposed ? rows : 1,
    },
    overrides: { WG: VECTORS_PER_WORKGROUP },
    workgroups: Math.ceil(vectors / VECTORS_PER_WORKGROUP),
  });
  return { buffer: packed, cols4, release: () => gpu.release(packed) };
}

/** Rows of whole vectors that a kernel writes for `target` [..., cols]. */
export interface PaddedRows {
  readonly buffer: PooledBuffer;
  /** Vectors in a row. */
  readonly cols4: number;
  /** Brings the rows into the target, if they do not lie there already. Call it after recording the last use. */
  unpack(): void;
}

/** The target's own buffer where its rows are whole vectors, else a temporary one with undefined content. */
export function padded(gpu: Gpu, target: GpuTensor): PaddedRows {
  const { rows, cols } = asRows(target.shape);
  const cols4 = Math.ceil(cols / 4);
  if (cols % 4 === 0) return { buffer: target.buffer, cols4, unpack: () => undefined };
  const buffer = gpu.allocate(16 * rows * cols4, 'pack/padded');
  return {
    buffer,
    cols4,
    unpack() {
      gpu.run('unpack_forward', {
        bindings: { packed: buffer, unpacked: target.buffer },
        uniforms: { rows, cols, cols4 },
        overrides: { WG: VECTORS_PER_WORKGROUP },
        workgroups: Math.ceil((rows * cols4) / VECTORS_PER_WORKGROUP),
      });
      gpu.release(buffer);
    },
  };
}
