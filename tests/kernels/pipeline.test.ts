/** The workbench's pipeline on the GPU, stage by stage, against the same pipeline on the float64 twins. */
import { describe, expect, it } from 'vitest';
import { StageCache } from '../../src/lab/stage-cache';
import { MASKS } from '../../src/exhibits/workbench/params';
import { paint } from '../../src/lab/painted';
import { attentionPipeline } from '../../src/exhibits/workbench/pipeline';
import type { AttentionSpec } from '../../src/exhibits/workbench/spec';
import type { WorkbenchValues } from '../../src/exhibits/workbench/plan';
import { MASKED, isMasked } from '../../src/reference/softmax';
import { visible } from '../../src/reference/mask';
import type { GpuTensor } from '../../src/ops';
import { backends, maxAbsDifference, relativeDifference, testNormals } from './lib/backends';
import { randomArrays, specOf, visitorsFile, type Arrays } from './lib/settings';

/** Weights lie in [0, 1]; exp is allowed 3 + 2|x| ULP by WGSL, a few e-7 near 1. */
const WEIGHT_TOLERANCE = 5e-7;
/** A sum of up to 64 products in f32 against float64: a few roundings of 6e-8, relative to the largest element. */
const OP_TOLERANCE = 2e-6;
/** Seeded normals are promised within 1e-5 of the twin's (WGSL leaves log, sin and cos loose). */
const NORMAL_TOLERANCE = 1e-5;
/**
 * A projection sums 256 products of an embedding and a weight of deviation 1/16, each within 1e-5 deviations: at worst all
 * errors point one way, 256 · 1e-5 · (E|w| + E|x|/16), with E|normal| = 0.8. A sinusoidal encoding adds up to 1 to |x|.
 */
const PROJECTION_TOLERANCE = 256 * NORMAL_TOLERANCE * (0.8 / 16 + 1.8 / 16);

const read = async (tensors: Readonly<Record<string, GpuTensor>>) => {
  const { device } = await backends();
  const entries = Object.entries(tensors);
  const values = await Promise.all(entries.map(([, tensor]) => device.read(tensor)));
  return Object.fromEntries(entries.map(([name], index) => [name, values[index]!])) as Record<string, Float32Array>;
};

/** Runs a spec on the GPU, and on the twins from the very q, k and v that the GPU had. */
async function bothRuns(spec: AttentionSpec, assets: Parameters<typeof attentionPipeline.run>[3] = new Map()) {
  const { device, reference } = await backends();
  const cache = new StageCache(device);
  const tensors = attentionPipeline.run(device, cache, spec, assets);
  const actual = await read(tensors);
  let twinSpec = spec;
  let twinAssets = assets;
  if (spec.input.kind !== 'mine') {
    const [, m] = tensors.q!.shape as [number, number, number];
    const input = { kind: 'mine', asset: 'gpu', has: { qk: true, v: true, scores: false, weights: false }, m, n: m, valueDim: spec.headDim } as const;
    twinSpec = { ...spec, input };
    twinAssets = new Map([['gpu', { q: actual.q!, k: actual.k!, v: actual.v! }]]);
  }
  const expected = attentionPipeline.run(reference, new StageCache(reference), twinSpec, twinAssets);
  const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
  cache.clear();
  return { actual, expected: expected as Record<string, { data: Float64Array; shape: readonly number[] }>, shapes };
}

/** Every stage that both have is equal within its tolerance, and masked in the same cells. */
function expectEqualStages({ actual, expected, shapes }: Awaited<ReturnType<typeof bothRuns>>) {
  for (const [name, { data, shape }] of Object.entries(expected)) {
    expect(shapes[name], name).toEqual(shape);
    const values = actual[name]!;
    if (name === 'weights') {
      expect(maxAbsDifference(values, data), name).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
      continue;
    }
    const cells = [...data.keys()];
    expect(cells.every((cell) => isMasked(values[cell]!) === isMasked(data[cell]!)), `${name}: masked cells`).toBe(true);
    const unmasked = cells.filter((cell) => !isMasked(data[cell]!));
    expect(relativeDifference(unmasked.map((cell) => values[cell]!), unmasked.map((cell) => data[cell]!)), name).toBeLessThanOrEqual(OP_TOLERANCE);
  }
}

/** Mask settings that hide something at every size from 2 on. */
const maskSetting = (mask: WorkbenchValues['mask'], m: number, n: number): Partial<WorkbenchValues> => ({
  mask, window: 2, prefix: 2, padding: Math.ceil(n / 3), block: 3,
  painted: paint(Array.from({ length: m * n }, (_, cell) => Number((cell * 2654435761) % 7 < 3)), m, n),
});

const sizes: [heads: number, n: number, dk: number][] = [[1, 1, 1], [3, 7, 5], [16, 33, 64], [1, 33, 1], [16, 7, 5], [3, 1, 64], [1, 64, 64]];
const wordsOf = (n: number) => Array.from({ length: n }, (_, i) => `w${i % 11}`).join(' ');

