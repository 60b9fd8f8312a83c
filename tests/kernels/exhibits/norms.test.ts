import { describe, expect, it } from 'vitest';
import { sweepBatches, changeOf, gapOf, standardErrorOf, SWEEP } from '../../../src/exhibits/norms/sweep';
import { params, type NormName } from '../../../src/exhibits/norms/params';
import { normsPipeline } from '../../../src/exhibits/norms/pipeline';
import { planOf, type NormsValues } from '../../../src/exhibits/norms/plan';
import { lastOf } from '../../../src/exhibits/norms/stream';
import { realRows, rowsOf, type NormsSpec } from '../../../src/exhibits/norms/spec';
import { sentences as en } from '../../../src/exhibits/norms/text/en';
import { sentences as zh } from '../../../src/exhibits/norms/text/zh';
import { defaultsOf } from '../../../src/lab/params';
import { PlanError } from '../../../src/lab/plan';
import { StageCache } from '../../../src/lab/stage-cache';
import type { Ops, Tensor } from '../../../src/ops';
import { backends, maxAbsDifference, relativeDifference } from '../lib/backends';

const BOUNDS = { maxTensorBytes: 2 ** 27, maxLength: null };
const specOf = (change: Partial<NormsValues> = {}): NormsSpec => planOf({ ...defaultsOf(params), ...change }, BOUNDS).spec;

let opened: ReturnType<typeof backends> | null = null;
/** One pair of backends for all tests, as a page has one, so that sweeps and times are remembered. */
const shared = () => (opened ??= backends());

/** One run of the exhibit, with its tensors and figures. */
async function play<T extends Tensor>(ops: Ops<T>, change: Partial<NormsValues> = {}) {
  const spec = specOf(change);
  const cache = new StageCache(ops);
  const tensors = normsPipeline.run(ops, cache, spec, new Map());
  const read = (name: string) => ops.read(tensors[name]!);
  const measure = async (full: boolean) => normsPipeline.measure(ops, tensors, spec, full);
  const fully = async () => (await measure(true)).full!;
  return { spec, tensors, read, measure, fully, done: () => cache.clear() };
}

describe('LayerNorm and RMSNorm', () => {
  it.each([
    ['layer', {}], ['layer', { features: 16 }], ['layer', { batch: 64, tokens: 3, features: 7 }], ['layer', { padding: 0.5, alike: 0.5, gamma: -1.5, beta: 0.5 }],
    ['rms', {}], ['rms', { batch: 2, features: 64 }],
  ] as [NormName, Partial<NormsValues>][])('%s leaves sample 0 bit for bit as it is, whatever the others are, at %o', async (norm, change) => {
    const { device } = await shared();
    const { measure, read, done } = await play(device, { norm, ...change });
    const { change: moved, full } = await measure(true);
    const zero = { rms: 0, largest: 0 };
    expect(moved).toEqual(zero);
    expect(full!.dependence[norm as 'layer' | 'rms']).toEqual({ redrawn: zero, outlier: zero, gap: zero });
    expect((await read('change')).every((value) => value === 0)).toBe(true);
    // The gradient that leaves sample 0 reaches no other sample.
    expect(full!.gradientToOthers).toBe(0);
    done();
  });

  it('really redraws the others: their inputs differ, sample 0 has the same bits', async () => {
    const { device } = await shared();
    const { spec, read, done } = await play(device, { norm: 'layer' });
    const [input, other] = [await read('input'), await read('other')];
    const first = spec.tokens * spec.features;
    expect([...other.subarray(0, first)]).toEqual([...input.subarray(0, first)]);
    // No cell of two independent draws of 24 bits agrees by chance among 288.
    expect(input.subarray(first).every((value, at) => value !== other[first + at])).toBe(true);
    done();
  });
});

