import { describe, expect, it } from 'vitest';
import type { Ops, Tensor } from '../../src/ops';
import { softmaxBackward } from '../../src/reference/attention_backward';
import { MASKED, softmax } from '../../src/reference/softmax';
import { backends, relativeDifference, testNormals } from './lib/backends';
import { centralDifferences, inner } from './lib/gradients';

/** Five products and a softmax in f32, sums of up to 257 terms. */
const GRADIENT = 1e-5;
/** Both are float64: h² = 1e-10 of the third derivative, and 1e-16 / h of rounding. */
const DIFFERENCES = 1e-7;

interface Extents {
  readonly heads: number;
  readonly m: number;
  readonly n: number;
  readonly d: number;
  readonly e: number;
}

/** The forward pass and its gradients with seeded operands, `sharpness` times as large in q. */
function attention<T extends Tensor>(ops: Ops<T>, { heads, m, n, d, e }: Extents, causal: boolean, sharpness = 1) {
  const q = ops.tensor(testNormals(heads * m * d, 1).map((value) => sharpness * value), [heads, m, d]);
  const k = ops.tensor(testNormals(heads * n * d, 2), [heads, n, d]);
  const v = ops.tensor(testNormals(heads * n * e, 3), [heads, n, e]);
  const gradOutput = ops.tensor(testNormals(heads * m * e, 4), [heads, m, e]);
  const scale = 1 / Math.sqrt(d);
  const weights = ops.softmax(ops.mask(ops.scale(ops.matmul(q, k, { transposeB: true }), scale), { causal }));
  return ops.attentionBackward({ q, k, v, weights, gradOutput, scale });
}

const shapes: Extents[] = [
  { heads: 1, m: 1, n: 2, d: 1, e: 1 },
  { heads: 2, m: 7, n: 7, d: 5, e: 3 },
  { heads: 3, m: 63, n: 64, d: 16, e: 16 },
  { heads: 1, m: 64, n: 65, d: 33, e: 17 },
  { heads: 1, m: 65, n: 63, d: 4, e: 8 },
  { heads: 8, m: 64, n: 64, d: 64, e: 64 },
  { heads: 1, m: 5, n: 257, d: 64, e: 64 },
];

describe.each([false, true])('attention backward, causal %s', (causal) => {
  it.each(shapes)('equals its twin at $heads × ($m × $n, d $d, e $e)', async (extents) => {
    const { device, reference } = await backends();
    const actual = attention(device, extents, causal);
    const expected = attention(reference, extents, causal);
    for (const [name, tensor] of Object.entries(expected)) {
      const values = await device.read(actual[name as keyof typeof actual]);
      expect(relativeDifference(values, tensor.data), name).toBeLessThanOrEqual(GRADIENT);
    }
  });
});

describe('attention backward', () => {
  it('has gradients equal to central differences of the twin', async () => {
    const { reference } = await backends();
    const [m, n, d, e] = [3, 4, 2, 3];
    const operands = {
      q: Float64Array.from(testNormals(2 * m * d, 1)),
      k: Float64Array.from(testNormals(2 * n * d, 2)),
      v: Float64Array.from(testNormals(2 * n * e, 3)),
    };
    const shapesOf = { q: [2, m, d], k: [2, n, d], v: [2, n, e] };
    const dy = Float64Array.from(testNormals(2 * m * e, 4));
    const scale = 0.7;
    const forward = (data: typeof operands) => {
      const [q, k, v] = (['q', 'k', 'v'] as const).map((name) => reference.tensor(data[name], shapesOf[name]));
      const scores = reference.scale(reference.matmul(q!, k!, { transposeB: true }), scale);
      const weights = reference.softmax(reference.mask(scores, { causal: true }));
      return { q: q!, k: k!, v: v!, weights, output: reference.matmul(weights, v!) };
    };
    const { q, k, v, weights } = forward(operands);
    const gradients = reference.attentionBackward({ q, k, v, weights, scale, gradOutput: reference.tensor(dy, [2, m, e]) });
    for (const [name, gradient] of [['q', gradients.dq], ['k', gradients.dk], ['v', gradients.dv]] as const) {
      const numeric = centralDifferences((moved) => inner(dy, forward({ ...operands, [name]: moved }).output.data), operands[name]);
      expect(relativeDifference(gradient.data, numeric), name).toBeLessThan(DIFFERENCES);
    }
  });

  it('keeps each row of dq in relative terms when rows saturate', async () => {
    const { device, reference } = await backends();
    const extents = { heads: 2, m: 64, n: 64, d: 64, e: 64 };
    const sharpness = 32;
    const actual = await device.read(attention(device, extents, false, sharpness).dq);
    const expected = attention(reference, extents, false, sharpness).dq.data;
    const norms: number[] = [];
    const errors: number[] = [];
    for (let row = 0; row < expected.length / 64; row++) {
      const one = Array.from(expected.subarray(row * 64, (row + 1) * 64));
      const two = one.map((value, c) => actual[row * 64 + c]! - value);
      norms.push(Math.hypot(...one));
      errors.push(Math.hypot(...two) / Math.hypot(...one));
    }
    // There is something to lose: the naive dP − rowsum(dP ∘ P) rounds to nothing what is below 1e-7 of the largest.
    expect(Math.min(...norms)).toBeLessThan(1e-12 * Math.max(...norms));
    // A score sums 64 products whose absolute values come to about 160 after scaling, and 64 roundings of 6e-8 walk at random:
    // 8 · 160 · 6e-8 = 8e-5 of absolute error, which is the weight's relative one. Then score − max and exp, (3 + 2|x|) ulp at
    // |x| = 50, 1e-5. Whatever the softmax's backward adds must be smaller, see below.
    expect(Math.max(...errors)).toBeLessThanOrEqual(9e-5);
  });
});

