/** Exhibit 1 on the GPU: what "Why multi-head attention?" must show. */
import { describe, expect, it } from 'vitest';
import { costOf } from '../../../src/exhibits/heads/cost';
import { measureHeads } from '../../../src/exhibits/heads/measure';
import { HEADS, params, WIDTHS } from '../../../src/exhibits/heads/params';
import { headsPipeline } from '../../../src/exhibits/heads/pipeline';
import { planOf, type HeadsValues } from '../../../src/exhibits/heads/plan';
import { outputOfSingleHeads } from '../../../src/exhibits/heads/single-heads';
import type { HeadsSpec } from '../../../src/exhibits/heads/spec';
import type { HeadTimes } from '../../../src/exhibits/heads/times';
import { targetWeights } from '../../../src/exhibits/heads/targets';
import { defaultsOf } from '../../../src/lab/params';
import { StageCache } from '../../../src/lab/stage-cache';
import type { Ops, Tensor } from '../../../src/ops';
import { backends, maxAbsDifference, relativeDifference, testNormals } from '../lib/backends';

const BOUNDS = { maxTensorBytes: 2 ** 27, maxLength: null };
const specOf = (change: Partial<HeadsValues>): HeadsSpec => planOf({ ...defaultsOf(params), ...change }, null, BOUNDS).spec;

async function run<T extends Tensor>(ops: Ops<T>, spec: HeadsSpec, assets = new Map<string, Record<string, Float32Array>>()) {
  const cache = new StageCache(ops);
  const tensors = headsPipeline.run(ops, cache, spec, assets);
  return { tensors, measured: await measureHeads(ops, tensors, spec, true), free: () => cache.clear() };
}

describe('h heads', () => {
  /**
   * Outputs are sums of d products of numbers of size 1 and d^(−1/2): about 1, of which f32 keeps 6e-8. Two orders of the
   * same sums through three products differ by a few of these roundings; 1e-5 is what the exhibit promises.
   */
  const SAME = 1e-5;

  it.each(HEADS.flatMap((h) => WIDTHS.map((d) => ({ h, d }))))('give the concatenation of $h single-head attentions through W_O, d = $d', async ({ h, d }) => {
    const { device } = await backends();
    for (const mask of ['none', 'causal'] as const) {
      const spec = specOf({ h, d, mask, n: 21, source: 'random' });
      const { tensors, measured, free } = await run(device, spec);
      const single = outputOfSingleHeads(device, tensors as never, spec.heads, spec.causal);
      const [batched, apart] = await Promise.all([device.read(tensors.projected!), device.read(single)]);
      expect(maxAbsDifference(batched, apart)).toBeLessThanOrEqual(SAME);
      // The figure on the page is this very difference.
      expect(measured.agreement).toBe(maxAbsDifference(batched, apart));
      // And the outputs are no zeros.
      expect(Math.max(...batched.map(Math.abs))).toBeGreaterThan(0.1);
      device.free(single);
      free();
    }
  });

  it('would not agree if one head were left out', async () => {
    const { device } = await backends();
    const spec = specOf({ off: [3] });
    const { tensors, free } = await run(device, spec);
    const single = outputOfSingleHeads(device, tensors as never, spec.heads, spec.causal);
    expect(maxAbsDifference(await device.read(tensors.ablated!), await device.read(single))).toBeGreaterThan(1000 * SAME);
    device.free(single);
    free();
  });

  it('share one set of matrices: parameters and inputs are the same bits for every h, and as many', async () => {
    const { device } = await backends();
    for (const d of WIDTHS) {
      let first: Float32Array | null = null;
      for (const h of HEADS) {
        const { tensors, measured, free } = await run(device, specOf({ h, d }));
        expect(measured.parameters).toBe(4 * Number(d) ** 2);
        expect(measured.parameters).toBe(costOf(Number(d), Number(h), 11).parameters);
        const matrix = await device.read(tensors.wq!);
        first ??= matrix;
        expect(maxAbsDifference(matrix, first)).toBe(0);
        free();
      }
    }
  });

  it('cost the same matrix products for every h; only exponentials grow', () => {
    for (const n of [1, 24, 128]) {
      for (const d of WIDTHS.map(Number)) {
        const costs = HEADS.map((h) => costOf(d, Number(h), n));
        for (const cost of costs) {
          expect(cost.matmulFlops).toBe(8 * n * d * d + 4 * n * n * d);
          expect(cost.parameters).toBe(4 * d * d);
        }
        expect(costs.map(({ exponentials }) => exponentials)).toEqual(HEADS.map((h) => Number(h) * n * n));
      }
    }
  });

  it('add up: the block’s output is the sum of what the heads put in', async () => {
    const { device } = await backends();
    const { tensors, free } = await run(device, specOf({ h: '4', d: '128' }));
    const [whole, parts] = await Promise.all([device.read(tensors.projected!), device.read(tensors.contributions!)]);
    const sum = Float32Array.from(whole, (_, at) => [0, 1, 2, 3].reduce((total, head) => total + parts[head * whole.length + at]!, 0));
    expect(maxAbsDifference(whole, sum)).toBeLessThanOrEqual(SAME);
    free();
  });

  it('change the output by what was switched off: one head by its own figure, all of them by the whole', async () => {
    const { device } = await backends();
    const all = await run(device, specOf({}));
    expect(all.measured.ablation).toBe(0);
    const one = await run(device, specOf({ off: [5] }));
    // Two ways to the same norm: output − ablated output, and the head's own part.
    expect(Math.abs(one.measured.ablation! - all.measured.perHead[5]!.change!)).toBeLessThanOrEqual(SAME);
    expect(one.measured.ablation).toBeGreaterThan(0.05);
    const none = await run(device, specOf({ off: [0, 1, 2, 3, 4, 5, 6, 7] }));
    expect(none.measured.ablation).toBe(1);
    for (const { free } of [all, one, none]) free();
  });
});

