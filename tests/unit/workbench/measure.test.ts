/** The meters on the float64 twins, where every figure can be worked out by hand. */
import { describe, expect, it } from 'vitest';
import { StageCache } from '../../../src/lab/stage-cache';
import { referenceOps, type HostTensor } from '../../../src/ops';
import { measureAttention, SATURATED, type AttentionMeasurements } from '../../../src/exhibits/workbench/measure';
import { attentionPipeline } from '../../../src/exhibits/workbench/pipeline';
import { STREAMS, type AttentionSpec } from '../../../src/exhibits/workbench/spec';
import { MASKED, softmax } from '../../../src/reference/softmax';
import { normal } from '../../../src/reference/random';

const spec = (change: Partial<AttentionSpec>): AttentionSpec => ({ input: { kind: 'random', n: 8 }, heads: 1, headDim: 4, seed: 1, factor: 0.5, mask: {}, off: [], ...change });

/** The figures of given masked scores [heads, m, n]. */
function measured(heads: number, m: number, n: number, masked: readonly number[]): Promise<AttentionMeasurements> {
  const data = Float64Array.from(masked);
  const tensors = {
    masked: referenceOps.tensor(data, [heads, m, n]),
    weights: referenceOps.tensor(softmax(data, heads * m, n), [heads, m, n]),
  };
  return measureAttention(referenceOps, tensors, spec({ heads }), false);
}

/** Figures leave the twins through f32, so they carry its half ulp: 6e-8 of their size. */
const F32 = 6e-8;
const near = (actual: number | null, expected: number) => expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(F32 * Math.max(1, Math.abs(expected)));

describe('rows that attend to all alike', () => {
  it.each([2, 7, 64])('over %i keys: entropy ln n, weight 1/n, Jacobian √(n − 1)/n', async (n) => {
    const figures = await measured(2, 3, n, new Array<number>(6 * n).fill(0.3));
    near(figures.entropy, Math.log(n));
    near(figures.entropyLimit, Math.log(n));
    near(figures.largestWeight, 1 / n);
    // ‖diag(p) − ppᵀ‖² with p = 1/n: n cells of (1/n − 1/n²)² and n² − n of 1/n⁴, together (n − 1)/n².
    near(figures.jacobianMean, Math.sqrt(n - 1) / n);
    near(figures.jacobianMedian, Math.sqrt(n - 1) / n);
    expect(figures).toMatchObject({ saturated: 0, emptyRows: 0, rows: 6 });
  });
});

describe('rows that attend to one key', () => {
  it('have no entropy, weight 1, no Jacobian, and are saturated', async () => {
    const row = [0, 0, 900, 0];
    const figures = await measured(1, 2, 4, [...row, ...row]);
    expect(figures).toMatchObject({ entropy: 0, largestWeight: 1, saturated: 1, jacobianMean: 0, jacobianMedian: 0 });
  });

  it('count as saturated only above the threshold', async () => {
    const logit = (weight: number) => Math.log(weight / (1 - weight));
    const figures = await measured(1, 4, 2, [logit(SATURATED + 1e-4), 0, logit(SATURATED - 1e-4), 0, 0, 0, 9, 0]);
    expect(figures.saturated).toBe(2 / 4);
  });
});

describe('masked rows', () => {
  it('are counted, and left out of every mean', async () => {
    const empty = [MASKED, MASKED, MASKED];
    const figures = await measured(2, 2, 3, [0, 0, 0, ...empty, ...empty, 0, 0, MASKED]);
    expect(figures).toMatchObject({ emptyRows: 2, rows: 2 });
    near(figures.entropy, (Math.log(3) + Math.log(2)) / 2);
    near(figures.entropyLimit, (Math.log(3) + Math.log(2)) / 2);
    near(figures.largestWeight, (1 / 3 + 1 / 2) / 2);
    near(figures.perHead[0]!.entropy, Math.log(3));
    near(figures.perHead[1]!.largestWeight, 1 / 2);
  });

  it('alone leave no figure, rather than a wrong one', async () => {
    const figures = await measured(1, 1, 2, [MASKED, MASKED]);
    expect(figures).toMatchObject({ emptyRows: 1, rows: 0, entropy: NaN, largestWeight: NaN, jacobianMean: NaN, jacobianMedian: NaN, saturated: NaN });
  });
});

