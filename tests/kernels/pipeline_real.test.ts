/** Attention of a real model: the page's weights are the file's, and the figures say what the scaling is for. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAttentionFile, layerOf, type AttentionFile } from '../../src/formats/attention';
import { arithmeticOf } from '../../src/exhibits/workbench/arithmetic';
import { badgeOf } from '../../src/reference/badges';
import { numpyOf } from '../../src/exhibits/workbench/numpy';
import { attentionPipeline } from '../../src/exhibits/workbench/pipeline';
import type { AttentionMeasurements } from '../../src/exhibits/workbench/measure';
import type { OpenFile, WorkbenchValues } from '../../src/exhibits/workbench/plan';
import type { AttentionSpec } from '../../src/exhibits/workbench/spec';
import { openEngine } from '../../src/lab/engine';
import type { Engine } from '../../src/lab/engine-types';
import { runPasted } from '../unit/workbench/pasted';
import { maxAbsDifference } from './lib/backends';
import { specOf } from './lib/settings';

/** Files of raw scores with the weights that their own model made of them under the causal mask. */
const FILES = [
  // Written by NumPy (tests/golden/make_formats.py): 2 layers × 3 heads × 4 tokens, not scaled.
  { path: 'tests/fixtures/attention.npz', scale: 'off', factor: 1 },
  // GPT-2 small, 12 layers × 12 heads × 6 tokens, d_k = 64; not part of the repository.
  { path: '../shared/data/gpt2-attention-0.npz', scale: 'rsqrt', factor: 1 / 8 },
].filter(({ path }) => existsSync(path)) as { path: string; scale: WorkbenchValues['scale']; factor: number }[];

let engine: Engine<AttentionSpec, AttentionMeasurements>;
beforeAll(async () => {
  const noWorker = (): Worker => {
    throw new Error('No worker is needed where there is a GPU.');
  };
  engine = await openEngine(attentionPipeline, noWorker, true);
});

function open(path: string): OpenFile {
  const bytes = readFileSync(path);
  const file = readAttentionFile(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer, path);
  for (let layer = 0; layer < file.layers; layer++) engine.setAsset(`${path}/${layer}`, layerOf(file, layer) as Readonly<Record<string, Float32Array>>);
  return { id: path, file } as Partial<OpenFile> as OpenFile;
}

/** Row figures straight from weights [heads, m, n], rows from the second on: the first sees one key only. */
function rowFigures(weights: Float32Array, { heads, queries: m, keys: n }: AttentionFile) {
  const [entropies, peaks]: [number[], number[]] = [[], []];
  for (let row = 0; row < heads * m; row++) {
    if (row % m === 0) continue;
    const p = [...weights.subarray(row * n, (row + 1) * n)].filter((weight) => weight > 0);
    entropies.push(-p.reduce((sum, weight) => sum + weight * Math.log(weight), 0));
    peaks.push(Math.max(...p));
  }
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  return { entropy: mean(entropies), largestWeight: mean(peaks) };
}

/** The meters' means with their first rows, of entropy 0 and weight 1, taken out. */
const fromSecondRow = ({ entropy, largestWeight }: AttentionMeasurements, m: number) => ({
  entropy: (entropy * m) / (m - 1),
  largestWeight: (largestWeight * m - 1) / (m - 1),
});

