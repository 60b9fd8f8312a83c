import type { Gpu, PooledBuffer } from '../gpu';
import { angularSpeeds } from '../reference/text';

/**
 * The angular speeds of position encodings as 64-bit fractions of a turn, [⌈dim/2⌉, 2] u32 (hi, lo): what `turned` in
 * shaders/lib/circle.wgsl multiplies a position with. Whole turns per position are dropped; they make no difference.
 */
export function fractionsOfATurn(dim: number, base: number): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(2 * Math.ceil(dim / 2));
  angularSpeeds(dim, base).forEach((speed, i) => {
    const turns = speed / (2 * Math.PI);
    const scaled = (turns - Math.floor(turns)) * 2 ** 32;
    words[2 * i] = Math.floor(scaled);
    words[2 * i + 1] = Math.floor((scaled - Math.floor(scaled)) * 2 ** 32);
  });
  return words;
}

const TABLES_KEPT = 4;

/**
 * Tables of `fractionsOfATurn` on a GPU. An upload splits the step's submit in two, so the last few tables are kept; the
 * least recently used one goes back to the pool.
 */
export function turnTables(gpu: Gpu): (dim: number, base: number) => PooledBuffer {
  const kept = new Map<string, PooledBuffer>();
  return (dim, base) => {
    const name = `${dim}/${base}`;
    let table = kept.get(name);
    if (!table) {
      const words = fractionsOfATurn(dim, base);
      table = gpu.allocate(words.byteLength, 'text/turns');
      gpu.write(table, words);
    }
    kept.delete(name);
    kept.set(name, table);
    for (const [oldest, buffer] of kept) {
      if (kept.size <= TABLES_KEPT) break;
      kept.delete(oldest);
      gpu.release(buffer);
    }
    return table;
  };
}
