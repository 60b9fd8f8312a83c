/** What the exhibit on masks must show, on the GPU path: exactly no leak, rows that sum to 1, and each mistake as it leaks. */
import { describe, expect, it } from 'vitest';
import { leaksFrom } from '../../../src/exhibits/masks/figures';
import { measureMasks } from '../../../src/exhibits/masks/measure';
import type { Mistake } from '../../../src/exhibits/masks/params';
import { params } from '../../../src/exhibits/masks/params';
import { masksPipeline } from '../../../src/exhibits/masks/pipeline';
import { planOf, type MasksValues } from '../../../src/exhibits/masks/plan';
import { reach } from '../../../src/exhibits/masks/reach';
import { UNDERFLOW, WIDTH } from '../../../src/exhibits/masks/spec';
import { defaultsOf } from '../../../src/lab/params';
import { paint } from '../../../src/lab/painted';
import { StageCache } from '../../../src/lab/stage-cache';
import { MASK_PRESETS } from '../../../src/reference/mask';
import { isMasked } from '../../../src/reference/softmax';
import { backends, maxAbsDifference } from '../lib/backends';

/** Rows sum to 1 within this: up to 64 weights of f32, each within half an ulp of at most 6e-8 of its share, and their sum. */
const ROW_SUM = 1e-6;

type Change = Partial<MasksValues>;
const planFor = (change: Change) => planOf({ ...defaultsOf(params), ...change }, { maxTensorBytes: 2 ** 27, maxLength: null });

/** One run on the GPU, with its measurements and some of its tensors read back. */
async function runGpu(change: Change, full = false) {
  const { device } = await backends();
  const plan = planFor(change);
  const cache = new StageCache(device);
  const tensors = masksPipeline.run(device, cache, plan.spec, new Map());
  const measured = await measureMasks(device, tensors, plan.spec, full);
  const read = Object.fromEntries(
    await Promise.all(['scores', 'mask', 'masked', 'weights', 'output', 'changedOutput', 'changed', 'x'].map(async (name) => [name, await device.read(tensors[name]!)])),
  ) as Record<string, Float32Array>;
  cache.clear();
  return { plan, measured, read };
}

const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);
/** Output i of run j, and of the run in which nothing is changed, as bits. */
const outputs = ({ read, plan: { n } }: Awaited<ReturnType<typeof runGpu>>) => ({
  changed: (j: number, i: number) => bitsOf(read.changedOutput!.subarray((j * n + i) * WIDTH, (j * n + i + 1) * WIDTH)),
  plain: (i: number) => bitsOf(read.output!.subarray(i * WIDTH, (i + 1) * WIDTH)),
});

const sources: [string, Change][] = [
  ['the first sentence', {}],
  ...[1, 2, 3, 7, 8, 9, 17, 31, 33, 64].map((n): [string, Change] => [`${n} random tokens`, { source: 'random', n, seed: n }]),
];

describe('the changed runs', () => {
  it.each(sources)('of %s change one token each, and leave the others to the bit as they were', async (_name, change) => {
    const { read, plan: { n } } = await runGpu(change);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        const now = bitsOf(read.changed!.subarray((j * n + i) * WIDTH, (j * n + i + 1) * WIDTH));
        const before = bitsOf(read.x!.subarray(i * WIDTH, (i + 1) * WIDTH));
        if (i === j) expect(now).not.toEqual(before);
        else expect(now).toEqual(before);
      }
    }
  });

  it('push a token as far as they say', async () => {
    const once = await runGpu({ source: 'random', n: 5 });
    const tenth = await runGpu({ source: 'random', n: 5, change: 10 });
    const push = ({ read }: typeof once) => read.changed!.subarray(0, WIDTH).map((value, e) => value - read.x![e]!);
    // Differences of numbers up to 4 in f32: an ulp is 2.4e-7.
    expect(maxAbsDifference(push(once).map((value) => value / 10), push(tenth))).toBeLessThanOrEqual(5e-7);
  });
});

describe('under the causal mask', () => {
  it.each(sources)('%s: output i is to the bit the same for every i < j when token j changes', async (_name, change) => {
    for (const rest of [{}, { change: 1000 }, { gain: 1000 }, { layers: 3 }] as Change[]) {
      const run = await runGpu({ ...change, ...rest, mask: 'causal' });
      const { n } = run.plan;
      const { changed, plain } = outputs(run);
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < j; i++) {
          expect(changed(j, i)).toEqual(plain(i));
          expect(run.measured.leak[i * n + j]).toBe(0);
        }
      }
      expect(run.measured).toMatchObject({ leaks: 0, largestLeak: 0, detours: 0, hiddenPairs: (n * (n - 1)) / 2 });
    }
  });

  it.each(sources)('%s: what a query sees does reach its output', async (_name, change) => {
    const { measured: { leak, n } } = await runGpu({ ...change, mask: 'causal' });
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) expect(leak[i * n + j]).toBeGreaterThan(0);
  });

  it('without it every output moves with every token', async () => {
    const { measured } = await runGpu({ mask: 'none' });
    expect(measured.leak.every((change) => change > 0)).toBe(true);
    expect(measured.hiddenPairs).toBe(0);
  });
});

