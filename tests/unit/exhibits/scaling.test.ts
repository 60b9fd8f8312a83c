/** The pure parts of the scaling exhibit: figures of rows, the law of a row, plans, the arithmetic and the Python to paste. */
import { describe, expect, it } from 'vitest';
import { rowArithmetic, type RowOperands } from '../../../src/exhibits/scaling/arithmetic';
import type { Measurements } from '../../../src/exhibits/scaling/measure';
import { experimentNumpy, factorText, MOST_NUMBERS, rowNumpy } from '../../../src/exhibits/scaling/numpy';
import { DISTRIBUTIONS, params } from '../../../src/exhibits/scaling/params';
import { assetOf, drawsThatFit, factorsOf, looksCausal, planOf, type OpenFile, type ScalingValues } from '../../../src/exhibits/scaling/plan';
import { carriers, logBins, logMedianError, meanError } from '../../../src/exhibits/scaling/summary';
import { entropyOf, logPointsOf, pointsOf, sweepKey, theoryKey, varianceLine, WIDTHS } from '../../../src/exhibits/scaling/sweep';
import { chi, freezingWidth, predict, rowDraws, scoreVariance, varianceError } from '../../../src/exhibits/scaling/theory';
import type { AttentionFile } from '../../../src/formats/attention';
import { defaultsOf } from '../../../src/lab/params';
import { PlanError } from '../../../src/lab/plan';
import { normal } from '../../../src/reference/random';
import { rowStatistics, ROW_STATISTICS } from '../../../src/reference/row_statistics';
import { MASKED, softmax } from '../../../src/reference/softmax';
import { seeded } from '../lab/seeded';

const bounds = { maxTensorBytes: 2 ** 27, maxLength: null };
const budget = { products: 2 ** 32 };
const values = (change: Partial<ScalingValues> = {}): ScalingValues => ({ ...defaultsOf(params), ...change });

describe('figures about rows', () => {
  it('errors: of a mean from the spread of the groups, of a median in its logarithm; none for few groups', () => {
    expect(meanError([[1, 3], [2], [4], [6, 6]])).toBeCloseTo(Math.sqrt(11 / 3 / 4), 12); // means 2, 2, 4, 6: squares 2.25 + 2.25 + 0.25 + 6.25
    expect(meanError([[1], [2], [3]])).toBeNull();
    const powers = [1, 2, 4, 8].map((median) => [median / 3, median, 7 * median]);
    expect(logMedianError(powers)).toBeCloseTo((Math.log(2) * Math.sqrt(5 / 3)) / 2, 12);
    expect(logMedianError([[0], [1], [1], [1]])).toBeNull();
  });

  it('the few that carry half', () => {
    expect(carriers([1, 1, 1, 1], 0.5)).toBe(0.5);
    expect(carriers([0, 0, 0, 97, 1, 1, 1, 0, 0, 0], 0.5)).toBe(0.1);
    expect(carriers([], 0.5)).toBeNaN();
  });

  it('powers of ten, with zeros below and everything counted', () => {
    const { counts, below, above } = logBins([0, 1e-20, 0.9, 1, 3.2, 9.99, 10, 1e9], -1, 2, 2);
    expect(counts).toEqual([0, 1, 1, 2, 1, 0]); // √10 = 3.162 divides a decade
    expect([below, above]).toEqual([2, 1]);
  });
});

