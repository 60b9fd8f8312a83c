/** The peak of GPU memory belongs to the setting on screen: it counts from the run that first computes it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { AttentionMeasurements } from '../../src/exhibits/workbench/measure';
import { attentionPipeline } from '../../src/exhibits/workbench/pipeline';
import type { AttentionSpec } from '../../src/exhibits/workbench/spec';
import { openEngine } from '../../src/lab/engine';
import type { Engine } from '../../src/lab/engine-types';
import { specOf } from './lib/settings';

let engine: Engine<AttentionSpec, AttentionMeasurements>;
beforeAll(async () => {
  engine = await openEngine(attentionPipeline, () => { throw new Error('No worker is needed where there is a GPU.'); }, true);
});
const show = async (n: number, scale = 0.5) => {
  await engine.update('present', specOf({ source: 'random', n, heads: 2, dk: 8, scale }));
  await engine.finish();
  return engine.memory()!;
};
const all = ({ liveBytes, idleBytes }: { liveBytes: number; idleBytes: number }) => liveBytes + idleBytes;

describe('the peak', () => {
  it('is never below what is allocated, and a large setting is not remembered against a small one for ever', async () => {
    const large = await show(512);
    expect(large.peakBytes).toBeGreaterThanOrEqual(all(large));
    // Scores, scaled scores and weights [2, 512, 512] of f32; without a mask the scaled scores are the masked ones.
    expect(large.liveBytes).toBeGreaterThanOrEqual(3 * 4 * 2 * 512 * 512);
    const small = await show(16);
    // The large buffers wait in the pool for reuse, and count as that.
    expect(small.liveBytes).toBeLessThan(large.liveBytes / 8);
    expect(small.peakBytes).toBeGreaterThanOrEqual(all(small));
  });

  it('stays when the same setting is computed again, as for another head', async () => {
    await show(32);
    await engine.measure('present', specOf({ source: 'random', n: 32, heads: 2, dk: 8, scale: 0.5 }), true);
    const { peakBytes } = engine.memory()!;
    expect((await show(32)).peakBytes).toBe(peakBytes);
  });

  it('is only what the new setting needs, once the pool lets the old buffers go', async () => {
    const { gpu } = engine;
    const heavy = gpu!.allocate(200 * 2 ** 20, 'test/heavy');
    const { peakBytes } = await show(33);
    expect(peakBytes).toBeGreaterThan(200 * 2 ** 20);
    gpu!.release(heavy);
    // Beyond the pool's cap the longest idle goes.
    gpu!.release(gpu!.allocate(100 * 2 ** 20, 'test/next'));
    const after = await show(34);
    expect(after.peakBytes).toBeLessThan(peakBytes);
    expect(after.peakBytes).toBeGreaterThanOrEqual(all(after));
  });
});