/** Settings of each mask that hide something wherever they can. */
const maskChange = (mask: (typeof MASK_PRESETS)[number], n: number): Change => ({
  mask, window: 2, prefix: 2, padding: Math.ceil(n / 3), block: 3,
  painted: paint(Array.from({ length: n * n }, (_, cell) => (cell * 2654435761) % 7 < 3), n, n),
});
const settings: [string, Change][] = MASK_PRESETS.flatMap((mask): [string, Change][] => [
  [mask, maskChange(mask, 8)],
  ...(mask.includes('padding') ? ([[`${mask} on the left`, { ...maskChange(mask, 8), side: 'left' }]] as [string, Change][]) : []),
  [`${mask} over 33 tokens`, { source: 'random', n: 33, ...maskChange(mask, 33) }],
]);

describe.each(settings)('the mask %s', (_name, change) => {
  it('lets through what it leaves visible, and each position its own query, and nothing else to the bit', async () => {
    for (const layers of [1, 2, 4]) {
      const run = await runGpu({ ...change, layers });
      const { n, cells } = run.plan;
      const { changed, plain } = outputs(run);
      const allowed = reach(cells, n, layers);
      for (let cell = 0; cell < n * n; cell++) {
        const [i, j] = [Math.floor(cell / n), cell % n];
        if (!allowed[cell]) expect(changed(j, i)).toEqual(plain(i));
      }
      expect(run.measured.leaks).toBe(0);
      expect(run.measured.nans).toBe(0);
    }
  });

  it('leaves rows that sum to 1, and no weight on a forbidden key', async () => {
    const { plan: { n, cells }, measured, read } = await runGpu(change);
    expect(measured.rowSumError).toBeLessThanOrEqual(ROW_SUM);
    expect(measured.forbidden.every((weight) => weight === 0)).toBe(true);
    for (let cell = 0; cell < n * n; cell++) {
      expect(isMasked(read.masked![cell]!)).toBe(!cells[cell]);
      expect(isMasked(read.mask![cell]!)).toBe(!cells[cell]);
      if (!cells[cell]) expect(read.weights![cell]).toBe(0);
    }
  });
});

describe('a row with every key masked', () => {
  const left: Change = { mask: 'causal-padding', side: 'left', padding: 3 };

  it('gives zeros, a warning and never NaN', async () => {
    const { plan: { n, remarks }, measured, read } = await runGpu(left);
    expect(measured.emptyRows).toEqual([0, 1, 2]);
    expect(remarks).toContainEqual({ key: 'emptyRows', values: { count: 3, n } });
    expect(measured.nans).toBe(0);
    for (const i of measured.emptyRows) {
      expect(measured.rowSums[i]).toBe(0);
      expect([...read.weights!.subarray(i * n, (i + 1) * n)]).toEqual(new Array(n).fill(0));
      expect([...read.output!.subarray(i * WIDTH, (i + 1) * WIDTH)]).toEqual(new Array(WIDTH).fill(0));
      // Not even its own token moves it: there is no weight that its query could share out.
      expect([...measured.leak.subarray(i * n, (i + 1) * n)]).toEqual(new Array(n).fill(0));
    }
    expect(measured.rowSumError).toBeLessThanOrEqual(ROW_SUM);
  });

  it.each(['zero', 'finite'] as Mistake[])('is a row like any other to the mistake "%s": it attends to the padding', async (mistake) => {
    const { measured } = await runGpu({ ...left, mistake });
    // Weights of 8 keys in f32, as ROW_SUM.
    for (const i of measured.emptyRows) expect(Math.abs(measured.forbidden[i]! - 1)).toBeLessThanOrEqual(ROW_SUM);
    expect(measured.leaks).toBeGreaterThan(0);
  });

  it('with −10⁹ added loses its scores to rounding: all keys get the same weight', async () => {
    const { plan: { n }, measured, read } = await runGpu({ ...left, mistake: 'finite', penalty: 9 });
    for (const i of measured.emptyRows) {
      // An ulp of f32 at 1e9 is 64, so every score of about 1 becomes the same number; exp(0) / 8 is exact.
      expect([...read.weights!.subarray(i * n, (i + 1) * n)]).toEqual(new Array(n).fill(1 / 8));
    }
  });

  it('may be every row', async () => {
    const { measured } = await runGpu({ mask: 'painted', painted: paint(new Uint8Array(64), 8, 8) });
    expect(measured.emptyRows).toHaveLength(8);
    expect(measured).toMatchObject({ nans: 0, rowSumError: 0, leaks: 0, largestChange: 0, gap: null });
  });
});

