/** A device that goes away: whoever waits is told so, and a new one computes the same. */
import { describe, expect, it } from 'vitest';
import { DeviceLostError, Gpu } from '../../src/gpu';
import { gpuOps } from '../../src/ops';
import { openEngine } from '../../src/lab/engine';
import { attentionPipeline } from '../../src/exhibits/workbench/pipeline';
import type { AttentionSpec } from '../../src/exhibits/workbench/spec';
import { testNormals } from './lib/backends';

const spec: AttentionSpec = { input: { kind: 'random', n: 9 }, heads: 2, headDim: 8, seed: 5, factor: 0.5, mask: { causal: true }, off: [] };
const noWorker = (): Worker => {
  throw new Error('No worker is needed where there is a GPU.');
};

describe('a lost device', () => {
  it('resolves `lost` with a reason, once it is destroyed and not before', async () => {
    const gpu = await Gpu.open();
    expect(gpu.isLost).toBe(false);
    gpu.destroy();
    expect(await gpu.lost).not.toBe('');
    expect(gpu.isLost).toBe(true);
  });

  it('rejects the reads that wait for it, each with DeviceLostError', async () => {
    const gpu = await Gpu.open();
    const ops = gpuOps(gpu);
    const x = ops.tensor(testNormals(1 << 16, 1), [256, 256]);
    await ops.read(ops.matmul(x, x));
    const reads = [ops.read(ops.matmul(x, x)), ops.read(x)];
    const outcomes = Promise.allSettled(reads);
    gpu.device.destroy();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'DeviceLostError' } });
    }
  });

  it('rejects what is asked of it later, in a sentence', async () => {
    const gpu = await Gpu.open();
    const ops = gpuOps(gpu);
    const x = ops.tensor([1, 2], [2]);
    gpu.destroy();
    await gpu.lost;
    const error = await ops.read(ops.scale(x, 2)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DeviceLostError);
    expect((error as Error).message).toMatch(/^The GPU device was lost \(.+\)\. Everything is computed again on a new one\.$/);
    await expect(gpu.flush()).rejects.toBeInstanceOf(DeviceLostError);
  });

  it('rejects a flush whose pipelines were still compiling, or lets it end; it never hangs', async () => {
    const gpu = await Gpu.open();
    const ops = gpuOps(gpu);
    const x = ops.tensor([1, 2], [2]);
    ops.free(ops.softmax(x));
    const reading = ops.read(x);
    gpu.destroy();
    await expect(reading).rejects.toBeInstanceOf(DeviceLostError);
  });
});

describe('an engine on a lost device', () => {
  it('tells of it, and a new engine computes the same values bit for bit', async () => {
    const first = await openEngine(attentionPipeline, noWorker, true);
    expect(first.backend).toBe('webgpu');
    await first.update('present', spec);
    const before = { weights: await first.read('present', 'weights'), output: await first.read('present', 'output') };
    first.gpu!.device.destroy();
    expect(await first.lost).not.toBe('');
    await expect(first.update('present', { ...spec, seed: 6 })).rejects.toBeInstanceOf(DeviceLostError);
    await expect(first.read('present', 'weights')).rejects.toThrow(/lost|no tensor/);

    const second = await openEngine(attentionPipeline, noWorker, true);
    await second.update('present', spec);
    expect(await second.read('present', 'weights')).toEqual(before.weights);
    expect(await second.read('present', 'output')).toEqual(before.output);
    second.dispose();
  });
});