describe('BatchNorm', () => {
  const batches = SWEEP.filter((batch) => batch >= 2);

  it.each(batches)('in training moves sample 0 with the others, and differs from evaluation, at B = %i', async (batch) => {
    const { device } = await shared();
    const { measure, done } = await play(device, { batch });
    const { change, full } = await measure(true);
    const { redrawn, gap, outlier } = full!.dependence.batch;
    expect(change).toEqual(redrawn);
    // Far above rounding, 1e-6: a change of statistics by 1/√(B·T) > 0.04.
    for (const distance of [redrawn, gap, outlier]) expect(distance!.rms).toBeGreaterThan(1e-2);
    expect(full!.gradientToOthers).toBeGreaterThan(1e-3);
    // In evaluation the statistics are constants: no other sample is read.
    expect(full!.dependence['batch-eval'].redrawn).toEqual({ rms: 0, largest: 0 });
    expect(full!.dependence['batch-eval'].outlier).toEqual({ rms: 0, largest: 0 });
    done();
  });

  it('does both the more, the smaller the batch is', async () => {
    const { device } = await shared();
    // 1024 features: each figure is known to about 1/√(2 · 1024) = 2 %, and neighbours differ by 13 % or more.
    const points = await sweepBatches(device, { tokens: 8, alike: 0, seed: 5, eps: 1e-5 }, 1024, batches);
    for (let i = 1; i < points.length; i++) {
      expect(points[i]!.change).toBeLessThan(points[i - 1]!.change!);
      expect(points[i]!.gap).toBeLessThan(points[i - 1]!.gap);
    }
    expect(points.at(-1)!.change).toBeGreaterThan(0);
    expect(points.every(({ layerChange }) => layerChange === 0)).toBe(true);
  });

  it('with one sample has no other to depend on, but its tokens still mix, and training differs from evaluation', async () => {
    const { device } = await shared();
    const { fully, read, spec, done } = await play(device, { batch: 1 });
    const { dependence } = await fully();
    expect(dependence.batch.redrawn).toBeNull();
    expect(dependence.batch.gap!.rms).toBeGreaterThan(1e-2);
    // Multiply token 0 by 2 and see whether the output of the last token moves.
    const x = await read('input');
    const louder = x.map((value, at) => (at < spec.features ? 2 * value : value));
    const [rows, cols] = [spec.tokens, spec.features];
    const last = async (values: Float32Array) =>
      (await device.read(device.batchNorm(device.tensor(values, [rows, cols]), { mode: 'train' }).y)).slice((rows - 1) * cols);
    expect(maxAbsDifference(await last(x), await last(louder))).toBeGreaterThan(1e-2);
    done();
  });

  it('refuses to train on one value, in a sentence of both languages', () => {
    const refusal = (change: Partial<NormsValues>): string | null => {
      try {
        specOf(change);
        return null;
      } catch (error) {
        if (error instanceof PlanError) return error.remark.key;
        throw error;
      }
    };
    expect(refusal({ batch: 1, tokens: 1 })).toBe('oneValue');
    // Two rows, of which padding leaves one.
    expect(refusal({ batch: 1, tokens: 2, padding: 0.9, counted: false })).toBe('oneReal');
    expect(refusal({ batch: 1, tokens: 2, padding: 0.9, counted: true })).toBeNull();
    for (const norm of ['none', 'layer', 'rms'] as const) expect(refusal({ norm, batch: 1, tokens: 1 })).toBeNull();
    expect(refusal({ mode: 'eval', batch: 1, tokens: 1 })).toBeNull();
    expect(en.oneValue).toMatch(/variance/);
    expect(zh.oneValue).toMatch(/方差/);
  });

  it('normalises with the biased variance and keeps the unbiased one, as PyTorch does', async () => {
    const { device } = await shared();
    const { spec, read, fully, done } = await play(device, { batch: 2, tokens: 2, steps: 1, momentum: 0.25, eps: 1e-8 });
    const N = rowsOf(spec);
    const { history } = await fully();
    const biased = history.batchVariance;
    const running = lastOf(history).variance;
    // From 1: 0.75 · 1 + 0.25 · biased · N / (N − 1), a few f32 roundings.
    const expected = biased.map((value) => 0.75 + (0.25 * value * N) / (N - 1));
    expect(relativeDifference(running, expected)).toBeLessThanOrEqual(1e-6);
    // Four values make a quarter more of the variance: nobody could take one for the other.
    expect(relativeDifference(running, biased.map((value) => 0.75 + 0.25 * value))).toBeGreaterThan(0.05);
    const y = await read('output');
    for (let c = 0; c < spec.features; c++) {
      const column = Array.from({ length: N }, (_, row) => y[row * spec.features + c]!);
      // Biased variance 1 up to f32 and ε / variance: 1e-8 / 0.01 at the smallest variance of these draws.
      expect(Math.abs(column.reduce((sum, value) => sum + value * value, 0) / N - 1)).toBeLessThan(1e-5);
    }
    done();
  });

  it('has the running statistics of its recurrence after every step, and they approach the truth', async () => {
    const { device } = await shared();
    const { fully, spec, done } = await play(device, { steps: 64, batch: 16 });
    const { history } = await fully();
    const { features } = spec;
    const N = rowsOf(spec);
    for (let step = 1; step <= 64; step++) {
      for (let c = 0; c < features; c++) {
        const at = (step - 1) * features + c;
        // Two products and a sum in f32, of values below 5.
        expect(history.mean[at + features]).toBeCloseTo(0.9 * history.mean[at]! + 0.1 * history.batchMean[at]!, 5);
        expect(history.variance[at + features]).toBeCloseTo(0.9 * history.variance[at]! + (0.1 * history.batchVariance[at]! * N) / (N - 1), 5);
      }
    }
    const deviation = history.trueVariance.map(Math.sqrt);
    for (let c = 0; c < features; c++) {
      // Noise: momentum / (2 − momentum) of a batch's variance 1/128, so 0.02 deviations, five of them; the start has decayed to 0.9^64 = 0.1 %.
      expect(Math.abs(history.mean[64 * features + c]! - history.trueMean[c]!)).toBeLessThan(0.1 * deviation[c]! + 0.002 * (1 + Math.abs(history.trueMean[c]!)));
    }
    done();
  });
});