describe('the law of a row', () => {
  it('draws lengths with the mean and variance of χ', () => {
    for (const width of [1, 2, 3, 8, 100, 4096]) {
      const squares = chi(20_000, width, 40).map((length) => length ** 2);
      const mean = squares.reduce((a, b) => a + b) / squares.length;
      const variance = squares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / squares.length;
      // χ² has mean d and variance 2d; five standard errors of 20 000 draws, the variance's being √((8 + 48/d) d² / 20 000)
      expect(Math.abs(mean - width)).toBeLessThanOrEqual(5 * Math.sqrt((2 * width) / 20_000));
      expect(Math.abs(variance - 2 * width)).toBeLessThanOrEqual(5 * Math.sqrt((8 * width ** 2 + 48 * width) / 20_000));
    }
    expect([...chi(3, 0, 40)]).toEqual([0, 0, 0]);
  });

  it('takes entropy, largest weight and ‖J‖ as the row statistics do', () => {
    const draws = rowDraws(7, 40);
    const lengths = chi(40, 9, 4);
    const scaled = draws.scores.map((score, at) => 0.7 * score * lengths[Math.floor(at / 7)]!);
    const statistics = rowStatistics(scaled, softmax(scaled, 40, 7), 40, 7);
    const mean = (name: keyof typeof ROW_STATISTICS) => Array.from({ length: 40 }, (_, row) => statistics[8 * row + ROW_STATISTICS[name]]!).reduce((a, b) => a + b) / 40;
    const law = predict(draws, 9, 0.7);
    expect(law.entropy).toBeCloseTo(mean('entropy'), 10);
    expect(law.largest).toBeCloseTo(mean('peak'), 10);
    expect(law.jacobian).toBeCloseTo(mean('jacobian'), 10);
  });

  it('has ln n − σ²/2 for the entropy of many keys under a small spread', () => {
    const law = predict(rowDraws(512, 1024), 4096, 0.5 / 64);
    // O(1/n) beyond the formula, and the error of 1024 rows: both below 0.005
    expect(Math.abs(law.entropy - (Math.log(512) - 0.125))).toBeLessThanOrEqual(0.005);
  });

  it('keeps its digits where every row is one-hot', () => {
    const law = predict(rowDraws(64, 1024), 4096, 10);
    expect(law.jacobianMedian).toBeGreaterThan(0);
    expect(law.jacobianMedian).toBeLessThan(1e-40);
    expect(law.gradientMedian).toBeLessThan(1e-35);
  });

  it('knows how far one draw of the variance may be off', () => {
    expect(varianceError('normal', 256, 1, 1)).toBeCloseTo(0.125, 2); // 12 %
    expect(varianceError('normal', 256, 64, 1)).toBeCloseTo(0.016, 2); // 1.6 %
    expect(varianceError('normal', 64, 1e9, 1)).toBeCloseTo(Math.SQRT2 / 64, 6);
    expect(varianceError('normal', 64, 64, 16)).toBeCloseTo(varianceError('normal', 64, 64, 1)! / 4, 12);
    expect(varianceError('correlated', 64, 64, 1)).toBeNull();
    expect(DISTRIBUTIONS.map((dist) => scoreVariance(dist, 16))).toEqual([16, 16, 48, 31]);
    expect(freezingWidth(64)).toBeCloseTo(8.3178, 4);
  });
});

describe('a plan', () => {
  it('compares 1/√d_k with nothing while the scaling is off, and folds the temperature in', () => {
    expect(factorsOf({ scale: 'off', temperature: 1 }, 64)).toEqual({ off: 1, on: 0.125 });
    expect(factorsOf({ scale: 'rsqrt', temperature: 2 }, 64)).toEqual({ off: 0.5, on: 0.0625 });
    expect(factorsOf({ scale: 0.3, temperature: 1 }, 64)).toEqual({ off: 1, on: 0.3 });
  });

  it('takes fewer draws where memory or work would not do, and says so', () => {
    expect(drawsThatFit(16, 64, 4096, bounds, budget)).toBe(16);
    expect(drawsThatFit(64, 512, 4096, bounds, budget)).toBe(4); // 2 ** 32 products of 512 × 512 × 4096
    expect(drawsThatFit(64, 512, 4096, { ...bounds, maxTensorBytes: 2 ** 24 }, budget)).toBe(2);
    expect(drawsThatFit(16, 512, 4096, bounds, { products: 1 })).toBe(1);
    expect(planOf(values(), null, bounds, budget).remarks).toEqual([]);
    const { spec, draw, remarks } = planOf(values({ dk: 4096, draw: 15 }), null, bounds, { products: 2 ** 26 });
    expect([spec.draws, draw]).toEqual([4, 3]);
    expect(remarks).toEqual([{ key: 'fewerDraws', values: { draws: 4, asked: 16, dk: 4096, n: 64 } }]);
  });

  const file = (arrays: Partial<AttentionFile>): OpenFile => ({
    asset: 'file1',
    file: { name: 'a.npz', layers: 2, heads: 3, queries: 4, keys: 4, headDim: null, queryTokens: null, keyTokens: null, remarks: [], ...arrays },
  });

  it('lays all layers and heads of a file side by side', () => {
    const plan = planOf(values({ source: 'mine', draw: 4, causal: true }), file({ scores: new Float32Array(96) }), bounds, budget);
    expect(plan.spec).toMatchObject({ draws: 6, m: 4, n: 4, dk: 64, causal: true });
    expect(plan.place).toEqual({ layer: 1, head: 1 });
    expect(plan.remarks.map(({ key }) => key)).toEqual(['widthUnknown', 'noGradient']);
  });

  it.each([
    ['no file', null, {}],
    ['a file of weights', file({ weights: new Float32Array(96) }), {}],
    ['a file that is too large', file({ scores: new Float32Array(96) }), { maxTensorBytes: 64 }],
    ['a file too long for the CPU', file({ scores: new Float32Array(96) }), { maxLength: 3 }],
  ])('refuses %s in a sentence', (_, open, limits) => {
    expect(() => planOf(values({ source: 'mine' }), open, { ...bounds, ...limits }, budget)).toThrow(PlanError);
  });

  it('finds the causal mask of a file in its weights or its masked scores', () => {
    const causal = (hidden: number) => Float32Array.from({ length: 32 }, (_, at) => (at % 4 > Math.floor((at % 16) / 4) ? hidden : 0.5));
    const two = { layers: 1, heads: 2 };
    expect(looksCausal(file({ ...two, weights: causal(0) }).file)).toBe(true);
    expect(looksCausal(file({ ...two, scores: causal(-Infinity) }).file)).toBe(true);
    expect(looksCausal(file({ ...two, weights: causal(0.1) }).file)).toBe(false);
    expect(looksCausal(file({ ...two, scores: causal(0) }).file)).toBe(false);
    expect([...assetOf(file({ ...two, scores: causal(-Infinity) }).file, MASKED).scores!.slice(0, 3)]).toEqual([0.5, MASKED, MASKED]);
  });
});