describe.each(MASKS)('the mask %s', (mask) => {
  it.each(sizes)('random, %i heads, n = %i, d_k = %i: every stage equals the twin', async (heads, n, dk) => {
    expectEqualStages(await bothRuns(specOf({ source: 'random', n, heads, dk, seed: 3, ...maskSetting(mask, n, n) })));
  });

  it.each([['none', 3, 7, 5], ['sinusoidal', 16, 33, 64], ['rope', 2, 33, 64], ['rope', 3, 7, 5], ['sinusoidal', 1, 1, 1]] as const)(
    'text, positions %s, %i heads, %i tokens, d_k = %i: every stage equals the twin',
    async (positions, heads, n, dk) => {
      expectEqualStages(await bothRuns(specOf({ source: 'text', text: wordsOf(n), positions, heads, dk, seed: 4, ...maskSetting(mask, n, n) })));
    },
  );

  it.each([[2, 5, 9, 4, 3], [3, 9, 4, 5, 7], [1, 1, 6, 64, 1], [2, 8, 1, 3, 3]])(
    'a file, %i heads, %i queries, %i keys, d_k = %i, d_v = %i: every stage equals the twin',
    async (heads, m, n, headDim, valueDim) => {
      const { open, assets } = visitorsFile({ heads, m, n, headDim, valueDim }, randomArrays(heads, m, n, headDim, valueDim));
      const runs = await bothRuns(specOf({ source: 'mine', ...maskSetting(mask, m, n) }, open), assets);
      expect(Object.keys(runs.shapes).sort()).toEqual(['k', 'masked', 'output', 'q', 'scaled', 'scores', 'v', 'weights']);
      expectEqualStages(runs);
    },
  );

  it('a file of scores, some of them masked: the stages from the factor on equal the twin', async () => {
    const [heads, m, n] = [2, 6, 7];
    const scores = testNormals(heads * m * n, 5).map((score, cell) => (cell % 5 === 2 ? MASKED : score));
    const { open, assets } = visitorsFile({ heads, m, n }, { scores });
    const runs = await bothRuns(specOf({ source: 'mine', dk: 4, ...maskSetting(mask, m, n) }, open), assets);
    expect(Object.keys(runs.shapes).sort()).toEqual(['masked', 'scaled', 'scores', 'weights']);
    expectEqualStages(runs);
    expect(scores.every((score, cell) => !isMasked(score) || runs.actual.weights![cell] === 0)).toBe(true);
  });

  it('hides what it says and leaves rows that sum to 1, or to 0 where nothing is left', async () => {
    const n = 13;
    const spec = specOf({ source: 'random', n, heads: 2, dk: 8, ...maskSetting(mask, n, n) });
    const { actual } = await bothRuns(spec);
    for (let row = 0; row < 2 * n; row++) {
      const shown = Array.from({ length: n }, (_, j) => visible(spec.mask, row % n, j, n, n));
      const weights = actual.weights!.subarray(row * n, (row + 1) * n);
      expect([...weights].every((weight, j) => (weight === 0) === !shown[j])).toBe(true);
      // 13 weights of f32, each within half an ulp: 13 · 3e-8.
      expect(Math.abs(weights.reduce((a, b) => a + b, 0) - Number(shown.includes(true)))).toBeLessThanOrEqual(5e-7);
    }
  });
});

describe('seeded inputs', () => {
  it('are those of the twins', async () => {
    const { device, reference } = await backends();
    const spec = specOf({ source: 'random', n: 33, heads: 3, dk: 65, seed: 0xffff_ffff });
    const actual = await read(attentionPipeline.run(device, new StageCache(device), spec, new Map()));
    const expected = attentionPipeline.run(reference, new StageCache(reference), spec, new Map());
    for (const name of ['q', 'k', 'v'] as const) {
      expect(maxAbsDifference(actual[name]!, expected[name]!.data), name).toBeLessThanOrEqual(NORMAL_TOLERANCE);
    }
  });

  it.each(['none', 'sinusoidal', 'rope'] as const)('of a text with positions %s are those of the twins', async (positions) => {
    const { device, reference } = await backends();
    const spec = specOf({ text: 'the cat saw the other cat', positions, heads: 4, dk: 16 });
    const actual = await read(attentionPipeline.run(device, new StageCache(device), spec, new Map()));
    const expected = attentionPipeline.run(reference, new StageCache(reference), spec, new Map());
    for (const name of ['q', 'k', 'v'] as const) {
      expect(maxAbsDifference(actual[name]!, expected[name]!.data), name).toBeLessThanOrEqual(PROJECTION_TOLERANCE);
    }
    // Equal words have equal values; equal queries only where positions are not put in.
    const rowOf = (tensor: Float32Array, i: number) => [...tensor.subarray(i * 16, (i + 1) * 16)];
    expect(rowOf(actual.v!, 1)).toEqual(positions === 'sinusoidal' ? expect.not.arrayContaining(rowOf(actual.v!, 5)) : rowOf(actual.v!, 5));
    expect(maxAbsDifference(rowOf(actual.q!, 1), rowOf(actual.q!, 5)) > 0.01).toBe(positions !== 'none');
  });

  it('change with the seed, all three', async () => {
    const { device } = await backends();
    const at = async (seed: number) => read(attentionPipeline.run(device, new StageCache(device), specOf({ source: 'random', n: 5, heads: 1, dk: 4, seed }), new Map()));
    const [one, two] = [await at(1), await at(2)];
    for (const name of ['q', 'k', 'v'] as const) expect(maxAbsDifference(one[name]!, two[name]!)).toBeGreaterThan(0.1);
    expect(maxAbsDifference(one.q!, one.k!)).toBeGreaterThan(0.1);
    expect(maxAbsDifference(one.k!, one.v!)).toBeGreaterThan(0.1);
  });
});

