import { describe, expect, it } from 'vitest';
import type { Ops, RowVariant, Tensor } from '../../src/ops';
import { backends, relativeDifference, testNormals } from './lib/backends';
import { centralDifferences, inner } from './lib/gradients';

/** Sums in f32 over at most 1024 cells, in blocks of 32 (6e-8 each), then one reciprocal root and two products. */
const FORWARD = 2e-6;
/** Two sums more, of terms that partly cancel. */
const GRADIENT = 1e-5;
/** Both are float64: h² = 1e-10 of the third derivative, and 1e-16 / h of rounding. */
const DIFFERENCES = 1e-7;

/** 16 and 4 divide some row lengths, which takes the vec4 kernels, and leave others to the plain ones. */
const shapes: [rows: number, cols: number][] = [
  [1, 1], [1, 16], [63, 4], [64, 15], [65, 17], [33, 48], [7, 768], [3, 1021], [257, 32], [1024, 5],
];

const variants = ['row', 'shared', 'subgroups'] as const;
const layerNorm = (variant: RowVariant) => ({
  forward: <T extends Tensor>(ops: Ops<T>, x: T, gamma?: T, beta?: T) =>
    ops.layerNorm(x, { eps: 1e-5, variant, ...(gamma && { gamma }), ...(beta && { beta }) }),
  backward: <T extends Tensor>(ops: Ops<T>, x: T, dy: T, gamma?: T) => {
    const { mean, rstd } = ops.layerNorm(x, { variant });
    return ops.layerNormBackward({ x, mean, rstd, dy, ...(gamma && { gamma }) });
  },
});

/** The norms with one signature; RMSNorm has no offset. */
const norms = {
  'layer_norm with norm_parameters and norm_parameters_merge': layerNorm('row'),
  'layer_norm, a workgroup per row': layerNorm('shared'),
  'layer_norm, by subgroups': layerNorm('subgroups'),
  rms_norm: {
    forward: <T extends Tensor>(ops: Ops<T>, x: T, gamma?: T) => ops.rmsNorm(x, { eps: 1e-5, ...(gamma && { gamma }) }),
    backward: <T extends Tensor>(ops: Ops<T>, x: T, dy: T, gamma?: T) =>
      ops.rmsNormBackward({ x, rrms: ops.rmsNorm(x).rrms, dy, ...(gamma && { gamma }) }),
  },
};

/** Reads every tensor of a result, by name. */
async function readAll<T extends Tensor>(ops: Ops<T>, result: Readonly<Record<string, T>>) {
  const values: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(result)) values[name] = await ops.read(tensor);
  return values;
}