describe('the standard error of the batch mean', () => {
  it.each([[8, 0], [8, 0.5], [1, 0], [4, 1]])('is √((1 + (T − 1)ρ)/(B·T)) at T = %i, ρ = %f, for every B', async (tokens, alike) => {
    const { device } = await shared();
    const columns = 1024;
    const points = await sweepBatches(device, { tokens, alike, seed: 11, eps: 1e-5 }, columns);
    expect(points.length).toBe(tokens === 1 ? 6 : 7);
    for (const { batch, standardError } of points) {
      // A standard deviation of 1024 draws is known to 1/√2048 = 2.2 %; four of them, for 27 points.
      expect(Math.abs(standardError / standardErrorOf(batch, tokens, alike) - 1), `B = ${batch}`).toBeLessThan(4 / Math.sqrt(2 * columns));
    }
  });

  it.each([0, 0.3])('predicts how far sample 0 moves and how far training is from evaluation, ρ = %f', async (alike) => {
    const { device } = await shared();
    const points = await sweepBatches(device, { tokens: 8, alike, seed: 12, eps: 1e-5 }, 1024, [8, 16, 32, 64]);
    for (const { batch, change, gap } of points) {
      // First order in the number of sentences: the next term is of relative size 1/B or so, beside 2 % of sampling.
      const slack = 1 / batch + 0.08;
      expect(Math.abs(change! / changeOf(batch, 8, alike) - 1), `change at B = ${batch}`).toBeLessThan(slack);
      expect(Math.abs(gap / gapOf(batch, 8, alike) - 1), `gap at B = ${batch}`).toBeLessThan(slack);
    }
  });
});

