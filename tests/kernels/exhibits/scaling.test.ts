/** Why divide by √d_k: what the exhibit must show, measured on the GPU. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Measurements, SideFigures } from '../../../src/exhibits/scaling/measure';
import { DISTRIBUTIONS, type Distribution } from '../../../src/exhibits/scaling/params';
import { scalingPipeline } from '../../../src/exhibits/scaling/pipeline';
import { assetOf, looksCausal } from '../../../src/exhibits/scaling/plan';
import { VALUE_WIDTH, type ScalingSpec } from '../../../src/exhibits/scaling/spec';
import { predict, rowDraws, scoreVariance, varianceError } from '../../../src/exhibits/scaling/theory';
import { readAttentionFile } from '../../../src/formats/attention';
import type { Assets } from '../../../src/lab/pipeline';
import { StageCache } from '../../../src/lab/stage-cache';
import type { Ops, Tensor } from '../../../src/ops';
import { MASKED } from '../../../src/reference/softmax';
import { backends, maxAbsDifference, relativeDifference } from '../lib/backends';

interface Setting {
  readonly dk: number;
  readonly n?: number;
  readonly draws?: number;
  readonly dist?: Distribution;
  readonly seed?: number;
}

const specOf = ({ dk, n = 64, draws = 16, dist = 'normal', seed = 1 }: Setting): ScalingSpec => ({
  input: { kind: 'random', dist }, draws, m: n, n, dk, dv: VALUE_WIDTH, seed, factors: { off: 1, on: 1 / Math.sqrt(dk) }, causal: false,
});

/** One run and its figures; `look` may read the tensors before they go. */
async function run<T extends Tensor>(ops: Ops<T>, spec: ScalingSpec, { assets = new Map() as Assets, full = true, look = async (_: Readonly<Record<string, T>>) => {} } = {}): Promise<Measurements> {
  const cache = new StageCache(ops);
  const tensors = scalingPipeline.run(ops, cache, spec, assets);
  const measured = await scalingPipeline.measure(ops, tensors, spec, full);
  await look(tensors);
  cache.clear();
  return measured;
}

const onGpu = async (setting: Setting, full = true) => run((await backends()).device, specOf(setting), { full });

/**
 * The figures of shared/exhibits.md, exhibit 8, by a float64 NumPy run over "many seeds" of n = 64, without its errors:
 * they are taken to be as uncertain as ours.
 */
const TABLE = [
  { dk: 16, median: [0.177, 0.328], small: 0, mean: [1.43, 8.0], gradientMedian: [1.31, 6.9] },
  { dk: 64, median: [0.179, 0.192], small: 0.07, mean: [1.41, 10.8], gradientMedian: [1.32, 5.7] },
  { dk: 256, median: [0.18, 0.025], small: 0.29, mean: [1.41, 12.9], gradientMedian: [1.33, 1.6] },
  { dk: 1024, median: [0.18, 2.6e-4], small: 0.55, mean: [1.43, 14.9], gradientMedian: [1.35, 0.035] },
  { dk: 4096, median: [0.179, 3e-8], small: 0.75, mean: [1.41, 14.2], gradientMedian: [1.33, 7e-6] },
] as const;

/** Half of the last digit of a number that is given to two places or more. */
const ROUNDING = 0.025;
/**
 * Four standard errors of the difference of two equally uncertain figures: chance goes beyond once in 16 000 times, and
 * there are 35 comparisons.
 */
const REACH = 4 * Math.SQRT2;