describe('the mask after the softmax', () => {
  it('leaves rows that no longer sum to 1, and outputs that still move with forbidden tokens', async () => {
    for (const [, change] of sources.slice(2)) {
      const run = await runGpu({ ...change, mistake: 'after' });
      const { measured, plan: { n } } = run;
      // Row 0 sees one key of n: on average it keeps 1/n of its weight. Far more than rounding is missing.
      expect(measured.rowSumError).toBeGreaterThan(0.1);
      expect(measured.forbidden.every((weight) => weight === 0)).toBe(true);
      // The denominator holds every key, so every hidden pair leaks.
      expect(measured.leaks).toBe((n * (n - 1)) / 2);
    }
  });

  it('shows beneath it what the softmax made of all scores', async () => {
    const { read: late } = await runGpu({ mistake: 'after' });
    const { read: none } = await runGpu({ mask: 'none' });
    expect(bitsOf(late.masked!)).toEqual(bitsOf(none.weights!));
  });

  it('is right where it hides nothing', async () => {
    const { measured } = await runGpu({ mistake: 'after', mask: 'none' });
    expect(measured.rowSumError).toBeLessThanOrEqual(ROW_SUM);
    expect(measured.leaks).toBe(0);
  });
});

describe('0 instead of −∞', () => {
  it('leaves rows that sum to 1 at every length, also where most weights are equal', async () => {
    for (const n of [16, 32, 48, 64]) {
      const { measured } = await runGpu({ source: 'random', n, mistake: 'zero' });
      expect(measured.rowSumError).toBeLessThanOrEqual(ROW_SUM);
    }
  });

  it('gives forbidden keys weight, in rows that look right', async () => {
    const { measured, plan: { n, cells }, read } = await runGpu({ mistake: 'zero' });
    expect(measured.rowSumError).toBeLessThanOrEqual(ROW_SUM);
    expect(measured.forbiddenMean).toBeGreaterThan(0.1);
    for (let cell = 0; cell < n * n; cell++) {
      if (cells[cell]) continue;
      expect(read.masked![cell]! === 0).toBe(true);
      expect(read.weights![cell]).toBeGreaterThan(0);
    }
    // A forbidden key's score no longer depends on it, but its value is averaged in.
    expect(measured.leaks).toBe(measured.hiddenPairs);
  });
});

describe('−10⁴ or −10⁹ instead of −∞', () => {
  it.each([4, 9])('is the same to the bit while the scores are of ordinary size: −10^%i', async (penalty) => {
    for (const change of [{}, { source: 'random', n: 33 }] as Change[]) {
      const right = await runGpu(change);
      const finite = await runGpu({ ...change, mistake: 'finite', penalty });
      expect(bitsOf(finite.read.weights!)).toEqual(bitsOf(right.read.weights!));
      expect(bitsOf(finite.read.output!)).toEqual(bitsOf(right.read.output!));
      expect(finite.measured.leaks).toBe(0);
    }
  });

  it('leaks where a forbidden score exceeds all visible ones by the penalty less what exp can still hold, and nowhere else', async () => {
    let leaking = 0;
    for (const gain of [1000, 2000, 4000, 8000, 100_000]) {
      const { plan: { n, cells }, measured, read } = await runGpu({ source: 'random', n: 33, mistake: 'finite', gain });
      for (let i = 0; i < n - 1; i++) {
        const row = [...read.scores!.subarray(i * n, (i + 1) * n)];
        const largest = (kind: number) => Math.max(...row.filter((_, j) => cells[i * n + j] === kind));
        const gap = largest(0) - largest(1);
        // Scores of up to 5e5 round to 0.03 when the penalty is added.
        if (gap > 1e4 - UNDERFLOW.possible + 0.1) {
          expect(measured.forbidden[i]).toBeGreaterThan(0);
          leaking++;
        }
        if (gap < 1e4 - UNDERFLOW.certain - 0.1) expect(measured.forbidden[i]).toBe(0);
      }
    }
    expect(leaking).toBeGreaterThan(20);
  });

  it('leaks through the outputs too', async () => {
    const { measured } = await runGpu({ source: 'random', n: 33, mistake: 'finite', gain: 100_000 });
    expect(measured.forbiddenMean).toBeGreaterThan(0.1);
    expect(measured.leaks).toBeGreaterThan(0);
    const far = await runGpu({ source: 'random', n: 33, mistake: 'finite', gain: 100_000, penalty: 9 });
    expect(far.measured.forbiddenMean).toBe(0);
  });
});