describe.each(Object.entries(norms))('%s', (_name, norm) => {
  it.each(shapes.flatMap(([rows, cols]) => [[rows, cols, true], [rows, cols, false]] as const))(
    'equals its twin at %i × %i, affine %s, forward and backward',
    async (rows, cols, affine) => {
      const { device, reference } = await backends();
      const run = async <T extends Tensor>(ops: Ops<T>) => {
        const x = ops.tensor(testNormals(rows * cols, rows + cols).map((value) => 3 * value + 1), [rows, cols]);
        const dy = ops.tensor(testNormals(rows * cols, rows + 2 * cols), [rows, cols]);
        const gamma = affine ? ops.tensor(testNormals(cols, 1), [cols]) : undefined;
        const beta = affine ? ops.tensor(testNormals(cols, 2), [cols]) : undefined;
        return {
          forward: await readAll(ops, norm.forward(ops, x, gamma, beta)),
          backward: await readAll<T>(ops, { ...norm.backward(ops, x, dy, gamma) }),
        };
      };
      const actual = await run(device);
      const expected = await run(reference);
      for (const [output, values] of Object.entries(expected.forward)) {
        expect(relativeDifference(actual.forward[output]!, values), output).toBeLessThanOrEqual(FORWARD);
      }
      for (const [output, values] of Object.entries(expected.backward)) {
        // One column has dx = 0 up to rounding: its scale is dy's, near 1, times rstd.
        if (cols === 1 && output === 'dx') {
          const { mean: _, y: __, ...reciprocal } = expected.forward;
          const scale = Math.max(...Object.values(reciprocal)[0]!);
          expect(relativeDifference([...actual.backward[output]!, scale], [...values, scale]), output).toBeLessThanOrEqual(GRADIENT);
        } else expect(relativeDifference(actual.backward[output]!, values), output).toBeLessThanOrEqual(GRADIENT);
      }
    },
  );

  it('has gradients equal to central differences of the twin', async () => {
    const { reference } = await backends();
    const [rows, cols] = [3, 5];
    const values = Float64Array.from(testNormals(rows * cols, 1));
    const dy = Float64Array.from(testNormals(rows * cols, 2));
    const gain = Float64Array.from(testNormals(cols, 3));
    const offset = Float64Array.from(testNormals(cols, 4));
    const tensor = (data: Float64Array) => reference.tensor(data, data.length === cols ? [cols] : [rows, cols]);
    const loss = (x: Float64Array, gamma: Float64Array, beta: Float64Array) =>
      inner(dy, norm.forward(reference, tensor(x), tensor(gamma), tensor(beta)).y.data);
    const gradients = norm.backward(reference, tensor(values), tensor(dy), tensor(gain));
    expect(relativeDifference(gradients.dx.data, centralDifferences((x) => loss(x, gain, offset), values))).toBeLessThan(DIFFERENCES);
    expect(relativeDifference(gradients.dgamma.data, centralDifferences((g) => loss(values, g, offset), gain))).toBeLessThan(DIFFERENCES);
    if ('dbeta' in gradients) {
      const numeric = centralDifferences((b) => loss(values, gain, b), offset);
      expect(relativeDifference((gradients.dbeta as typeof gradients.dgamma).data, numeric)).toBeLessThan(DIFFERENCES);
    }
  });

  it('refuses a parameter of another length and gradients of another shape', async () => {
    const { device, reference } = await backends();
    for (const ops of [device, reference] as Ops<Tensor>[]) {
      const x = ops.tensor(new Float32Array(6), [2, 3]);
      const two = ops.tensor([1, 2], [2]);
      expect(() => norm.forward(ops, x, two)).toThrow(/gamma holds 2 values, but there are 3 channels/);
      expect(() => norm.backward(ops, x, x, two)).toThrow(/gamma holds 2 values/);
      expect(() => norm.backward(ops, x, ops.tensor(new Float32Array(6), [3, 2]))).toThrow(/differ/);
    }
  });
});

describe.each(variants)('layer_norm, %s', (variant) => {
  it.each([48, 50])('keeps its digits under a common offset, %i columns', async (cols) => {
    const { device, reference } = await backends();
    // Exact in f32: multiples of 2^-8 around 2^12. Squares of the values would need 40 bits.
    const x = testNormals(8 * cols, 5).map((value) => 4096 + Math.round(value * 256) / 256);
    const actual = await device.read(device.layerNorm(device.tensor(x, [8, cols]), { variant }).y);
    const expected = await reference.read(reference.layerNorm(reference.tensor(x, [8, cols])).y);
    // The mean is off by half an ulp of 4096, 1e-4 of a cell; the deviations are exact, and their mean takes it back.
    expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(FORWARD);
  });

  it('does not see a shift or a positive factor of its rows', async () => {
    const { device } = await backends();
    const cols = 64;
    const x = testNormals(4 * cols, 6);
    const y = await device.read(device.layerNorm(device.tensor(x, [4, cols]), { eps: 0, variant }).y);
    const moved = await device.read(device.layerNorm(device.tensor(x.map((value) => 8 * value + 2), [4, cols]), { eps: 0, variant }).y);
    // x and 8 x + 2 round differently: half an ulp of 32 over a deviation of 8.
    expect(relativeDifference(moved, y)).toBeLessThanOrEqual(1e-6);
  });

  it('gives a constant row its offset', async () => {
    const { device } = await backends();
    const y = await device.read(device.layerNorm(device.tensor(new Float32Array(32).fill(7), [2, 16]), { beta: device.tensor(testNormals(16, 1), [16]), variant }).y);
    expect([...y]).toEqual([...testNormals(16, 1), ...testNormals(16, 1)]);
  });
});
