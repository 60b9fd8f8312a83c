import { describe, expect, it } from 'vitest';
import type { MaskSpec, Ops, Tensor } from '../../src/ops';
import { packBitmap } from '../../src/reference/mask';
import { backends, maxAbsDifference, relativeDifference, testNormals } from './lib/backends';

/** Weights lie in [0, 1]; exp is allowed 3 + 2|x| ULP by WGSL, a few e-7 near 1. */
const WEIGHT_TOLERANCE = 5e-7;
/** An average of values by weights that are right to 5e-7: a few roundings of 6e-8 more than the weights. */
const OUTPUT_TOLERANCE = 2e-6;

// One op of three passes: attention_scores, attention_weights and attention_output; `fused` makes the first two one.
const variants = [['vec4', 'row'], ['tiled', 'shared'], ['vec4', 'subgroups'], ['fused', 'row'], ['quads', 'row']] as const;
type MaskOf = <T extends Tensor>(ops: Ops<T>, m: number, n: number) => MaskSpec<T>;

const painted = (m: number, n: number) => packBitmap(Float32Array.from({ length: m * n }, (_, cell) => Number((cell * 2654435761) % 7 < 3)));
const masks: Record<string, MaskOf> = {
  none: () => ({}),
  causal: () => ({ causal: true }),
  padding: (_ops, _m, n) => ({ validKeys: Math.ceil(0.6 * n) }),
  'no key at all': () => ({ validKeys: 0 }),
  'causal and padding': (_ops, _m, n) => ({ causal: true, validKeys: Math.ceil(0.6 * n) }),
  'two-sided window': () => ({ window: 5 }),
  'sliding window': () => ({ causal: true, window: 3 }),
  prefix: (_ops, _m, n) => ({ causal: true, prefix: Math.ceil(0.4 * n) }),
  'prefix and window': () => ({ causal: true, prefix: 2, window: 3 }),
  segments: (ops, m, n) => (m > n ? {} : { segments: ops.tensor(Uint32Array.from({ length: n }, (_, j) => Math.floor(j / 5)), [n]) }),
  'causal segments': (ops, m, n) =>
    m > n ? {} : { causal: true, segments: ops.tensor(Uint32Array.from({ length: n }, (_, j) => Math.floor(j / 5)), [n]) },
  bitmap: (ops, m, n) => ({ bitmap: ops.tensor(painted(m, n), [Math.ceil((m * n) / 32)]) }),
  'causal bitmap': (ops, m, n) => ({ causal: true, bitmap: ops.tensor(painted(m, n), [Math.ceil((m * n) / 32)]) }),
};

const shapes: [heads: number, m: number, n: number, d: number, dv: number][] = [
  [1, 1, 1, 1, 1], [2, 9, 9, 4, 4], [3, 13, 13, 5, 7], [2, 65, 64, 66, 67], [1, 33, 34, 66, 3], [2, 6, 17, 8, 9], [2, 17, 6, 3, 5],
];

describe.each(variants.flatMap(([variant, rows]) => Object.keys(masks).map((name) => [variant, rows, name] as const)))('attention, %s products, %s rows, mask: %s', (variant, rows, name) => {
  it.each(shapes)('equals the stages and the twin at %i heads, %i × %i, d %i, dv %i', async (heads, m, n, d, dv) => {
    const { device, reference } = await backends();
    const data = { q: testNormals(heads * m * d, 1), k: testNormals(heads * n * d, 2), v: testNormals(heads * n * dv, 3) };
    const scale = 1 / Math.sqrt(d);
    const inputs = <T extends Tensor>(ops: Ops<T>) => ({
      q: ops.tensor(data.q, [heads, m, d]), k: ops.tensor(data.k, [heads, n, d]), v: ops.tensor(data.v, [heads, n, dv]),
      scale, mask: masks[name]!(ops, m, n),
    });

    const given = inputs<Awaited<ReturnType<typeof device.tensor>>>(device);
    const fused = device.attention({ ...given, variant, rows });
    const weights = await device.read(fused.weights);
    const output = await device.read(fused.output);

    const scaled = (await device.read(device.scores(given.q, given.k))).map((score) => Math.fround(scale) * score);
    const staged = device.softmax(device.mask(device.tensor(scaled, [heads, m, n]), given.mask));
    expect(maxAbsDifference(weights, await device.read(staged))).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
    const stagedOutput = await device.read(device.weightedValues(staged, given.v));
    expect(relativeDifference(output, stagedOutput)).toBeLessThanOrEqual(OUTPUT_TOLERANCE);

    const expected = reference.attention(inputs(reference));
    const expectedWeights = await reference.read(expected.weights);
    expect(maxAbsDifference(weights, expectedWeights)).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
    expect(relativeDifference(output, await reference.read(expected.output))).toBeLessThanOrEqual(OUTPUT_TOLERANCE);
    // Hidden cells are zero exactly, not nearly.
    expect([...weights].every((weight, cell) => (expectedWeights[cell] === 0) === (weight === 0))).toBe(true);
  });
});

describe.each(variants)('attention, %s products, %s rows', (variant, rows) => {
  it.each([-6.9, -7])('keeps the tolerance where a thousand small terms add up: one score at 0 and the others at %f', async (rest) => {
    const { device, reference } = await backends();
    const n = 1024;
    const k = new Float32Array(n).fill(rest);
    k[0] = 0;
    const inputs = <T extends Tensor>(ops: Ops<T>) => ({ q: ops.tensor([1], [1, 1, 1]), k: ops.tensor(k, [1, n, 1]), v: ops.tensor(k, [1, n, 1]), scale: 1 });
    const { weights } = device.attention({ ...inputs(device), variant, rows });
    const expected = await reference.read(reference.attention(inputs(reference)).weights);
    expect(maxAbsDifference(await device.read(weights), expected)).toBeLessThanOrEqual(WEIGHT_TOLERANCE);
  });
});

describe('fused attention', () => {
  it('overwrites whatever a reused buffer held', async () => {
    const { device } = await backends();
    const n = 40;
    const q = device.tensor(testNormals(n * 8, 5), [1, n, 8]);
    const inputs = { q, k: q, v: q, scale: 0.3, mask: { causal: true, window: 4 } };
    const clean = await device.read(device.attention(inputs).weights);
    const dirty = device.tensor(new Float32Array(n * n).fill(7), [1, n, n]);
    await device.flush();
    device.free(dirty);
    expect(await device.read(device.attention(inputs).weights)).toEqual(clean);
  });

  it('gives every temporary buffer back', async () => {
    const { device, gpu } = await backends();
    const q = device.tensor(testNormals(3 * 7 * 5, 6), [3, 7, 5]);
    const before = gpu.memory().liveBuffers;
    const { weights, output } = device.attention({ q, k: q, v: q, scale: 1 });
    device.free(weights, output);
    await device.flush();
    expect(gpu.memory().liveBuffers).toBe(before);
  });

  it('says what does not fit', async () => {
    const { device } = await backends();
    const tensor = (...shape: number[]) => device.tensor(new Float32Array(shape.reduce((x, y) => x * y)), shape);
    const q = tensor(2, 3, 4);
    expect(() => device.attention({ q, k: q, v: tensor(2, 5, 4), scale: 1 })).toThrow(/one row per key/);
    expect(() => device.attention({ q, k: tensor(2, 3, 5), v: q, scale: 1 })).toThrow(/do not fit/);
  });
});