describe('a window over several layers', () => {
  it('hides positions from positions, not tokens from outputs: each layer reaches w − 1 further back', async () => {
    const n = 16;
    for (const layers of [1, 2, 3]) {
      const { measured } = await runGpu({ source: 'random', n, mask: 'window', window: 3, layers });
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const back = i - j;
          // Never the future, never further than layers · (w − 1); all of it in between.
          expect(measured.leak[i * n + j]! > 0, `${layers} layers, ${j} → ${i}`).toBe(back >= 0 && back <= layers * 2);
        }
      }
      expect(measured.leaks).toBe(0);
      expect(measured.detours > 0).toBe(layers > 1);
    }
  });
});

describe('a padded token', () => {
  it('is hidden from every other position and still moves its own output, through its query', async () => {
    const { measured: { leak, n } } = await runGpu({ mask: 'padding', padding: 2 });
    for (const j of [n - 2, n - 1]) {
      for (let i = 0; i < n; i++) expect(leak[i * n + j]! > 0).toBe(i === j);
    }
  });
});

describe('the sweep over the size of the scores', () => {
  it('agrees at gain 1 with the setting on screen, and never leaks when the mask is right', async () => {
    for (const mistake of ['zero', 'finite', 'after'] as const) {
      const { measured } = await runGpu({ mistake, source: 'random', n: 17 }, true);
      const first = measured.sweep![0]!;
      const rows = 16; // the last row of a causal mask hides nothing
      const shown = mistake === 'after'
        ? measured.rowSums.subarray(0, rows).reduce((sum, row) => sum + 1 - row, 0) / rows
        : measured.forbidden.subarray(0, rows).reduce((sum, row) => sum + row, 0) / rows;
      // Means of 16 sums of f32 weights; scores times 1/4 are exact, so nothing else differs.
      expect(Math.abs(first[mistake] - shown)).toBeLessThanOrEqual(ROW_SUM);
      expect(measured.sweep!.every(({ none }) => none === 0)).toBe(true);
    }
  });
});

/**
 * Seeded normals are promised within 1e-5 deviations of the twin's. If all errors pointed one way: a query, a key or a value
 * sums 16 products x · w with E|x| = 0.8 and E|w| = 0.2, so it is off by 16 · 1e-5 · (0.2 + 0.8 / 4); a score sums 16 products
 * of two of these, divided by 4; a weight moves by at most half of what the scores do.
 */
const PROJECTION = 16 * 1e-5 * (0.2 + 0.8 / 4);
const SCORE = (16 * 2 * PROJECTION * 0.8) / 4;
/** An output moves with its value and with weights on values of up to 3; 16 components, before and after the change. */
const LEAK = 2 * 4 * (PROJECTION + 3 * SCORE);

describe('the size of the scores from which −10^p leaks', () => {
  it('is where it is said to be', async () => {
    for (const penalty of [3, 4]) {
      for (const seed of [1, 2, 3]) {
        const { measured } = await runGpu({ source: 'random', n: 17, seed, penalty }, true);
        const certain = leaksFrom(measured.gapAtOne, 10 ** penalty, UNDERFLOW.certain) as number;
        const possible = leaksFrom(measured.gapAtOne, 10 ** penalty, UNDERFLOW.possible) as number;
        for (const { gain, finite } of measured.sweep!) {
          // Scores of up to 1e4 and their differences round to 0.001 of at least 800: a millionth.
          if (gain < certain * (1 - 1e-5)) expect(finite).toBe(0);
          if (gain > possible * (1 + 1e-5)) expect(finite).toBeGreaterThan(0);
        }
        expect(measured.sweep!.some(({ finite }) => finite > 0)).toBe(true);
      }
    }
  });
});

describe('on the twins', () => {
  const mistakes = (['zero', 'after', 'finite'] as const).map((mistake): [string, Change] => [`the mistake ${mistake}`, { mistake }]);
  it.each([...settings, ...mistakes])('the same figures come out: %s', async (_name, change) => {
    const { reference } = await backends();
    const { plan, measured, read } = await runGpu(change);
    const tensors = masksPipeline.run(reference, new StageCache(reference), plan.spec, new Map());
    const twin = await measureMasks(reference, tensors, plan.spec, false);
    expect(twin).toMatchObject({ leaks: measured.leaks, detours: measured.detours, emptyRows: measured.emptyRows, nans: 0 });
    expect(maxAbsDifference(read.weights!, tensors.weights!.data)).toBeLessThanOrEqual(SCORE / 2);
    expect(maxAbsDifference(measured.leak, twin.leak)).toBeLessThanOrEqual(LEAK);
  });
});