describe('softmaxBackward', () => {
  const shapes: [rows: number, cols: number][] = [[1, 1], [1, 63], [63, 64], [64, 65], [65, 7], [3, 1024], [1024, 33]];

  it.each(shapes)('equals its twin at %i × %i', async (rows, cols) => {
    const { device, reference } = await backends();
    const weights = softmax(Float64Array.from(testNormals(rows * cols, 1), (value) => 3 * value), rows, cols);
    const p = Float32Array.from(weights);
    const g = testNormals(rows * cols, 2);
    const run = <T extends Tensor>(ops: Ops<T>) => ops.read(ops.softmaxBackward(ops.tensor(p, [rows, cols]), ops.tensor(g, [rows, cols])));
    expect(relativeDifference(await run(device), await run(reference))).toBeLessThanOrEqual(GRADIENT);
  });

  it('keeps each row in relative terms down to weights of 1e-30, from f32 weights against float64 ones', async () => {
    const { device } = await backends();
    const [rows, cols] = [66, 40];
    const scores = Float64Array.from(testNormals(rows * cols, 7), (value, cell) => (cell % cols === 5 ? 0 : -Math.floor(cell / cols) - value * value / 4));
    const weights = softmax(scores, rows, cols);
    const g = testNormals(rows * cols, 8);
    const expected = softmaxBackward(weights, Float64Array.from(g), rows, cols);
    const actual = await device.read(device.softmaxBackward(device.tensor(weights, [rows, cols]), device.tensor(g, [rows, cols])));
    for (let row = 0; row < rows; row++) {
      const one = expected.subarray(row * cols, (row + 1) * cols);
      // Each weight is rounded to f32 once, each difference and product once more, and the mean is a sum of 40: all relative to
      // the row, of whose gradient the mean may be a few times smaller than its terms.
      expect(relativeDifference(actual.subarray(row * cols, (row + 1) * cols), one), `row ${row}`).toBeLessThanOrEqual(2e-6);
    }
    expect(Math.max(...expected.subarray(65 * cols).map(Math.abs))).toBeLessThan(1e-26);
  });

  it('passes nothing through masked cells and rows without cells, and nothing along the row as a whole', async () => {
    const { device } = await backends();
    const [rows, cols] = [8, 16];
    const scores = testNormals(rows * cols, 3).map((value, cell) => (cell < cols || cell % 3 === 0 ? MASKED : value));
    const p = Float32Array.from(softmax(Float64Array.from(scores), rows, cols));
    const g = testNormals(rows * cols, 4);
    const dscores = await device.read(device.softmaxBackward(device.tensor(p, [rows, cols]), device.tensor(g, [rows, cols])));
    expect([...dscores].filter((_, cell) => scores[cell] === MASKED).every((value) => value === 0)).toBe(true);
    for (let row = 0; row < rows; row++) {
      const sum = dscores.subarray(row * cols, (row + 1) * cols).reduce((total, value) => total + value, 0);
      // Sixteen terms below 1, each rounded once or twice; the weights themselves sum to 1 within 1e-7.
      expect(Math.abs(sum)).toBeLessThanOrEqual(5e-7);
    }
  });

  it('is p ∘ (g − Σ g p) in the twin, and the derivative of the softmax', () => {
    const [rows, cols] = [4, 9];
    const scores = Float64Array.from(testNormals(rows * cols, 5));
    const g = Float64Array.from(testNormals(rows * cols, 6));
    const p = softmax(scores, rows, cols);
    const dscores = softmaxBackward(p, g, rows, cols);
    const numeric = centralDifferences((x) => inner(g, softmax(x, rows, cols)), scores);
    expect(relativeDifference(dscores, numeric)).toBeLessThan(DIFFERENCES);
    const direct = p.map((weight, at) => {
      const row = Math.floor(at / cols) * cols;
      return weight * (g[at]! - inner(p.subarray(row, row + cols), g.subarray(row, row + cols)));
    });
    // Two orders of float64 rounding.
    expect(relativeDifference(dscores, direct)).toBeLessThan(1e-14);
  });

  it('refuses weights and gradients of different shapes', async () => {
    const { device, reference } = await backends();
    for (const ops of [device, reference] as Ops<Tensor>[]) {
      const of = (rows: number, cols: number) => ops.tensor(new Float32Array(rows * cols), [rows, cols]);
      expect(() => ops.softmaxBackward(of(2, 3), of(3, 2))).toThrow(/differ/);
    }
  });
});