describe('the output projection of a text', () => {
  const at = async (off: readonly number[]) => {
    const { device } = await backends();
    const cache = new StageCache(device);
    const values = await read(attentionPipeline.run(device, cache, specOf({ text: wordsOf(9), heads: 4, dk: 16, off }), new Map()));
    cache.clear();
    return values;
  };

  it('is the heads side by side times W_O', async () => {
    const { reference } = await backends();
    const { output, projected } = await at([]);
    const merged = reference.mergeHeads(reference.tensor(output!, [4, 9, 16]));
    const wo = reference.normal([64, 256], { seed: 1, stream: 8 }, 1 / 8);
    const expected = await reference.read(reference.matmul(merged, wo));
    // 64 products with a W_O within 1e-5 deviations of 1/8.
    const tolerance = 64 * Math.max(...output!.map(Math.abs)) * (NORMAL_TOLERANCE / 8);
    expect(maxAbsDifference(projected!, expected)).toBeLessThanOrEqual(tolerance);
  });

  it('is the sum of what each head adds, and zero with all heads off', async () => {
    const all = (await at([])).projected!;
    const alone = await Promise.all([0, 1, 2, 3].map(async (head) => (await at([0, 1, 2, 3].filter((other) => other !== head))).projected!));
    const sum = all.map((_, cell) => alone.reduce((total, projected) => total + projected[cell]!, 0));
    expect(relativeDifference(sum, all)).toBeLessThanOrEqual(OP_TOLERANCE);
    expect((await at([0, 1, 2, 3])).projected!.every((value) => value === 0)).toBe(true);
  });

  it('leaves the heads themselves alone', async () => {
    expect((await at([1, 2])).weights).toEqual((await at([])).weights);
  });
});

describe('a file of weights', () => {
  it('has weights, and an output where it has values', async () => {
    const weights = Float32Array.of(0.25, 0.75, 1, 0, 0, 1);
    const only = visitorsFile({ heads: 1, m: 3, n: 2 }, { weights });
    const runs = await bothRuns(specOf({ source: 'mine', mask: 'causal' }, only.open), only.assets);
    expect(Object.keys(runs.shapes)).toEqual(['weights']);
    expect(runs.actual.weights).toEqual(weights);
    const withValues = visitorsFile({ heads: 1, m: 3, n: 2, valueDim: 1 }, { weights, v: Float32Array.of(4, 8) });
    expect([...(await bothRuns(specOf({ source: 'mine' }, withValues.open), withValues.assets)).actual.output!]).toEqual([7, 4, 8]);
  });

  it('says which array is not loaded', async () => {
    const { device } = await backends();
    const { open } = visitorsFile({ heads: 1, m: 1, n: 1 }, { weights: Float32Array.of(1) } satisfies Arrays);
    expect(() => attentionPipeline.run(device, new StageCache(device), specOf({ source: 'mine' }, open), new Map())).toThrow('The file\'s array "weights" is not loaded.');
  });
});

describe('large unscaled scores', () => {
  it('saturate the softmax without NaN, within what their rounding allows', async () => {
    const { actual, expected } = await bothRuns(specOf({ source: 'random', n: 33, heads: 2, dk: 4096, scale: 'off' }));
    const largest = Math.max(...actual.scores!.map(Math.abs));
    expect(largest).toBeGreaterThan(150); // N(0, 4096) over 2178 cells reaches 3 deviations
    // A score off by Δ moves a weight p by at most p(1 − p) · 2Δ ≤ Δ/2; Δ is the op tolerance on the largest score.
    expect(maxAbsDifference(actual.weights!, expected.weights!.data)).toBeLessThanOrEqual((OP_TOLERANCE * largest) / 2 + WEIGHT_TOLERANCE);
  });
});

describe('the factor', () => {
  it.each([[0.3, 1], [4, 2], [1e-6, 3]])('%d multiplies every score', async (scale, seed) => {
    const { actual } = await bothRuns(specOf({ source: 'random', n: 9, heads: 2, dk: 8, scale, seed }));
    const product = actual.scores!.map((score) => score * Math.fround(scale));
    // The factor is an f32 uniform: one rounding each.
    expect(relativeDifference(actual.scaled!, product)).toBeLessThanOrEqual(1.2e-7);
  });
});
