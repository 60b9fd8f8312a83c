import { describe, expect, it } from 'vitest';
import { ROW_STATISTICS, ROW_STATISTICS_WIDTH, rowStatistics } from '../../src/reference/row_statistics';
import { isMasked, MASKED, softmax } from '../../src/reference/softmax';
import type { RowStatisticsOptions } from '../../src/ops/row_statistics';
import { backends, testNormals } from './lib/backends';

/**
 * Every statistic is compared in relative terms, row by row. Most are sums of up to 1024 positive terms in blocks of
 * 32: at most 32 + 32 roundings of 6e-8 if all fell the same way, of which a quarter remains in practice; the terms
 * themselves (a product, a logarithm of 3 ulp) and the final quotient add less than 1e-6.
 */
const RELATIVE = 2e-6;
/**
 * The variance and the sum of exponentials read differences of scores: score − max is rounded to half an ulp, so that
 * exp's relative error is |score − max| · 6e-8, and WGSL allows exp itself 3 + 2|x| ulp. Terms beyond |x| = 8 weigh too
 * little to matter, hence 19 ulp.
 */
const EXPONENTIAL = 2.3e-6;

const tolerances: Record<keyof typeof ROW_STATISTICS, number> = {
  max: 0,
  sum: EXPONENTIAL,
  entropy: RELATIVE,
  peak: 0,
  argmax: 0,
  jacobian: RELATIVE,
  cells: 0,
  variance: RELATIVE,
};

const columns = Object.entries(ROW_STATISTICS) as [keyof typeof ROW_STATISTICS, number][];

/** Statistics on both backends of the same f32 scores and the same f32 weights. */
async function onBoth(scores: ArrayLike<number>, rows: number, cols: number, options: RowStatisticsOptions = {}) {
  const { device, reference } = await backends();
  const x = Float32Array.from(scores);
  const weights = Float32Array.from(softmax(Float64Array.from(x), rows, cols));
  const actual = await device.read(device.rowStatistics(device.tensor(x, [rows, cols]), device.tensor(weights, [rows, cols]), options));
  const expected = reference.rowStatistics(reference.tensor(x, [rows, cols]), reference.tensor(weights, [rows, cols]), options).data;
  return { actual, expected: expected as Float64Array, weights };
}

/** Largest relative error of one column over all rows; a zero must be met exactly. */
function worst(actual: ArrayLike<number>, expected: ArrayLike<number>, column: number): number {
  let largest = 0;
  for (let at = column; at < expected.length; at += ROW_STATISTICS_WIDTH) {
    const error = Math.abs(actual[at]! - expected[at]!);
    largest = Math.max(largest, error === 0 ? 0 : error / Math.abs(expected[at]!));
  }
  return largest;
}

function expectEqual(actual: Float32Array, expected: Float64Array) {
  expect(actual).toHaveLength(expected.length);
  for (const [name, column] of columns) {
    expect(worst(actual, expected, column), name).toBeLessThanOrEqual(tolerances[name]);
  }
}

const shapes: [rows: number, cols: number][] = [[1, 1], [1, 63], [63, 64], [64, 65], [65, 7], [3, 1024], [1024, 33], [2, 1021]];