describe('one softmax', () => {
  it('never gives two weights above ½ in a row', async () => {
    const { device } = await backends();
    // Scores from nearly even to one-hot, and rows whose two largest scores are nearly or exactly tied.
    const [rows, cols] = [4000, 13];
    const normals = testNormals(rows * cols, 77);
    const scores = normals.map((normal, at) => {
      const row = Math.floor(at / cols);
      const tied = row % 4 === 0 && at % cols < 2 ? 60 + (row % 8 === 0 ? 0 : (row % 100) * 1e-4 * (at % cols)) : 0;
      return tied || normal * 2 ** (row % 9 - 2);
    });
    const weights = await device.read(device.softmax(device.tensor(scores, [rows, cols])));
    let most = 0;
    for (let row = 0; row < rows; row++) {
      const [, second] = [...weights.subarray(row * cols, (row + 1) * cols)].sort((a, b) => b - a);
      most = Math.max(most, second!);
    }
    expect(most).toBeLessThanOrEqual(0.5);
    expect(most).toBeGreaterThan(0.499); // the ties come as close as can be
  });

  it('must split itself between two targets; two heads give each more than 0.9', async () => {
    const { device } = await backends();
    const { measured, free } = await run(device, specOf({ sharp: 10, tilt: 0 }));
    const { one, two } = measured.targets;
    expect(one.near).toBe(one.far);
    expect(one.near).toBeGreaterThan(0.48);
    expect(one.near).toBeLessThanOrEqual(0.5);
    expect(two[0].near).toBeGreaterThan(0.9);
    expect(two[1].far).toBeGreaterThan(0.9);
    free();
  });

  it('only trades one target for the other, however it is tilted and sharpened; two heads hold both', async () => {
    const { device } = await backends();
    for (const sharp of [0, 2, 5, 10, 20]) {
      for (const tilt of [-1, -0.4, 0, 0.1, 1]) {
        const { measured, free } = await run(device, specOf({ sharp, tilt }));
        const { one, two } = measured.targets;
        expect(one.near + one.far).toBeLessThanOrEqual(1 + 2e-7); // two weights of one row, each rounded to f32
        expect(Math.min(one.near, one.far)).toBeLessThanOrEqual(0.5);
        if (sharp >= 10) expect(Math.min(two[0].near, two[1].far)).toBeGreaterThan(0.9);
        free();
      }
    }
  });

  it('gives the weights that the arithmetic predicts', async () => {
    const { device } = await backends();
    const { measured, free } = await run(device, specOf({ sharp: 10, tilt: 0.5 }));
    const [strong, weak] = [10 * 1.25, 10 * 0.75];
    const share = (mine: number, other: number | null, rest: number) => Math.exp(mine) / (Math.exp(mine) + (other === null ? 0 : Math.exp(other)) + rest);
    const narrower = Math.SQRT1_2; // one head divides by √32, not by √16
    const expected = [
      share(strong * narrower, weak * narrower, 14), share(weak * narrower, strong * narrower, 14),
      share(strong, null, 15), share(weak, null, 15),
    ];
    const { one, two } = measured.targets;
    // exp may be off by 3 + 2|x| ulp in WGSL, x up to 12.5.
    expect(maxAbsDifference([one.near, one.far, two[0].near, two[1].far], expected)).toBeLessThanOrEqual(2e-6);
    free();
  });
});