describe('variances', () => {
  it('are those of the scores, before and after the factor', async () => {
    const tensors = run(spec({ input: { kind: 'random', n: 16 }, heads: 2, headDim: 9, factor: 1 / 3 }));
    const figures = await measureAttention(referenceOps, tensors, spec({ heads: 2 }), false);
    const scores = tensors.scores!.data as Float64Array;
    const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
    const variance = scores.reduce((a, b) => a + (b - mean) ** 2, 0) / scores.length;
    near(figures.scoreVariance, variance);
    near(figures.scaledVariance, variance / 9);
  });

  it('are missing where a file brought weights only', async () => {
    const weights = referenceOps.tensor([0.5, 0.5, 1, 0], [1, 2, 2]);
    const figures = await measureAttention(referenceOps, { weights }, spec({}), true);
    expect(figures).toMatchObject({ scoreVariance: null, scaledVariance: null, gradientMean: null, gradientMedian: null, rows: 2 });
    near(figures.largestWeight, 0.75);
  });

  it('are not measured without weights', async () => {
    await expect(measureAttention(referenceOps, {}, spec({}), false)).rejects.toThrow('There are no weights to measure.');
  });
});

function run(setting: AttentionSpec): Record<string, HostTensor> {
  return attentionPipeline.run(referenceOps, new StageCache(referenceOps), setting, new Map());
}

describe('the gradient that reaches q', () => {
  it.each([
    [{}, 0.5], [{ causal: true }, 0.5], [{ causal: true, window: 2 }, 1],
  ])('under the mask %j at factor %d is that of L = ⟨G, output⟩ by central differences', async (mask, factor) => {
    const [heads, n, d] = [2, 5, 3];
    const setting = spec({ input: { kind: 'random', n }, heads, headDim: d, factor, mask, seed: 11 });
    const tensors = run(setting);
    const figures = await measureAttention(referenceOps, tensors, setting, true);

    const gradOutput = normal(heads * n * d, { seed: 11, stream: STREAMS.gradient }, 1 / Math.sqrt(d));
    const assets = new Map([['file/0', Object.fromEntries((['q', 'k', 'v'] as const).map((name) => [name, Float32Array.from(tensors[name]!.data)]))]]);
    /** L with q replaced; the pipeline runs on the file's arrays, so that any q can be put in. */
    const loss = (q: Float64Array) => {
      const input = { kind: 'mine', asset: 'file/0', has: { qk: true, v: true, scores: false, weights: false }, m: n, n, valueDim: d } as const;
      // The twins keep float64 where they are given it.
      const exact = new Map([['file/0', { ...assets.get('file/0')!, q: q as unknown as Float32Array, k: tensors.k!.data as never, v: tensors.v!.data as never }]]);
      const output = attentionPipeline.run(referenceOps, new StageCache(referenceOps), { ...setting, input }, exact).output!.data;
      return gradOutput.reduce((sum, g, at) => sum + g * output[at]!, 0);
    };
    const q = tensors.q!.data as Float64Array;
    const step = 1e-5;
    const gradient = Array.from(q, (_, at) => {
      const moved = (by: number) => Float64Array.from(q, (value, other) => (other === at ? value + by : value));
      return (loss(moved(step)) - loss(moved(-step))) / (2 * step);
    });
    const norms = Array.from({ length: heads * n }, (_, row) => Math.hypot(...gradient.slice(row * d, (row + 1) * d)));
    const sorted = [...norms].sort((a, b) => a - b);
    // Central differences err by step²·f‴ ≈ 1e-10 and by rounding/step ≈ 1e-11; the figures by f32's 6e-8.
    expect(Math.abs(figures.gradientMean! - norms.reduce((a, b) => a + b) / norms.length)).toBeLessThanOrEqual(1e-7);
    expect(Math.abs(figures.gradientMedian! - (sorted[4]! + sorted[5]!) / 2)).toBeLessThanOrEqual(1e-7);
    expect(figures.gradientMean!).toBeGreaterThan(1e-3);
  });

  it('is taken only when all figures are asked for', async () => {
    const setting = spec({});
    const light = await measureAttention(referenceOps, run(setting), setting, false);
    expect(light).toMatchObject({ gradientMean: null, gradientMedian: null });
  });
});
