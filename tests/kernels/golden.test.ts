import { describe, expect, it } from 'vitest';
import type { Ops, Tensor } from '../../src/ops';
import golden from '../golden/attention.json';
import { backends, maxAbsDifference, relativeDifference } from './lib/backends';

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What each backend may be off from PyTorch's float64, relative to a tensor's largest element. */
interface Tolerances {
  /** In absolute terms: weights lie in [0, 1]. */
  readonly weights: number;
  readonly forward: number;
  readonly gradient: number;
}

/** f32 sums over a few dozen terms; gradients chain two or three of them. */
const DEVICE: Tolerances = { weights: 5e-7, forward: 2e-6, gradient: 1e-5 };
/** The file holds twelve digits, float64 sixteen. */
const TWIN: Tolerances = { weights: 1e-11, forward: 1e-11, gradient: 1e-10 };

/** The test's body on the GPU and on the twins. `values` gives the numbers of a tensor at the backend's full precision. */
async function onBoth(
  body: <T extends Tensor>(ops: Ops<T>, tolerances: Tolerances, values: (tensor: T) => Promise<ArrayLike<number>>) => Promise<void>,
) {
  const { device, reference } = await backends();
  await body(device, DEVICE, (tensor) => device.read(tensor));
  await body(reference, TWIN, async (tensor) => tensor.data);
}

const upload = <T extends Tensor>(ops: Ops<T>, { data, shape }: Stored): T => ops.tensor(data, shape);

/** Compares tensors with stored ones of the same name. */
async function expectStored<T extends Tensor>(
  actual: Readonly<Record<string, T>>, stored: Readonly<Record<string, unknown>>, tolerance: number, values: (tensor: T) => Promise<ArrayLike<number>>,
) {
  for (const [name, tensor] of Object.entries(actual)) {
    const expected = stored[name] as Stored;
    expect(tensor.shape.join(), name).toBe(expected.shape.join());
    expect(relativeDifference(await values(tensor), expected.data), name).toBeLessThanOrEqual(tolerance);
  }
}