describe.each(TABLE)('the table at d_k = $dk', ({ dk, median, small, mean, gradientMedian }) => {
  let measured: Measurements;
  beforeAll(async () => {
    measured = await onGpu({ dk, draws: dk > 256 ? 32 : 64 });
  });
  const sides = () => [measured.on, measured.off] as const;

  it('has its ‖J‖ medians, scaled and not', () => {
    sides().forEach((side, i) => {
      expect(Math.abs(Math.log(side.jacobianMedian / median[i]!))).toBeLessThanOrEqual(REACH * side.jacobianMedianLogError! + ROUNDING);
    });
  });

  it('has its share of rows that pass nothing', () => {
    const { jacobianSmall, jacobian } = measured.off;
    expect(jacobian).toBeGreaterThan(0);
    const error = Math.sqrt((small * (1 - small) + 1e-3) / measured.rows);
    expect(Math.abs(jacobianSmall - small)).toBeLessThanOrEqual(REACH * error + 0.005); // given in whole per cents
    expect(measured.on.jacobianSmall).toBe(0);
  });

  it('has its mean gradient at q, scaled and not', () => {
    sides().forEach((side, i) => {
      const { mean: ours, meanError } = side.gradient!;
      expect(Math.abs(ours - mean[i]!)).toBeLessThanOrEqual(REACH * meanError! + ROUNDING * mean[i]!);
    });
  });

  it('has its median gradient at q, scaled and not', () => {
    sides().forEach((side, i) => {
      const { median: ours, medianLogError } = side.gradient!;
      expect(Math.abs(Math.log(ours / gradientMedian[i]!))).toBeLessThanOrEqual(REACH * medianLogError! + ROUNDING);
    });
  });
});

describe('the widths from 1 to 4096', () => {
  const WIDTHS = [1, 4, 16, 64, 256, 1024, 4096];
  let all: Measurements[];
  beforeAll(async () => {
    all = [];
    for (const dk of WIDTHS) all.push(await onGpu({ dk, draws: 16 }));
  });

  it('leave the scaled entropy flat, beneath ln n', () => {
    const entropies = all.slice(2).map(({ on }) => on.entropy);
    // Sampling: below 0.012 nats each (entropyError), four of them; and 0.006 that d_k = 16 is still away from its limit.
    expect(Math.max(...entropies) - Math.min(...entropies)).toBeLessThanOrEqual(0.05);
    for (const entropy of entropies) expect(entropy).toBeLessThan(Math.log(64));
    // ln n − 1/2 is the limit of many keys; 64 keys are 0.025 above it
    expect(Math.abs(entropies.at(-1)! - (Math.log(64) - 0.5))).toBeLessThanOrEqual(0.05);
  });

  it('make the unscaled entropy fall towards 0', () => {
    const entropies = all.map(({ off }) => off.entropy);
    for (let i = 1; i < entropies.length; i++) expect(entropies[i]!).toBeLessThan(entropies[i - 1]!);
    expect(entropies.at(-1)!).toBeLessThan(0.1);
  });

  it('agree with the exact law of a row at every width, on both sides', () => {
    const draws = rowDraws(64);
    const near = (ours: number, theory: number, error: number, slack: number) => expect(Math.abs(ours - theory)).toBeLessThanOrEqual(4 * error + slack);
    all.forEach((measured, i) => {
      for (const [side, factor] of [['off', 1], ['on', 1 / Math.sqrt(WIDTHS[i]!)]] as const) {
        const figures = measured[side];
        const law = predict(draws, WIDTHS[i]!, factor);
        // The law is drawn too, from 8192 rows against our 1024: its own error is about a third of ours.
        near(figures.entropy, law.entropy, figures.entropyError!, 0.34 * 4 * figures.entropyError!);
        near(Math.log(figures.jacobianMedian), Math.log(law.jacobianMedian), figures.jacobianMedianLogError!, 0.34 * 4 * figures.jacobianMedianLogError!);
        near(figures.gradient!.mean, law.gradient, figures.gradient!.meanError!, 0.34 * 4 * figures.gradient!.meanError!);
        near(Math.log(figures.gradient!.median), Math.log(law.gradientMedian), figures.gradient!.medianLogError!, 0.34 * 4 * figures.gradient!.medianLogError!);
      }
    });
  });

  it('do not let the mean gradient vanish: it turns into rare, large kicks', () => {
    const [narrow, wide] = [all[2]!.off.gradient!, all[6]!.off.gradient!];
    expect(wide.mean).toBeGreaterThan(narrow.mean);
    expect(wide.median).toBeLessThan(1e-4 * narrow.median);
    expect(wide.carriers).toBeLessThan(0.05); // half of all gradient comes from fewer than one row in twenty
    expect(all[6]!.on.gradient!.carriers).toBeGreaterThan(0.3);
  });
});