describe('the figures', () => {
  it('agree with the twins, for text, random and both masks', async () => {
    const { device, reference } = await backends();
    for (const change of [{}, { source: 'random', h: '16', d: '256', n: 40 }, { mask: 'causal', positions: 'none', h: '2', off: [1] }] as const) {
      const spec = specOf(change as Partial<HeadsValues>);
      const [{ measured: actual, free }, { measured: expected }] = [await run(device, spec), await run(reference, spec)];
      // Seeded normals agree within 1e-5 deviations; they go through two products of up to 256 terms and a softmax.
      const CLOSE = 2e-4;
      for (const figure of ['entropy', 'distance', 'change'] as const) {
        const of = ({ perHead }: typeof actual) => perHead.map((head) => head[figure]!);
        expect(relativeDifference(of(actual), of(expected)), figure).toBeLessThanOrEqual(CLOSE);
      }
      expect(relativeDifference(actual.divergence, expected.divergence)).toBeLessThanOrEqual(CLOSE);
      expect(Math.abs(actual.diversity! - expected.diversity!)).toBeLessThanOrEqual(CLOSE);
      expect(Math.abs(actual.ablation! - expected.ablation!)).toBeLessThanOrEqual(CLOSE);
      free();
    }
  });

  it('of a file: its own weights are taken as they are, scores are scaled and masked', async () => {
    const { device } = await backends();
    const scores = testNormals(2 * 5 * 5, 4);
    const base = { ...specOf({}), heads: 2, headDim: 4, width: 8, off: [], causal: true };
    const input = { kind: 'mine', asset: 'file/0', m: 5, n: 5 } as const;
    const fromScores = await run(device, { ...base, input: { ...input, has: 'scores' } }, new Map([['file/0', { scores }]]));
    const weights = await device.read(fromScores.tensors.weights!);
    expect(weights[1]).toBe(0); // the causal mask
    expect(Math.abs(weights[5]! / weights[6]! - Math.exp((scores[5]! - scores[6]!) / 2))).toBeLessThanOrEqual(1e-5); // ÷ √4
    const fromWeights = await run(device, { ...base, causal: false, input: { ...input, has: 'weights' } }, new Map([['file/0', { weights }]]));
    expect(maxAbsDifference(await device.read(fromWeights.tensors.weights!), weights)).toBe(0);
    expect(fromWeights.measured).toMatchObject({ ablation: null, parameters: null, agreement: null, times: null });
    expect(fromWeights.measured.perHead.map(({ change }) => change)).toEqual([null, null]);
    expect(maxAbsDifference(fromWeights.measured.divergence, fromScores.measured.divergence)).toBe(0);
    fromScores.free();
    fromWeights.free();
  });

  it('bring the time of all heads at once, one by one, and of one wide head, when asked', async () => {
    const { device } = await backends();
    const spec = specOf({ h: '16', n: 64, source: 'random' });
    const cache = new StageCache(device);
    const tensors = headsPipeline.run(device, cache, spec, new Map());
    const timing = { ...spec, timing: { repeats: 3 } };
    await measureHeads(device, tensors, timing, false); // compiles
    const runs: HeadTimes[] = [];
    for (let each = 0; each < 7; each++) runs.push((await measureHeads(device, tensors, timing, false)).times!);
    // Other work on the machine only ever lengthens a run, so the shortest says most.
    const least = (name: 'batched' | 'separate' | 'wide') => Math.min(...runs.map((times) => times[name]));
    expect(least('batched')).toBeGreaterThan(0);
    expect(least('wide')).toBeGreaterThan(0);
    // Sixteen times the dispatches for the same arithmetic.
    expect(least('separate')).toBeGreaterThan(least('batched'));
    cache.clear();
  });
});

describe('the constructed weights', () => {
  it('are read where the task wants them', () => {
    const weights = new Float32Array(13 * 16);
    for (let row = 0; row < 13; row++) {
      weights[row * 16 + row + 2] = 0.75; // t − 1 = row + 2
      weights[row * 16 + row] = 0.25; // t − 3 = row
    }
    expect(targetWeights(weights)).toEqual({ near: 0.75, far: 0.25 });
  });
});
