/** "Why this number?": the float64 arithmetic of one cell, and the NumPy code that repeats it. */
import { describe, expect, it } from 'vitest';
import { arithmeticOf, outputArithmetic, type CellOperands } from '../../../src/exhibits/workbench/arithmetic';
import { MOST_NUMBERS, numpyOf, numpyOfOutput, type NumpyOperands } from '../../../src/exhibits/workbench/numpy';
import { MASKED, softmax } from '../../../src/reference/softmax';
import { seeded } from '../lab/seeded';
import { runPasted } from './pasted';

/** The seeded operands of query `row` over n keys of width d, as a device in f32 would have them. */
function operandsOf(n: number, d: number, options: { row?: number; col?: number; factor?: number; hidden?: (j: number) => boolean; seed?: number } = {}) {
  const { row = 2, col = 1, factor = 1 / Math.sqrt(d), hidden = () => false, seed = 1 } = options;
  const random = seeded(seed);
  const q = Float32Array.from({ length: d }, () => 4 * random() - 2);
  const keys = Float32Array.from({ length: n * d }, () => 4 * random() - 2);
  const k = keys.subarray(col * d, (col + 1) * d);
  const scores = Float32Array.from({ length: n }, (_, j) => q.reduce((sum, value, c) => sum + value * keys[j * d + c]!, 0));
  const maskedRow = scores.map((score, j) => (hidden(j) ? MASKED : Math.fround(score * factor)));
  const weightRow = Float32Array.from(softmax(Float64Array.from(maskedRow), 1, n));
  const cell: CellOperands = { row, col, q, k, score: scores[col]!, factor, maskedRow, weightRow };
  const pasted: NumpyOperands = { row, col, q, keys, scores, headDim: d, scale: 'rsqrt', maskedRow, weight: weightRow[col]! };
  return { cell, pasted, scores };
}

/** f32 rounds each score by 6e-8 of itself, and exp passes that on to the weight: a few e-7 at scores below 8. */
const WEIGHT_TOLERANCE = 5e-7;

describe('the arithmetic of a cell', () => {
  it.each([[1, 1], [5, 3], [64, 64], [33, 1]])('over %i keys of width %i leads to the device’s weight', (n, d) => {
    const { cell } = operandsOf(n, d, { col: n - 1, row: 0 });
    const result = arithmeticOf(cell);
    expect(result.products).toHaveLength(d);
    const sum = result.products!.reduce((a, b) => a + b, 0);
    expect(Math.abs(sum - result.score)).toBeLessThanOrEqual(4 * d * 2 ** -24 * 4); // d roundings of products up to 4
    expect(result.scaled).toBe(result.score * cell.factor);
    expect(result.hidden).toBe(false);
    expect(result.largest).toBe(Math.max(...cell.maskedRow));
    expect(result.rowSum).toBeCloseTo(result.exponentials.reduce((a, b) => a + b, 0), 12);
    expect(result.weight).toBe(result.exponentials[n - 1]! / result.rowSum);
    expect(Math.abs(result.weight - result.deviceWeight)).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
  });

  it('leaves hidden keys out of the sum, and a hidden cell has weight 0', () => {
    const { cell } = operandsOf(6, 4, { col: 4, hidden: (j) => j > 2 });
    const result = arithmeticOf(cell);
    expect(result.hidden).toBe(true);
    expect([...result.exponentials.subarray(3)]).toEqual([0, 0, 0]);
    expect(result.weight).toBe(0);
    expect(result.deviceWeight).toBe(0);
    expect(result.exponentials.some((e) => e === 1)).toBe(true);
  });

  it('of a row with every key masked is zeros, and has no largest score', () => {
    const result = arithmeticOf(operandsOf(4, 4, { hidden: () => true }).cell);
    expect(result).toMatchObject({ hidden: true, largest: NaN, rowSum: 0, weight: 0, deviceWeight: 0 });
  });

  it('has no products where a file brought the scores', () => {
    const { cell } = operandsOf(4, 4);
    expect(arithmeticOf({ ...cell, q: null, k: null })).toMatchObject({ products: null, score: cell.score });
  });

  it('stays finite at scores whose exponentials overflow', () => {
    const maskedRow = Float32Array.of(5e4, 5e4 - 1, -5e4);
    const weightRow = Float32Array.from(softmax(Float64Array.from(maskedRow), 1, 3));
    const result = arithmeticOf({ row: 0, col: 0, q: null, k: null, score: 5e4, factor: 1, maskedRow, weightRow });
    expect(result.weight).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });
});