describe('Var(q·k)', () => {
  it.each([1, 2, 8, 64, 512, 4096])('of one draw of n = 256 is d_k = %i within three standard errors', async (dk) => {
    for (const seed of [1, 2, 3]) {
      const { scoreVariance: variance, on } = await onGpu({ dk, n: 256, draws: 1, seed }, false);
      const error = varianceError('normal', 256, dk, 1)!;
      expect(Math.abs(variance / dk - 1)).toBeLessThanOrEqual(3 * error);
      expect(Math.abs(on.variance - variance / dk)).toBeLessThanOrEqual(1e-5 * on.variance); // the same scores, scaled in f32
    }
  });

  it.each([[16, 2, 'normal'], [16, 8, 'normal'], [16, 512, 'normal'], [16, 8, 'uniform']] as const)(
    'scatters as its standard error says: n = %i, d_k = %i, %s',
    async (n, dk, dist) => {
      const { device } = await backends();
      const ratios: number[] = [];
      await run(device, specOf({ dk, n, draws: 1024, dist }), {
        full: false,
        look: async ({ scores }) => {
          const values = await device.read(scores!);
          for (let draw = 0; draw < 1024; draw++) {
            const part = values.subarray(draw * n * n, (draw + 1) * n * n);
            const middle = part.reduce((a, b) => a + b) / part.length;
            ratios.push(part.reduce((sum, value) => sum + (value - middle) ** 2, 0) / part.length / dk);
          }
        },
      });
      const middle = ratios.reduce((a, b) => a + b) / ratios.length;
      const spread = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - middle) ** 2, 0) / ratios.length);
      // The spread of 1024 skewed ratios is known to about 5 %; twice that, and the mean that each draw takes off (1/n²).
      expect(spread / varianceError(dist, n, dk, 1)!).toBeGreaterThan(0.88);
      expect(spread / varianceError(dist, n, dk, 1)!).toBeLessThan(1.12);
    },
  );

  it.each(DISTRIBUTIONS)('of %s components is what theory says once their mean and correlation count', async (dist) => {
    for (const dk of [16, 256]) {
      const { scoreVariance: variance, scoreMean, components } = await onGpu({ dk, draws: 64, dist }, false);
      // 64 draws of n = 64. Shared components make a draw's variance a product of two χ² with 64 degrees, 25 % each.
      const error = dist === 'correlated' ? 0.25 / 8 : 0.04 / 8 + 0.005;
      expect(Math.abs(variance / scoreVariance(dist, dk) - 1)).toBeLessThanOrEqual(4 * error);
      const mean = dist === 'shifted' ? 1 : 0;
      expect(Math.abs(scoreMean / dk - mean)).toBeLessThanOrEqual(0.05);
      expect(Math.abs(components!.mean - mean)).toBeLessThanOrEqual(0.05);
      expect(Math.abs(components!.square - (1 + mean))).toBeLessThanOrEqual(0.05);
    }
  });

  it('grows as d_k² where the components are correlated, so that 1/√d_k no longer holds it', async () => {
    const [narrow, wide] = [await onGpu({ dk: 64, dist: 'correlated' }, false), await onGpu({ dk: 1024, dist: 'correlated' }, false)];
    expect(wide.on.variance / narrow.on.variance).toBeGreaterThan(8); // 65 / 4.9 by theory
    expect(wide.on.entropy).toBeLessThan(narrow.on.entropy - 0.5);
  });
});

