import { describe, expect, it } from 'vitest';
import type { BatchNormOptions, Ops, Tensor } from '../../src/ops';
import { backends, relativeDifference, testNormals } from './lib/backends';
import { centralDifferences, inner } from './lib/gradients';

/** Sums in f32 over chunks of 32 rows (6e-8 each), merged one after the other, one reciprocal root and two products. */
const FORWARD = 2e-6;
/** Two sums more, of terms that partly cancel. */
const GRADIENT = 1e-5;
/** Both are float64: h² = 1e-10 of the third derivative, and 1e-16 / h of rounding. */
const DIFFERENCES = 1e-7;

const CHUNK = 32;
const shapes: [rows: number, cols: number][] = [
  [2, 1], [3, 65], [CHUNK - 1, 64], [CHUNK, 63], [CHUNK + 1, 7], [2 * CHUNK + 1, 3], [1024, 5], [100, 130], [CHUNK + 1, 4], [2 * CHUNK + 7, 68], [1024, 12],
];

type Variant = 'train' | 'train, padded' | 'train, running' | 'eval' | 'eval, padded';
const variants: Variant[] = ['train', 'train, padded', 'train, running', 'eval', 'eval, padded'];

/** One row in three is padding, the first two never. */
const validRows = (rows: number) => Uint32Array.from({ length: rows }, (_, row) => Number(row < 2 || row % 3 !== 2));

function optionsOf<T extends Tensor>(ops: Ops<T>, variant: Variant, rows: number, cols: number): BatchNormOptions<T> {
  const affine = { gamma: ops.tensor(testNormals(cols, 1), [cols]), beta: ops.tensor(testNormals(cols, 2), [cols]) };
  const running = {
    runningMean: ops.tensor(testNormals(cols, 3), [cols]),
    runningVar: ops.tensor(testNormals(cols, 4).map((value) => 0.5 + value * value), [cols]),
  };
  const padded = { valid: ops.tensor(validRows(rows), [rows]) };
  switch (variant) {
    case 'train':
      return { mode: 'train', ...affine };
    case 'train, padded':
      return { mode: 'train', ...affine, ...running, ...padded, momentum: 0.3 };
    case 'train, running':
      return { mode: 'train', ...running, eps: 1e-3 };
    case 'eval':
      return { mode: 'eval', ...affine, ...running };
    case 'eval, padded':
      return { mode: 'eval', ...affine, ...running, ...padded };
  }
}

describe.each(variants)('batch_norm, %s', (variant) => {
  it.each(shapes)('equals its twin at %i × %i, forward and backward', async (rows, cols) => {
    const { device, reference } = await backends();
    const run = async <T extends Tensor>(ops: Ops<T>) => {
      const x = ops.tensor(testNormals(rows * cols, rows + cols).map((value) => 3 * value + 1), [rows, cols]);
      const dy = ops.tensor(testNormals(rows * cols, rows + 2 * cols), [rows, cols]);
      const options = optionsOf(ops, variant, rows, cols);
      const { gamma, valid, mode } = options;
      const forward = ops.batchNorm(x, options);
      const { mean, rstd } = forward;
      const backward = ops.batchNormBackward({ x, dy, mean, rstd, mode, ...(gamma && { gamma }), ...(valid && { valid }) });
      const values: Record<string, Float32Array> = {};
      for (const [name, tensor] of Object.entries({ ...forward, ...backward })) values[name] = await ops.read(tensor as T);
      return values;
    };
    const actual = await run(device);
    const expected = await run(reference);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [output, values] of Object.entries(expected)) {
      const gradient = output.startsWith('d');
      // With two rows that count dx is a difference of nearly equal terms of size rstd, which sets the scale.
      const counted = variant.endsWith('padded') ? validRows(rows).filter(Boolean).length : rows;
      const scale = counted === 2 && output === 'dx' ? [Math.max(...expected.rstd!)] : [];
      const difference = relativeDifference([...actual[output]!, ...scale], [...values, ...scale]);
      expect(difference, output).toBeLessThanOrEqual(gradient ? GRADIENT : FORWARD);
    }
  });

  it('has gradients equal to central differences of the twin', async () => {
    const { reference } = await backends();
    const [rows, cols] = [7, 3];
    const values = Float64Array.from(testNormals(rows * cols, 1));
    const dy = Float64Array.from(testNormals(rows * cols, 2));
    const options = optionsOf(reference, variant, rows, cols);
    const { valid, mode } = options;
    const ones = new Float64Array(cols).fill(1);
    const gain = Float64Array.from(options.gamma?.data ?? ones);
    const tensor = (data: Float64Array) => reference.tensor(data, data.length === cols ? [cols] : [rows, cols]);
    const loss = (x: Float64Array, gamma: Float64Array, beta: Float64Array) =>
      inner(dy, reference.batchNorm(tensor(x), { ...options, gamma: tensor(gamma), beta: tensor(beta) }).y.data);
    const { mean, rstd } = reference.batchNorm(tensor(values), options);
    const gradients = reference.batchNormBackward({
      x: tensor(values), dy: tensor(dy), mean, rstd, mode, gamma: tensor(gain), ...(valid && { valid }),
    });
    const numeric = {
      dx: centralDifferences((x) => loss(x, gain, ones), values),
      dgamma: centralDifferences((gamma) => loss(values, gamma, ones), gain),
      dbeta: centralDifferences((beta) => loss(values, gain, beta), ones),
    };
    for (const name of ['dx', 'dgamma', 'dbeta'] as const) {
      expect(relativeDifference(gradients[name].data, numeric[name]), name).toBeLessThan(DIFFERENCES);
    }
  });
});