describe('row statistics', () => {
  it.each(shapes)('equal their twin at %i × %i', async (rows, cols) => {
    const { actual, expected } = await onBoth(testNormals(rows * cols, rows + cols), rows, cols);
    expectEqual(actual, expected);
  });

  it('equal their twin with masked cells, and with rows that have none or one', async () => {
    const [rows, cols] = [40, 40];
    const scores = testNormals(rows * cols, 5).map((value, cell) => (cell % cols < Math.floor(cell / cols) ? 3 * value : MASKED));
    const { actual, expected } = await onBoth(scores, rows, cols);
    expectEqual(actual, expected);
    expect([...actual.subarray(0, 8)]).toEqual([MASKED, 0, 0, 0, -1, 0, 0, 0]);
    expect([...actual.subarray(8, 16)]).toEqual([scores[cols], 1, 0, 1, 0, 0, 1, 0]);
  });

  it('keep relative accuracy as rows saturate, down to weights of 1e-36', async () => {
    const gaps = Array.from({ length: 80 }, (_, row) => row + 1);
    const cols = 37;
    const scores = gaps.flatMap((gap, row) => Array.from(testNormals(cols, row), (value, c) => (c === row % cols ? 0 : -gap - value * value / 4)));
    const { actual, expected } = await onBoth(scores, gaps.length, cols);
    expectEqual(actual, expected);
    const jacobian = expected.filter((_, at) => at % ROW_STATISTICS_WIDTH === ROW_STATISTICS.jacobian);
    expect(Math.min(...jacobian)).toBeGreaterThan(0);
    expect(Math.min(...jacobian)).toBeLessThan(1e-33);
  });

  it('keep relative accuracy for scores with a large common offset', async () => {
    const { actual, expected } = await onBoth(testNormals(20 * 50, 9).map((value) => 4096 + value), 20, 50);
    expectEqual(actual, expected);
  });

  it.each([[64, 0, 33], [64, 5, 6], [63, 31, 33], [64, 20, 20]])('gives the rows that are asked for, of %i columns: %i to %i', async (cols, from, to) => {
    const scores = testNormals(33 * cols, 8);
    const whole = await onBoth(scores, 33, cols);
    const { actual, expected } = await onBoth(scores, 33, cols, { rows: [from, to] });
    expect([...actual]).toEqual([...whole.actual.subarray(from * ROW_STATISTICS_WIDTH, to * ROW_STATISTICS_WIDTH)]);
    expect([...expected]).toEqual([...whole.expected.subarray(from * ROW_STATISTICS_WIDTH, to * ROW_STATISTICS_WIDTH)]);
  });

  it.each([[-1, 2], [2, 1], [0, 34], [0, NaN]])('refuses rows that do not exist: %i to %i', async (from, to) => {
    const { device, reference } = await backends();
    for (const ops of [device, reference] as (typeof reference)[]) {
      const x = ops.tensor(new Float32Array(33 * 4), [33, 4]);
      expect(() => ops.rowStatistics(x, x, { rows: [from, to] })).toThrow(`There are no rows ${from} to ${to} among 33.`);
    }
  });

  it.each([[[1, 5, 5, 1], 1], [[1, 0, 0, 5, 0, 5, 0, 0], 3], [[0, 0, 5, 1, 5], 2], [[0, 0, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0], 5]])('finds the first of equal weights of %j', async (scores, first) => {
    const { actual } = await onBoth(scores, 1, scores.length);
    expect(actual[ROW_STATISTICS.argmax]).toBe(first);
  });

  it.each([64, 63])('gives the same bits without what only scores tell, which is 0, for rows of %i', async (cols) => {
    const rows = 33;
    const scores = testNormals(rows * cols, 6).map((value, cell) => (cell % cols < Math.floor(cell / cols) ? 9 * value : MASKED));
    const whole = await onBoth(scores, rows, cols);
    const { actual, expected } = await onBoth(scores, rows, cols, { scores: false });
    const only: number[] = [ROW_STATISTICS.max, ROW_STATISTICS.sum, ROW_STATISTICS.variance];
    const left = (all: ArrayLike<number>) => Array.from(all, (value, at) => (only.includes(at % ROW_STATISTICS_WIDTH) ? 0 : value));
    expect([...actual]).toEqual(left(whole.actual));
    expect([...expected]).toEqual(left(whole.expected));
  });

  it('gives a uniform row ln n of entropy and √(1/n − 1/n²) of Jacobian', async () => {
    for (const n of [1, 2, 3, 64, 1000]) {
      const { actual } = await onBoth(new Float32Array(n).fill(-3), 1, n);
      // Equal terms round the same way each time, the worst case for a sum.
      expect(Math.abs(actual[ROW_STATISTICS.entropy]! - Math.log(n))).toBeLessThanOrEqual(RELATIVE * Math.log(n));
      const norm = Math.sqrt(1 / n - 1 / n ** 2);
      expect(Math.abs(actual[ROW_STATISTICS.jacobian]! - norm)).toBeLessThanOrEqual(RELATIVE * norm);
    }
  });
});

describe('row statistics behind the softmax', () => {
  it('keep the Jacobian of nearly one-hot rows, from scores to norm', async () => {
    const { device, reference } = await backends();
    const [rows, cols] = [30, 64];
    const scores = testNormals(rows * cols, 11).map((value, cell) => Math.fround(value * (1 + Math.floor(cell / cols) / 2)));
    const results = await Promise.all(
      [device, reference].map(async (ops) => {
        const masked = (ops as typeof reference).tensor(scores, [rows, cols]);
        const statistics = (ops as typeof reference).rowStatistics(masked, (ops as typeof reference).softmax(masked));
        return (ops as typeof reference).read(statistics);
      }),
    );
    // The norm is as good as exp of its largest other weights: |x| up to 35 here, (3 + 2 · 35) ulp by WGSL and 35 · 6e-8 from
    // rounding score − max, which doubles where the row's sum has the same error.
    expect(worst(results[0]!, results[1]!, ROW_STATISTICS.jacobian)).toBeLessThanOrEqual(2 * (73 + 35) * 2 ** -24);
  });
});

describe('the twin of row statistics', () => {
  it('has the Jacobian norm and the entropy of their definitions', () => {
    const cols = 12;
    const scores = Float64Array.from(testNormals(6 * cols, 2), (value, cell) => (cell % 7 === 3 ? MASKED : value * (1 + cell / 10)));
    const weights = softmax(scores, 6, cols);
    const statistics = rowStatistics(scores, weights, 6, cols);
    for (let row = 0; row < 6; row++) {
      const p = weights.subarray(row * cols, (row + 1) * cols);
      let squares = 0;
      p.forEach((pi, i) => p.forEach((pj, j) => (squares += ((i === j ? pi : 0) - pi * pj) ** 2)));
      const entropy = -p.reduce((sum, weight) => sum + (weight && weight * Math.log(weight)), 0);
      const visible = scores.subarray(row * cols, (row + 1) * cols).filter((score) => !isMasked(score));
      const moment = (power: number) => visible.reduce((sum, score) => sum + score ** power, 0) / visible.length;
      const at = row * ROW_STATISTICS_WIDTH;
      // Both are float64; the definition loses digits where 1 − p cancels, here at most to 1e-2.
      expect(statistics[at + ROW_STATISTICS.jacobian]).toBeCloseTo(Math.sqrt(squares), 12);
      expect(statistics[at + ROW_STATISTICS.entropy]).toBeCloseTo(entropy, 12);
      expect(statistics[at + ROW_STATISTICS.variance]).toBeCloseTo(moment(2) - moment(1) ** 2, 10);
    }
  });
});