describe('the NumPy code', () => {
  it.each([
    [1, 1, 'rsqrt'], [6, 3, 'rsqrt'], [6, 3, 'off'], [6, 3, 0.37], [64, 64, 'rsqrt'], [64, 64, 1e-7],
  ] as const)('over %i keys of width %i at scale %s prints the page’s weight', (n, d, scale) => {
    const factor = scale === 'off' ? 1 : scale === 'rsqrt' ? 1 / Math.sqrt(d) : scale;
    const { pasted } = operandsOf(n, d, { row: 0, col: n - 1, factor });
    const { printed, shown } = runPasted(numpyOf({ ...pasted, scale }));
    expect(Math.fround(shown!)).toBe(pasted.weight);
    // Unscaled scores of 64 products reach 60, where a rounding of f32 is 4e-6.
    expect(Math.abs(printed - pasted.weight)).toBeLessThanOrEqual(scale === 'off' ? 5e-6 : WEIGHT_TOLERANCE);
  });

  it('masks as the page does', () => {
    const { pasted } = operandsOf(9, 4, { col: 3, hidden: (j) => j % 4 === 1 });
    const code = numpyOf(pasted);
    expect(code).toContain('s[[1,5]] = -np.inf  # the mask');
    expect(runPasted(code).printed).toBeCloseTo(pasted.weight, 6);
  });

  it('of a row with every key masked prints 0 and why', () => {
    expect(runPasted(numpyOf(operandsOf(4, 4, { hidden: () => true }).pasted))).toEqual({ printed: 0, shown: null });
  });

  it('holds the scores where the keys are too many to paste, and where a file brought them', () => {
    const n = 65;
    const large = operandsOf(n, MOST_NUMBERS / 64, { col: 64, row: 0 });
    const code = numpyOf(large.pasted);
    expect(code).toContain('# 65 keys of width 64 are too many to paste');
    expect(code).not.toContain('K = ');
    expect(Math.abs(runPasted(code).printed - large.pasted.weight)).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
    const file = operandsOf(5, 8);
    const fromFile = numpyOf({ ...file.pasted, q: null, keys: null });
    expect(fromFile).not.toContain('too many');
    expect(Math.abs(runPasted(fromFile).printed - file.pasted.weight)).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
  });

  it('writes every f32 so that it comes back exactly', () => {
    const random = seeded(3);
    const words = Uint32Array.from({ length: 2000 }, () => Math.floor(random() * 2 ** 32));
    const values = new Float32Array(words.buffer).filter(Number.isFinite);
    expect(values.length).toBeGreaterThan(1900);
    const [line] = numpyOf({ ...operandsOf(2, 2).pasted, q: null, keys: null, scores: values }).split('\n').filter((text) => text.startsWith('s = np'));
    const written = /\[(.*)\]/.exec(line!)![1]!.split(', ').map(Number);
    expect(Float32Array.from(written)).toEqual(values.map((value) => value + 0)); // -0 may lose its sign
  });

  it('stays an array of floats where a file holds whole numbers, and where it holds none', () => {
    const whole = { ...operandsOf(3, 1).pasted, q: null, keys: null, scores: Float32Array.of(1, 2, 1e20), scale: 'off' as const };
    expect(numpyOf(whole)).toContain('s = np.array([1, 2, 100000002000000000000], float)');
    const odd = numpyOf({ ...whole, scores: Float32Array.of(NaN, Infinity, -Infinity) });
    expect(odd).toContain('s = np.array([np.nan, np.inf, -np.inf], float)');
  });
});

describe('a component of the output', () => {
  const operands = { weightRow: Float32Array.of(0.5, 0, 0.25, 0.25), column: Float32Array.of(-1, 8, 4, 0.5), output: 0.625 };

  it('is the sum of weight times value over the keys', () => {
    const { terms, largest, restAfter, output } = outputArithmetic(operands);
    expect([...terms]).toEqual([-0.5, 0, 1, 0.125]);
    expect(largest).toEqual([2, 0, 3, 1]);
    expect([restAfter(0), restAfter(2), restAfter(4)]).toEqual([0.625, 0.125, 0]);
    expect(output).toBe(0.625);
  });

  it('is what the pasted code prints', () => {
    expect(runPasted(numpyOfOutput({ row: 1, dimension: 3, ...operands }))).toEqual({ printed: 0.625, shown: 0.625 });
  });
});
