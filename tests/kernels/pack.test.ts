import { describe, expect, it } from 'vitest';
import { gpuOps } from '../../src/ops';
import { pack, padded } from '../../src/ops/pack';
import * as twin from '../../src/reference/pack';
import { testGpu, testNormals } from './lib/backends';

/** Packing only moves numbers, so it must be exact. */
describe('pack', () => {
  const cases = [
    { batch: 1, rows: 1, cols: 1, transposed: false, rowMultiple: 1 as const },
    { batch: 1, rows: 63, cols: 3, transposed: false, rowMultiple: 4 as const },
    { batch: 3, rows: 5, cols: 7, transposed: true, rowMultiple: 1 as const },
    { batch: 2, rows: 64, cols: 65, transposed: false, rowMultiple: 1 as const },
    { batch: 2, rows: 33, cols: 8, transposed: true, rowMultiple: 4 as const },
  ];

  it.each(cases)('lays out %j as its twin does', async (shape) => {
    const gpu = await testGpu();
    const ops = gpuOps(gpu);
    const { batch, rows, cols, transposed, rowMultiple } = shape;
    const values = testNormals(batch * rows * cols, 3);
    const source = ops.tensor(values, [batch, rows, cols]);
    const expected = twin.pack(Float64Array.from(values), batch, rows, cols, transposed, rowMultiple);
    const packed = pack(gpu, source, shape);
    const actual = new Float32Array(await gpu.read(packed.buffer, 4 * expected.length));
    expect([...actual]).toEqual([...expected]);
    packed.release();
    ops.free(source);
  });

  it('uses a source that already lies so as it is', async () => {
    const gpu = await testGpu();
    const source = gpuOps(gpu).tensor(testNormals(32, 1), [4, 8]);
    expect(pack(gpu, source, { batch: 1, rows: 4, cols: 8, rowMultiple: 4 }).buffer).toBe(source.buffer);
  });
});

describe('unpack', () => {
  it.each([[1, 1], [63, 3], [64, 65], [7, 130]])('takes the padding off %i × %i', async (rows, cols) => {
    const gpu = await testGpu();
    const ops = gpuOps(gpu);
    const width = 4 * Math.ceil(cols / 4);
    const values = testNormals(rows * width, 5);
    const target = ops.tensor(new Float32Array(rows * cols), [rows, cols]);
    const rowsOfVectors = padded(gpu, target);
    gpu.write(rowsOfVectors.buffer, new Float32Array(values));
    rowsOfVectors.unpack();
    expect([...(await ops.read(target))]).toEqual([...twin.unpack(Float64Array.from(values), rows, cols)]);
    ops.free(target);
  });
});