describe('PyTorch golden values', () => {
  it('softmax', () =>
    onBoth(async (ops, tolerances, values) => {
      const { x, dy, y, dx } = golden.softmax;
      const weights = ops.softmax(upload(ops, x));
      expect(maxAbsDifference(await values(weights), y.data)).toBeLessThanOrEqual(tolerances.weights);
      const dscores = ops.softmaxBackward(weights, upload(ops, dy));
      expect(relativeDifference(await values(dscores), dx.data)).toBeLessThanOrEqual(tolerances.gradient);
    }));

  it.each(golden.layerNorm)('layer_norm over $x.shape', (stored) =>
    onBoth(async (ops, tolerances, values) => {
      const [x, gamma, beta, dy] = [stored.x, stored.gamma, stored.beta, stored.dy].map((one) => upload(ops, one));
      const { y, mean, rstd } = ops.layerNorm(x!, { gamma: gamma!, beta: beta!, eps: stored.eps });
      await expectStored({ y }, stored, tolerances.forward, values);
      const gradients = ops.layerNormBackward({ x: x!, gamma: gamma!, mean, rstd, dy: dy! });
      await expectStored({ ...gradients }, stored, tolerances.gradient, values);
    }));

  it('rms_norm', () =>
    onBoth(async (ops, tolerances, values) => {
      const stored = golden.rmsNorm;
      const [x, gamma, dy] = [stored.x, stored.gamma, stored.dy].map((one) => upload(ops, one));
      const { y, rrms } = ops.rmsNorm(x!, { gamma: gamma!, eps: stored.eps });
      await expectStored({ y }, stored, tolerances.forward, values);
      await expectStored({ ...ops.rmsNormBackward({ x: x!, gamma: gamma!, rrms, dy: dy! }) }, stored, tolerances.gradient, values);
    }));

  it.each(['train', 'eval'] as const)('batch_norm, %s', (mode) =>
    onBoth(async (ops, tolerances, values) => {
      const stored = golden.batchNorm[mode];
      const [x, gamma, beta, dy] = [stored.x, stored.gamma, stored.beta, stored.dy].map((one) => upload(ops, one));
      const result = ops.batchNorm(x!, {
        mode, gamma: gamma!, beta: beta!, eps: stored.eps, momentum: stored.momentum,
        runningMean: upload(ops, stored.running_mean), runningVar: upload(ops, stored.running_var),
      });
      await expectStored({ y: result.y }, stored, tolerances.forward, values);
      if (mode === 'train') {
        await expectStored({ next_mean: result.runningMean!, next_var: result.runningVar! }, stored, tolerances.forward, values);
      } else {
        // Evaluation leaves the running statistics alone, in PyTorch and here.
        expect(stored.next_mean).toEqual(stored.running_mean);
        expect(result.runningMean).toBeUndefined();
      }
      const gradients = ops.batchNormBackward({ x: x!, gamma: gamma!, mean: result.mean, rstd: result.rstd, dy: dy!, mode });
      await expectStored({ ...gradients }, stored, tolerances.gradient, values);
    }));

  it.each(golden.attention)('attention of heads, causal $causal', (stored) =>
    onBoth(async (ops, tolerances, values) => {
      const [q, k, v, gradOutput] = [stored.q, stored.k, stored.v, stored.dy].map((one) => upload(ops, one));
      const { scale, causal } = stored;
      const inputs = { q: q!, k: k!, v: v!, scale };
      const weights = ops.softmax(ops.mask(ops.scale(ops.scores(q!, k!), scale), { causal }));
      const fused = ops.attention({ ...inputs, mask: { causal } });
      for (const one of [weights, fused.weights]) {
        expect(maxAbsDifference(await values(one), stored.weights.data)).toBeLessThanOrEqual(tolerances.weights);
      }
      for (const y of [ops.weightedValues(weights, v!), fused.output]) await expectStored({ y }, stored, tolerances.forward, values);
      const gradients = ops.attentionBackward({ ...inputs, weights, gradOutput: gradOutput! });
      await expectStored({ ...gradients }, stored, tolerances.gradient, values);
    }));

  it.each(golden.multiHeadAttention)('nn.MultiheadAttention, causal $causal', (stored) =>
    onBoth(async (ops, tolerances, values) => {
      const { heads, causal } = stored;
      const width = stored.x.shape[1]!;
      const [x, dy, outWeight, outBias] = [stored.x, stored.dy, stored.out_weight, stored.out_bias].map((one) => upload(ops, one));
      // PyTorch stacks the projections of queries, keys and values.
      const projections = [0, 1, 2].map((part) => ({
        weight: ops.tensor(stored.in_weight.data.slice(part * width * width, (part + 1) * width * width), [width, width]),
        bias: ops.tensor(stored.in_bias.data.slice(part * width, (part + 1) * width), [width]),
      }));
      const [q, k, v] = projections.map(({ weight, bias }) => ops.splitHeads(ops.matmul(x!, weight, { transposeB: true, bias }), heads));
      const scale = 1 / Math.sqrt(width / heads);
      const weights = ops.softmax(ops.mask(ops.scale(ops.scores(q!, k!), scale), { causal }));
      const merged = ops.mergeHeads(ops.weightedValues(weights, v!));
      const y = ops.matmul(merged, outWeight!, { transposeB: true, bias: outBias! });
      expect(maxAbsDifference(await values(weights), stored.weights.data)).toBeLessThanOrEqual(tolerances.weights);
      await expectStored({ y }, stored, tolerances.forward, values);

      const gradOutput = ops.splitHeads(ops.matmul(dy!, outWeight!), heads);
      const { dq, dk, dv } = ops.attentionBackward({ q: q!, k: k!, v: v!, weights, gradOutput, scale });
      const projected = [dq, dk, dv].map((gradient) => ops.mergeHeads(gradient));
      const shares = projected.map((gradient, part) => ops.matmul(gradient, projections[part]!.weight));
      const dx = ops.add(ops.add(shares[0]!, shares[1]!), shares[2]!);
      const out_weight_grad = ops.matmul(dy!, merged, { transposeA: true });
      await expectStored({ dx, out_weight_grad }, stored, tolerances.gradient, values);
      const inWeightGradient: number[] = [];
      for (const gradient of projected) inWeightGradient.push(...Array.from(await values(ops.matmul(gradient, x!, { transposeA: true }))));
      expect(relativeDifference(inWeightGradient, stored.in_weight_grad.data)).toBeLessThanOrEqual(tolerances.gradient);
    }));
});