describe.each(FILES)('$path', ({ path, scale }) => {
  it('at the model’s own scale and the causal mask the weights are the file’s, in every layer and head', async () => {
    const source = open(path);
    for (let layer = 0; layer < source.file.layers; layer++) {
      await engine.update('present', specOf({ source: 'mine', layer, scale, mask: 'causal' }, source));
      // Both are f32 softmaxes of the same f32 scores: each within 5e-7 of the exact weight.
      expect(maxAbsDifference(await engine.read('present', 'weights'), layerOf(source.file, layer).weights!)).toBeLessThanOrEqual(1e-6);
    }
  });

  it('the meters give the figures of the file’s own weights', async () => {
    const source = open(path);
    for (let layer = 0; layer < source.file.layers; layer++) {
      const spec = specOf({ source: 'mine', layer, scale, mask: 'causal' }, source);
      await engine.update('present', spec);
      const figures = await engine.measure('present', spec, true);
      const expected = rowFigures(layerOf(source.file, layer).weights!, source.file);
      const actual = fromSecondRow(figures, source.file.queries);
      // Weights within 1e-6 move an entropy by at most 1e-6 · (1 + |ln p|) a cell, with few cells and p above 1e-6.
      expect(Math.abs(actual.entropy - expected.entropy)).toBeLessThanOrEqual(5e-5);
      expect(Math.abs(actual.largestWeight - expected.largestWeight)).toBeLessThanOrEqual(1e-5);
      expect(figures).toMatchObject({ emptyRows: 0, rows: source.file.heads * source.file.queries, gradientMean: null });
    }
  });

  it('each number’s arithmetic and its NumPy code come to the device’s weight', async () => {
    const source = open(path);
    const { heads, queries: m, keys: n } = source.file;
    const spec = specOf({ source: 'mine', layer: 1, scale, mask: 'causal' }, source);
    await engine.update('present', spec);
    const [scores, masked, weights] = await Promise.all(['scores', 'masked', 'weights'].map((name) => engine.read('present', name)));
    for (let row = 0; row < heads * m; row++) {
      const of = (values: Float32Array) => values.subarray(row * n, (row + 1) * n);
      for (let col = 0; col < n; col++) {
        const operands = { row: row % m, col, q: null, k: null, score: of(scores!)[col]!, factor: spec.factor, maskedRow: of(masked!), weightRow: of(weights!) };
        const { weight, deviceWeight, hidden } = arithmeticOf(operands);
        expect(Math.abs(weight - deviceWeight)).toBeLessThanOrEqual(5e-7); // the softmax kernel's own tolerance
        expect(hidden).toBe(col > row % m);
        const pasted = numpyOf({ row: row % m, col, q: null, keys: null, scores: of(scores!), headDim: spec.headDim, scale, maskedRow: of(masked!), weight: deviceWeight });
        expect(Math.abs(runPasted(pasted).printed - deviceWeight)).toBeLessThanOrEqual(1e-6);
      }
    }
  });
});

describe('a text of seeded embeddings', () => {
  it('each number’s arithmetic and its NumPy code start from q and k and come to the device’s weight', async () => {
    const [heads, n, d] = [2, 7, 16];
    const spec = specOf({ text: 'a b c d a b e', heads, dk: d, mask: 'causal' });
    await engine.update('present', spec);
    const [q, k, scores, masked, weights] = await Promise.all(['q', 'k', 'scores', 'masked', 'weights'].map((name) => engine.read('present', name)));
    for (let row = 0; row < heads * n; row++) {
      const of = (values: Float32Array) => values.subarray(row * n, (row + 1) * n);
      const keys = k!.subarray(Math.floor(row / n) * n * d, (Math.floor(row / n) + 1) * n * d);
      const query = q!.subarray(row * d, (row + 1) * d);
      for (let col = 0; col < n; col++) {
        const cell = { row: row % n, col, q: query, k: keys.subarray(col * d, (col + 1) * d), score: of(scores!)[col]!, factor: spec.factor, maskedRow: of(masked!), weightRow: of(weights!) };
        const sum = arithmeticOf(cell);
        // 16 products in f32: as the scores op, 2e-6 of the largest score.
        expect(Math.abs(sum.products!.reduce((a, b) => a + b, 0) - sum.score)).toBeLessThanOrEqual(2e-6 * Math.max(...scores!.map(Math.abs)));
        expect(Math.abs(sum.weight - sum.deviceWeight)).toBeLessThanOrEqual(5e-7);
        const pasted = numpyOf({ row: row % n, col, q: query, keys, scores: of(scores!), headDim: d, scale: 'rsqrt', maskedRow: of(masked!), weight: sum.deviceWeight });
        expect(Math.abs(runPasted(pasted).printed - sum.deviceWeight)).toBeLessThanOrEqual(1e-6);
      }
    }
  });
});