describe('the pipeline', () => {
  it.each(DISTRIBUTIONS.flatMap((dist) => [[dist, 1, 2], [dist, 7, 5], [dist, 64, 17]] as const))('equals its twin: %s, d_k = %i, n = %i', async (dist, dk, n) => {
    const { device, reference } = await backends();
    const spec = { ...specOf({ dk, n, draws: 3, dist }), causal: dk === 7 };
    const kept: Record<string, Float32Array> = {};
    const ours = await run(device, spec, { look: async (tensors) => { for (const name of Object.keys(tensors)) kept[name] = await device.read(tensors[name]!); } });
    const twin = await run(reference, spec, {
      look: async (tensors) => {
        expect(Object.keys(kept).sort()).toEqual(Object.keys(tensors).sort());
        for (const [name, tensor] of Object.entries(tensors)) {
          const expected = await reference.read(tensor);
          // Normals agree within 1e-5, and a score is a sum of d_k of their products: 1e-5 of the largest; weights pass on the scores' absolute error.
          if (name.startsWith('weights')) expect(maxAbsDifference(kept[name]!, expected)).toBeLessThanOrEqual(1e-5 * Math.max(1, ours.scoreExtent));
          else expect(relativeDifference(kept[name]!, expected)).toBeLessThanOrEqual(2e-5);
        }
      },
    });
    for (const side of ['off', 'on'] as const) {
      for (const name of ['variance', 'entropy', 'largest', 'jacobian', 'jacobianMedian'] as const satisfies (keyof SideFigures)[]) {
        expect(Math.abs(ours[side][name] - twin[side][name])).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(twin[side][name])));
      }
      expect(Math.abs(ours[side].gradient!.mean / twin[side].gradient!.mean - 1)).toBeLessThanOrEqual(1e-3);
      const moved = ours[side].histogram!.counts.reduce((sum, count, i) => sum + Math.abs(count - twin[side].histogram!.counts[i]!), 0);
      expect(moved).toBeLessThanOrEqual(0.02 * 3 * n * n + 4); // scores beside an edge may fall on either side
    }
  });

  it('gives every buffer back', async () => {
    const { gpu } = await backends();
    const before = gpu.memory().liveBuffers;
    for (const dist of DISTRIBUTIONS) await onGpu({ dk: 9, n: 12, draws: 2, dist });
    expect(gpu.memory().liveBuffers).toBe(before);
  });

  it('counts every visible score in the histogram, and every row in the gradient’s', async () => {
    const { off, rows } = await onGpu({ dk: 16, n: 32, draws: 4 });
    const total = ({ counts, below, above }: NonNullable<SideFigures['histogram']>) => counts.reduce((a, b) => a + b, below + above);
    expect(total(off.histogram!)).toBe(4 * 32 * 32);
    expect(total(off.gradient!.decades)).toBe(rows);
  });
});

/** GPT-2 small, 12 layers × 12 heads × 6 tokens, d_k = 64 where it is at hand; else a file of this repository, without d_k. */
const GPT2 = '../shared/data/gpt2-attention-0.npz';
const real = existsSync(GPT2);

describe(real ? 'GPT-2 small' : 'a small file', () => {
  const open = async () => {
    const bytes = readFileSync(real ? GPT2 : 'tests/fixtures/attention.npz');
    const file = readAttentionFile(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer, 'attention.npz');
    const dk = file.headDim ?? 64;
    const spec: ScalingSpec = {
      input: { kind: 'mine', asset: 'file', has: { qk: false, v: false, scores: true } },
      draws: file.layers * file.heads, m: file.queries, n: file.keys, dk, dv: VALUE_WIDTH, seed: 1, factors: { off: 1, on: 1 / Math.sqrt(dk) }, causal: true,
    };
    const { q: _q, k: _k, v: _v, ...scores } = assetOf(file, MASKED);
    return { file, measured: await run((await backends()).device, spec, { assets: new Map([['file', scores]]) }) };
  };

  it('never looks ahead, and is found to be causal', async () => {
    expect(looksCausal((await open()).file)).toBe(true);
  });

  it('becomes nearly one-hot when the scale is taken away', async () => {
    const { measured } = await open();
    const { off, on } = measured;
    expect(off.entropy).toBeLessThan(on.entropy);
    expect(off.largest).toBeGreaterThan(on.largest);
    expect(off.gradient).toBeNull();
    // The raw scores' range is not known beforehand: the histogram is counted around what was measured.
    expect(off.histogram!.counts.reduce((a, b) => a + b, off.histogram!.below + off.histogram!.above)).toBeGreaterThan(measured.rows);
    // Given to three places.
    if (real) {
      expect(on.entropy).toBeCloseTo(0.622, 3);
      expect(off.entropy).toBeCloseTo(0.059, 3);
      expect(on.largest).toBeCloseTo(0.778, 3);
      expect(off.largest).toBeCloseTo(0.977, 3);
      // What the text says of a trained model: not 1.
      expect(on.variance).toBeCloseTo(7.1, 1);
    }
  });

  it('leaves out rows with one visible key', async () => {
    const { file, measured } = await open();
    expect(measured.rows).toBe(file.layers * file.heads * (file.queries - 1));
  });
});