describe('the survey', () => {
  it('is remembered by everything but the width', () => {
    expect(sweepKey(values({ scale: 'off' }))).toBe(sweepKey(values({ scale: 'rsqrt', dk: 9, draw: 3 })));
    expect(new Set([values(), values({ seed: 2 }), values({ n: 8 }), values({ dist: 'uniform' }), values({ scale: 0.5 }), values({ temperature: 2 })].map(sweepKey)).size).toBe(6);
    expect(theoryKey(values({ seed: 2, dist: 'uniform' }))).toBe(theoryKey(values()));
  });

  it('draws two standard errors, of a median as a ratio; nothing where there is no error', () => {
    const point = (entropyError: number | null) => ({ dk: 4, measured: { on: { entropy: 3, entropyError }, off: { entropy: 0.1, entropyError } } as unknown as Measurements });
    expect(pointsOf([point(0.5)], 'on', entropyOf)).toEqual([{ x: 4, y: 3, low: 2, high: 4 }]);
    expect(pointsOf([point(0.5)], 'off', entropyOf)).toEqual([{ x: 4, y: 0.1, low: 0, high: 1.1 }]);
    expect(pointsOf([point(null)], 'on', entropyOf)).toEqual([{ x: 4, y: 3 }]);
    const [ratio] = logPointsOf([point(Math.log(2) / 2)], 'on', entropyOf);
    expect(ratio!.low).toBeCloseTo(1.5, 12);
    expect(ratio!.high).toBeCloseTo(6, 12);
  });

  it('has a band around the variance of independent components, and none where they are not', () => {
    const band = varianceLine('normal', 64, () => 16, (dk) => dk);
    expect(band.map(({ x, y }) => [x, y])).toEqual(WIDTHS.map((dk) => [dk, dk]));
    expect(band[6]!.high! / 64 - 1).toBeCloseTo(2 * varianceError('normal', 64, 64, 16)!, 12);
    expect(varianceLine('correlated', 64, () => 16, (dk) => dk)[3]).toEqual({ x: 8, y: 8 });
  });
});

/** A row as a device in f32 would have it. */
function operandsOf(n: number, dk: number, factor: number, hidden: readonly number[] = []): RowOperands {
  const random = seeded(3);
  const keys = Float32Array.from({ length: n * dk }, () => 4 * random() - 2);
  const q = Float32Array.from({ length: dk }, () => 4 * random() - 2);
  const scores = Float32Array.from({ length: n }, (_, j) => q.reduce((sum, value, c) => sum + value * keys[j * dk + c]!, 0));
  const scaledRow = scores.map((score, j) => (hidden.includes(j) ? MASKED : score * factor));
  return {
    col: 1, q, keys, scores, factor, scaledRow, weightRow: Float32Array.from(softmax(Float64Array.from(scaledRow), 1, n)),
    dweights: normal(n, { seed: 5, stream: 1 }, 8),
  };
}