describe('batch_norm with batch_norm_parts, batch_norm_merge and batch_norm_rstd', () => {
  it('gives each channel mean 0 and biased variance 1', async () => {
    const { device } = await backends();
    const [rows, cols] = [90, 4];
    const y = await device.read(device.batchNorm(device.tensor(testNormals(rows * cols, 8), [2, 45, cols]), { mode: 'train', eps: 0 }).y);
    for (let c = 0; c < cols; c++) {
      const column = [...y].filter((_, at) => at % cols === c);
      // 90 cells near 1 in f32, each off by an ulp or two.
      expect(Math.abs(column.reduce((sum, value) => sum + value, 0) / rows)).toBeLessThan(FORWARD);
      expect(Math.abs(column.reduce((sum, value) => sum + value ** 2, 0) / rows - 1)).toBeLessThan(FORWARD);
    }
  });

  it('keeps the variance of channels with a large mean', async () => {
    const { device, reference } = await backends();
    // Exact in f32: multiples of 2^-8 around 2^12.
    const x = testNormals(200 * 3, 5).map((value) => 4096 + Math.round(value * 256) / 256);
    const actual = await device.read(device.batchNorm(device.tensor(x, [200, 3]), { mode: 'train' }).variance);
    const expected = await reference.read(reference.batchNorm(reference.tensor(x, [200, 3]), { mode: 'train' }).variance);
    // The means of the chunks are rounded to half an ulp of 4096, 2.4e-4, and lie about 0.2 apart: 2 · 0.2 · 2.4e-4 of a variance of 1.
    expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(1e-4);
  });

  it('pays no attention to what stands in padding', async () => {
    const { device } = await backends();
    const [rows, cols] = [40, 6];
    const valid = device.tensor(validRows(rows), [rows]);
    const run = async (padding: number) => {
      const x = testNormals(rows * cols, 3).map((value, at) => (validRows(rows)[Math.floor(at / cols)] ? value : padding));
      const { y, mean, variance } = device.batchNorm(device.tensor(x, [rows, cols]), { mode: 'train', valid });
      return [await device.read(y), await device.read(mean), await device.read(variance)];
    };
    expect(await run(1e6)).toEqual(await run(0));
  });

  it('keeps finite with one valid row or none', async () => {
    const { device } = await backends();
    const x = device.tensor([1, 2, 3, 4, 5, 6], [3, 2]);
    const running = { runningMean: device.tensor([1, 2], [2]), runningVar: device.tensor([3, 4], [2]) };
    const none = device.batchNorm(x, { mode: 'train', ...running, valid: device.tensor(Uint32Array.of(0, 0, 0), [3]) });
    expect([...(await device.read(none.y))]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...(await device.read(none.runningMean!))]).toEqual([1, 2]);
    expect([...(await device.read(none.runningVar!))]).toEqual([3, 4]);
    const one = device.batchNorm(x, { mode: 'train', ...running, momentum: 0.5, valid: device.tensor(Uint32Array.of(0, 1, 0), [3]) });
    expect([...(await device.read(one.y))]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...(await device.read(one.runningMean!))]).toEqual([2, 3]);
    expect([...(await device.read(one.runningVar!))]).toEqual([3, 4]);
  });

  it('refuses what cannot be normalised, in plain sentences', async () => {
    const { device, reference } = await backends();
    for (const ops of [device, reference] as Ops<Tensor>[]) {
      const row = ops.tensor([1, 2], [1, 2]);
      const x = ops.tensor([1, 2, 3, 4], [2, 2]);
      const three = ops.tensor([1, 2, 3], [3]);
      const two = ops.tensor([1, 2], [2]);
      expect(() => ops.batchNorm(row, { mode: 'train' })).toThrow(/at least two rows/);
      expect(() => ops.batchNorm(x, { mode: 'train', gamma: three })).toThrow(/gamma holds 3 values/);
      expect(() => ops.batchNorm(x, { mode: 'train', runningMean: two })).toThrow(/both or neither/);
      expect(() => ops.batchNorm(x, { mode: 'eval' } as never)).toThrow(/evaluation needs/);
      expect(() => ops.batchNorm(x, { mode: 'train', valid: two })).toThrow(/2 unsigned integers/);
    }
  });
});