describe('GPT-2 small, or the fixture where it is not at hand', () => {
  const gpt2 = FILES.find(({ path }) => path.includes('gpt2'));

  it('has the entropies and largest weights that NumPy finds, with 1/8 and without', async () => {
    // The fixture's figures are those of a plain loop over its own weights.
    const { path, scale } = gpt2 ?? FILES[0]!;
    const source = open(path);
    const { layers, queries } = source.file;
    const figuresAt = async (at: WorkbenchValues['scale']) => {
      const totals = { entropy: 0, largestWeight: 0 };
      for (let layer = 0; layer < layers; layer++) {
        const spec = specOf({ source: 'mine', layer, scale: at, mask: 'causal' }, source);
        await engine.update('present', spec);
        const { entropy, largestWeight } = fromSecondRow(await engine.measure('present', spec, false), queries);
        totals.entropy += entropy / layers;
        totals.largestWeight += largestWeight / layers;
      }
      return totals;
    };
    const own = rowFigures(source.file.weights!, { ...source.file, heads: layers * source.file.heads });
    const scaled = await figuresAt(scale);
    expect(Math.abs(scaled.entropy - (gpt2 ? 0.622 : own.entropy))).toBeLessThanOrEqual(0.001); // given to three places
    expect(Math.abs(scaled.largestWeight - (gpt2 ? 0.778 : own.largestWeight))).toBeLessThanOrEqual(0.001);
    const plain = await figuresAt('off');
    expect(Math.abs(plain.entropy - (gpt2 ? 0.059 : own.entropy))).toBeLessThanOrEqual(0.001);
    expect(Math.abs(plain.largestWeight - (gpt2 ? 0.977 : own.largestWeight))).toBeLessThanOrEqual(0.001);
  });

  it('has heads whose badges say what their weights hold', async () => {
    const source = open((gpt2 ?? FILES[0]!).path);
    const { layers, heads, queries: m, keys: n } = source.file;
    const badges = Array.from({ length: layers * heads }, (_, head) => badgeOf(source.file.weights!.subarray(head * m * n, (head + 1) * m * n), m, n));
    for (const badge of badges) if (badge) expect(badge.share).toBeLessThanOrEqual(1 + 1e-6);
    // A model of 144 heads has heads on the first token (Xiao et al. 2024, "attention sinks"); four even rows are broad.
    expect(badges.map((badge) => badge?.name)).toContain(gpt2 ? 'first' : 'broad');
  });
});

describe('the scaling (exhibit 8)', () => {
  /** ‖J‖'s median over rows, n = 64, q and k ~ N(0, 1), many seeds, float64 NumPy. */
  const table = [
    { dk: 16, scale: 'rsqrt', norm: 0.177 }, { dk: 16, scale: 'off', norm: 0.328 },
    { dk: 64, scale: 'rsqrt', norm: 0.179 }, { dk: 64, scale: 'off', norm: 0.192 },
    { dk: 256, scale: 'rsqrt', norm: 0.18 }, { dk: 256, scale: 'off', norm: 0.025 },
  ] as const;

  it.each(table)('d_k = $dk, scale $scale: the median row has a Jacobian of norm $norm', async ({ dk, scale, norm }) => {
    const medians: number[] = [];
    for (let seed = 1; seed <= 16; seed++) {
      const spec = specOf({ source: 'random', n: 64, heads: 16, dk, scale, seed });
      await engine.update('present', spec);
      medians.push((await engine.measure('present', spec, false)).jacobianMedian);
    }
    const mean = medians.reduce((a, b) => a + b) / 16;
    const deviation = Math.sqrt(medians.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 15);
    // Three standard errors of the mean of sixteen draws, as much for the table's own, and half of its last place.
    expect(Math.abs(mean - norm)).toBeLessThanOrEqual(2 * 3 * (deviation / 4) + 0.0005);
  });
});