describe('padding', () => {
  it('counts as a share of the statistics and moves them; left out, it does neither', async () => {
    const { device } = await shared();
    const counted = await play(device, { padding: 0.4, batch: 16 });
    const { spec } = counted;
    const { padding } = await counted.fully();
    const share = 1 - realRows(spec) / rowsOf(spec);
    // Samples come in pairs around the share; eight tokens round it.
    expect(Math.abs(share - 0.4)).toBeLessThan(0.05);
    expect(padding!.share).toBe(share);
    // Padding is 0 and a feature's mean is N(0, 1) over a deviation of 0.5 … 1.5: a share of 0.4 moves it by about 0.3 deviations.
    expect(padding!.meanShift).toBeGreaterThan(0.1);
    const left = await play(device, { padding: 0.4, batch: 16, counted: false });
    expect((await left.fully()).padding!.share).toBe(0);
    const y = await left.read('output');
    // Rows of padding are written as zeros.
    for (let row = 0; row < rowsOf(spec); row++) {
      if (row % spec.tokens < spec.lengths[Math.floor(row / spec.tokens)]!) continue;
      expect([...y.subarray(row * spec.features, (row + 1) * spec.features)].every((value) => value === 0)).toBe(true);
    }
    counted.done();
    left.done();
  });
});

describe('the pipeline', () => {
  const settings: Partial<NormsValues>[] = [
    {}, { mode: 'eval' }, { norm: 'layer', gamma: 0.5, beta: -1 }, { norm: 'rms' }, { norm: 'none' },
    { padding: 0.5, counted: false, alike: 0.4, outlier: true }, { padding: 0.3, mode: 'eval', batch: 3, tokens: 5, features: 7, eps: 0.1 },
    { batch: 1, tokens: 1, mode: 'eval' }, { norm: 'layer', features: 1 },
  ];

  it.each(settings)('equals its twin at %o', async (change) => {
    const { device, reference } = await shared();
    const [gpu, twin] = [await play(device, { steps: 5, ...change }), await play(reference, { steps: 5, ...change })];
    expect(Object.keys(gpu.tensors)).toEqual(Object.keys(twin.tensors));
    for (const name of Object.keys(twin.tensors).filter((each) => each !== 'valid')) {
      // Draws agree to 1e-5, and every later step adds a few roundings; differences of outputs are taken against the outputs.
      const against = name === 'change' ? [...(await twin.read('output'))] : [];
      const difference = relativeDifference([...(await gpu.read(name)), ...against], [...(await twin.read(name)), ...against]);
      expect(difference, name).toBeLessThan(1e-4);
    }
    gpu.done();
    twin.done();
  });

  it('gives every norm its promise: mean β and deviation |γ| over the set it shares', async () => {
    const { device } = await shared();
    const setting = { gamma: 0.5, beta: -1, eps: 1e-8 };
    const batch = await play(device, { ...setting, norm: 'batch' });
    // f32 sums of 32 cells around 1, and ε against variances above 0.1.
    for (const mean of (await batch.measure(false)).after.features.mean) expect(mean).toBeCloseTo(-1, 5);
    for (const variance of (await batch.measure(false)).after.features.variance) expect(variance).toBeCloseTo(0.25, 5);
    const layer = await play(device, { ...setting, norm: 'layer' });
    for (const mean of (await layer.measure(false)).after.tokens.mean) expect(mean).toBeCloseTo(-1, 5);
    for (const variance of (await layer.measure(false)).after.tokens.variance) expect(variance).toBeCloseTo(0.25, 5);
    batch.done();
    layer.done();
  });

  it('times forward and backward of each norm', async () => {
    const { device } = await shared();
    const { fully, done } = await play(device, { steps: 1 });
    for (const pass of Object.values((await fully()).times.passes)) {
      expect(pass!.forward).toBeGreaterThan(0);
      expect(pass!.backward).toBeGreaterThan(0);
    }
    done();
  });

  it('gives back every buffer that it took', async () => {
    const { device, gpu } = await shared();
    const before = gpu.memory().liveBytes;
    for (const mode of ['train', 'eval'] as const) {
      const { fully, done } = await play(device, { mode, padding: 0.5, counted: false, alike: 0.4, outlier: true });
      await fully();
      done();
    }
    expect(gpu.memory().liveBytes).toBe(before);
  });
});