describe('the arithmetic of a row', () => {
  it.each([[5, 3, 1], [64, 16, 0.25], [9, 64, 1]])('leads from %i keys of width %i to the device’s weight', (n, dk, factor) => {
    const operands = operandsOf(n, dk, factor);
    const result = rowArithmetic(operands);
    expect(result.products!.reduce((a, b) => a + b)).toBeCloseTo(result.score, 4); // f32 sums of up to 64 products below 4
    expect(Math.abs(result.weight - result.deviceWeight)).toBeLessThanOrEqual(1e-5); // scores up to 60 carry 4e-6 in f32
    const scaled = Float64Array.from(operands.scores, (score) => score * factor);
    const statistics = rowStatistics(scaled, softmax(scaled, 1, n), 1, n);
    expect(result.entropy).toBeCloseTo(statistics[ROW_STATISTICS.entropy]!, 10);
    expect(result.jacobian / statistics[ROW_STATISTICS.jacobian]!).toBeCloseTo(1, 8);
  });

  it('differentiates ⟨g, output⟩ with respect to q as central differences do', () => {
    const operands = operandsOf(6, 4, 0.5);
    const { q, keys, factor, dweights } = operands;
    const loss = (query: Float64Array) => {
      const scaled = Float64Array.from({ length: 6 }, (_, j) => factor * query.reduce((sum, value, c) => sum + value * keys![j * 4 + c]!, 0));
      return softmax(scaled, 1, 6).reduce((sum, weight, j) => sum + weight * dweights![j]!, 0);
    };
    const slope = Array.from({ length: 4 }, (_, c) => {
      const [up, down] = [1e-5, -1e-5].map((h) => loss(Float64Array.from(q!, (value, at) => value + (at === c ? h : 0))));
      return (up! - down!) / 2e-5;
    });
    expect(rowArithmetic(operands).gradient!.norm).toBeCloseTo(Math.hypot(...slope), 7); // h² of float64
  });

  it('gives a masked key nothing', () => {
    const result = rowArithmetic(operandsOf(5, 3, 1, [1, 4]));
    expect([result.hidden, result.weight, result.exponentials[4]]).toEqual([true, 0, 0]);
    expect(result.entropy).toBeLessThanOrEqual(Math.log(3));
  });

  it('does without q and k where a file brings scores', () => {
    const { products, gradient, weight } = rowArithmetic({ ...operandsOf(5, 3, 1), q: null, keys: null, dweights: null });
    expect([products, gradient]).toEqual([null, null]);
    expect(weight).toBeGreaterThan(0);
  });
});

describe('the Python to paste', () => {
  const numbersIn = (code: string, name: string) => new RegExp(`^${name} = np\\.array\\(\\[(.*)\\], float\\)`, 'm').exec(code)![1]!.split(', ').map(Number);

  it('brings the operands back bit by bit', () => {
    const operands = operandsOf(5, 3, 0.5);
    const code = rowNumpy(operands, factorText(0.5, 3, 1), 3);
    expect(numbersIn(code, 'q').map(Math.fround)).toEqual([...operands.q!]);
    expect(numbersIn(code, 'K').map(Math.fround)).toEqual([...operands.keys!]);
    expect(code).toContain('.reshape(5, 3)');
    expect(code).toContain('print("weight  ", p[1])');
    expect(code).toContain('f * ds @ K');
  });

  it('holds the scores instead where the keys are too many, and the mask', () => {
    const n = 65;
    const operands = operandsOf(n, 64, 0.125, [2, 3]);
    expect(n * 64).toBeGreaterThan(MOST_NUMBERS);
    const code = rowNumpy(operands, factorText('rsqrt', 64, 2), 64);
    expect(numbersIn(code, 's').map(Math.fround)).toEqual([...operands.scores]);
    expect(code).toContain('f = 1 / np.sqrt(64) / 2');
    expect(code).toContain('s[[2,3]] = -np.inf');
    expect(code).not.toContain('K =');
  });

  it.each(DISTRIBUTIONS)('runs the whole experiment for %s components', (dist) => {
    const plan = planOf(values({ dist, n: 32, dk: 16, draws: 8, seed: 9 }), null, bounds, budget);
    const code = experimentNumpy(plan.spec, { off: factorText('off', 16, 1), on: factorText('rsqrt', 16, 1) });
    expect(code).toContain('n, dk, dv, draws = 32, 16, 64, 8');
    expect(code).toContain('default_rng(9)');
    expect(code).toContain('run(q, k, v, g, 1 / np.sqrt(16))');
    expect(code.match(/rng\./g)!.length).toBeGreaterThanOrEqual(3);
  });

  it('does not pretend to draw a visitor’s file', () => {
    const open: OpenFile = { asset: 'a', file: { name: 'a', layers: 1, heads: 1, queries: 2, keys: 2, headDim: 4, scores: new Float32Array(4), queryTokens: null, keyTokens: null, remarks: [] } };
    expect(() => experimentNumpy(planOf(values({ source: 'mine' }), open, bounds, budget).spec, { off: '1', on: '1' })).toThrow('Only random draws');
  });
});
