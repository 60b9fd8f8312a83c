import { afterAll, describe, expect, it } from 'vitest';
import { attentionPipeline } from '../../src/exhibits/workbench/pipeline';
import { Gpu } from '../../src/gpu';
import { StageCache } from '../../src/lab/stage-cache';
import { gpuOps, type GpuTensor } from '../../src/ops';
import { specOf } from './lib/settings';

const MIB = 2 ** 20;
let opened: Gpu | null = null;
afterAll(() => opened?.destroy());

describe('memory', () => {
  it('n = 4096 with one head stays within 256 MiB, also while its scale is dragged, and after other sizes', async () => {
    const gpu = (opened = await Gpu.open());
    const ops = gpuOps(gpu);
    const cache = new StageCache<GpuTensor>(ops);
    const made: number[] = [];
    const createBuffer = gpu.device.createBuffer.bind(gpu.device);
    gpu.device.createBuffer = (descriptor) => {
      made.push(descriptor.size);
      return createBuffer(descriptor);
    };
    const run = async (change: Parameters<typeof specOf>[0]) => {
      const spec = specOf({ source: 'random', heads: 1, dk: 8, ...change });
      const tensors = attentionPipeline.run(ops, cache, spec, new Map());
      cache.sweep();
      await gpu.flush();
      return { tensors, measure: () => attentionPipeline.measure(ops, tensors, spec, true) };
    };
    await run({ n: 1500, mask: 'causal' });
    const first = await run({ n: 4096, mask: 'causal' });
    expect(Object.keys(first.tensors).sort()).toEqual(['k', 'masked', 'output', 'q', 'scores', 'v', 'weights']);
    const figures = await first.measure();
    expect(figures.rows).toBe(4096);
    expect(figures.gradientMean).toBeNull();
    expect(figures.entropyLimit).toBeCloseTo(Array.from({ length: 4096 }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b) / 4096, 4);
    made.length = 0;
    await run({ n: 4096, mask: 'causal', scale: 0.2 });
    // A change of the scale finds every large buffer in the pool.
    expect(made.filter((bytes) => bytes >= MIB)).toEqual([]);
    await run({ n: 4096, mask: 'none' });
    await gpu.finish();
    const { peakBytes, liveBytes } = gpu.memory();
    expect(peakBytes).toBeLessThanOrEqual(256 * MIB);
    expect(liveBytes).toBeGreaterThan(3 * 64 * MIB);
  });
});
