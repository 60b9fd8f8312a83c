/** 10 000 changes of parameters: nothing piles up, and the warm path makes no objects on the device. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { attentionPipeline } from '../../src/exhibits/workbench/pipeline';
import { MASKS } from '../../src/exhibits/workbench/params';
import { paint } from '../../src/lab/painted';
import type { WorkbenchValues } from '../../src/exhibits/workbench/plan';
import { openEngine } from '../../src/lab/engine';
import { specOf } from './lib/settings';

const noWorker = (): Worker => {
  throw new Error('No worker is needed where there is a GPU.');
};
const open = () => openEngine(attentionPipeline, noWorker, true);

/** The pool keeps at most this much for reuse (POOL_CAP_BYTES in src/gpu/gpu.ts). */
const POOL_CAP_BYTES = 256 * 2 ** 20;
/** As in src/gpu/gpu.ts. */
const MAX_BIND_GROUPS = 1024;

afterEach(() => vi.restoreAllMocks());

/** The change number `step`: every parameter that the pipeline reads, each at its own pace; the cycle is as long as all of them. */
const CYCLE = 1000;
function change(step: number): Partial<WorkbenchValues> {
  const at = step % CYCLE;
  const n = 1 + ((at >> 1) % 10);
  return {
    source: at % 5 === 0 ? 'text' : 'random',
    text: Array.from({ length: 1 + (at % 8) }, (_, i) => `w${(i * at) % 7}`).join(' '),
    positions: (['none', 'sinusoidal', 'rope'] as const)[at % 3],
    n,
    heads: 1 + (at % 4),
    dk: [1, 4, 7, 16, 33][(at >> 3) % 5],
    scale: at % 4 === 0 ? 'off' : at % 4 === 1 ? 'rsqrt' : 0.1 + (at % 10) / 10,
    mask: MASKS[(at >> 2) % MASKS.length],
    painted: paint(Array.from({ length: n * n }, (_, cell) => Number((cell + at) % 3 > 0)), n, n),
    off: at % 6 === 0 ? [0] : [],
    seed: at % 25,
  };
}

describe('10 000 changes', () => {
  it('leave the live buffers and bytes of the first round, within the pool’s cap', async () => {
    const engine = await open();
    const { device } = engine.gpu!;
    const buffers = vi.spyOn(device, 'createBuffer');
    const rounds: { liveBuffers: number; liveBytes: number; idleBytes: number; made: number }[] = [];
    for (let step = 0; step < 10_000; step++) {
      const spec = specOf(change(step));
      await engine.update('present', spec);
      // As on the page: figures now and then, and a pinned setting that comes and goes.
      if (step % 50 === 7) await engine.measure('present', spec, step % 100 === 7);
      if (step % 200 === 0) await engine.update('pinned', spec);
      if (step % 200 === 100) engine.drop('pinned');
      if (step % CYCLE < CYCLE - 1) continue;
      await engine.finish();
      const { liveBuffers, liveBytes, idleBytes, bindGroups } = engine.memory()!;
      expect(idleBytes).toBeLessThanOrEqual(POOL_CAP_BYTES);
      expect(bindGroups).toBeLessThanOrEqual(MAX_BIND_GROUPS);
      rounds.push({ liveBuffers, liveBytes, idleBytes, made: buffers.mock.calls.length });
    }
    // Live and idle, and the buffers ever made, are those of the first round: the other nine rounds made none.
    expect(rounds).toHaveLength(10);
    for (const round of rounds) expect(round).toEqual(rounds[0]);
    engine.dispose();
  }, 120_000);
});

describe('a warm change of the scale', () => {
  it('makes no buffer, no bind group and no pipeline, and takes one submit', async () => {
    const engine = await open();
    const { device } = engine.gpu!;
    const at = (scale: number) => engine.update('present', specOf({ source: 'random', n: 16, heads: 4, dk: 8, mask: 'causal', scale }));
    for (const scale of [1, 0.5, 0.25, 0.7]) await at(scale);
    const made = (['createBuffer', 'createBindGroup', 'createComputePipelineAsync', 'createShaderModule'] as const).map((name) => vi.spyOn(device, name));
    const submit = vi.spyOn(device.queue, 'submit');
    const dispatch = vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups');
    for (let step = 1; step <= 20; step++) await at(step / 20);
    expect(made.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0]);
    expect(submit).toHaveBeenCalledTimes(20);
    // scale, mask, softmax and weights · V: never Q Kᵀ.
    expect(dispatch.mock.calls.length / 20).toBeLessThanOrEqual(6);
    engine.dispose();
  });
});
