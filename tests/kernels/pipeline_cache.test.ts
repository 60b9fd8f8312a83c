/** What a change of one parameter computes again, and what it keeps. */
import { describe, expect, it } from 'vitest';
import { attentionPipeline } from '../../src/exhibits/workbench/pipeline';
import type { AttentionSpec } from '../../src/exhibits/workbench/spec';
import type { WorkbenchValues } from '../../src/exhibits/workbench/plan';
import { paint } from '../../src/lab/painted';
import { openEngine } from '../../src/lab/engine';
import { StageCache } from '../../src/lab/stage-cache';
import { referenceOps, type HostTensor } from '../../src/ops';
import { backends, testGpu } from './lib/backends';
import { randomArrays, specOf, visitorsFile } from './lib/settings';

const ALL = ['q', 'k', 'v', 'scores', 'scaled', 'masked', 'weights', 'output', 'projected'];

/** The tensors that are other objects after the change than before it. */
function renewed(before: Partial<WorkbenchValues>, change: Partial<WorkbenchValues>): string[] {
  const cache = new StageCache(referenceOps);
  const run = (spec: AttentionSpec) => {
    const tensors = attentionPipeline.run(referenceOps, cache, spec, new Map());
    cache.sweep();
    return tensors;
  };
  const [first, second] = [run(specOf(before)), run(specOf({ ...before, ...change }))];
  return Object.keys(second).filter((name) => second[name] !== first[name]);
}

const random = { source: 'random', n: 6, heads: 2, dk: 4, mask: 'causal' } as const;
const text = { source: 'text', text: 'one two three', heads: 2, dk: 4 } as const;
const from = (name: string) => ALL.slice(ALL.indexOf(name));
const withoutProjection = (names: string[]) => names.filter((name) => name !== 'projected');

describe('a change', () => {
  it.each<[string, Partial<WorkbenchValues>, Partial<WorkbenchValues>, string[]]>([
    ['nothing', random, {}, []],
    ['how it is looked at', random, { stage: 'scores', locked: { row: 1, col: 2 }, head: 1, root: true, compare: 'n=4', wipe: 3 }, []],
    ['the factor', random, { scale: 'off' }, withoutProjection(from('scaled'))],
    ['the mask', random, { mask: 'none' }, withoutProjection(from('masked'))],
    ['a number of the mask', { ...random, mask: 'window' }, { window: 2 }, withoutProjection(from('masked'))],
    ['a number of another mask', random, { window: 2, prefix: 1, padding: 3, block: 2 }, []],
    ['the blocks', { ...random, mask: 'blocks' }, { block: 2 }, withoutProjection(from('masked'))],
    ['the seed', random, { seed: 2 }, withoutProjection(ALL)],
    ['n', random, { n: 7 }, withoutProjection(ALL)],
    ['d_k', random, { dk: 5 }, withoutProjection(ALL)],
    ['the factor of a text', text, { scale: 0.3 }, from('scaled')],
    ['the heads switched off', text, { off: [1] }, ['projected']],
    ['the text', text, { text: 'one two four' }, ALL],
    ['the text for one of the same tokens', text, { text: '  one two\nthree' }, []],
    ['to sinusoidal positions', text, { positions: 'sinusoidal' }, ALL],
    ['to rotary positions', text, { positions: 'rope' }, ALL],
  ])('of %s renews what depends on it', (_what, before, change, expected) => {
    expect(renewed(before, change).sort()).toEqual([...expected].sort());
  });

  it('from one painted mask to another renews from the mask on, to the same nothing', () => {
    const cells = Array.from({ length: 36 }, (_, cell) => Number(cell % 5 > 0));
    const painted = { ...random, mask: 'painted', painted: paint(cells, 6, 6) } as const;
    expect(renewed(painted, { painted: paint(cells, 6, 6) })).toEqual([]);
    expect(renewed(painted, { painted: paint(cells.map((cell, at) => (at === 7 ? 1 - cell : cell)), 6, 6) })).toContain('masked');
  });

  it('from blocks to a painted mask with the same bits is a change', () => {
    // 32 zeros: 32 positions in one document, or a bitmap of 32 × 32 hidden cells.
    const blocks = { source: 'random', n: 32, heads: 1, dk: 2, mask: 'blocks', block: 32 } as const;
    expect(renewed(blocks, { mask: 'painted', painted: paint(new Uint8Array(1024), 32, 32) })).toEqual(['masked', 'weights', 'output']);
  });

  it("of the visitor's layer renews all, and going back too", () => {
    const { open, assets } = visitorsFile({ heads: 1, m: 3, n: 3, headDim: 2, valueDim: 2 }, randomArrays(1, 3, 3, 2, 2));
    const layered = new Map([...assets, ['file/1', { ...randomArrays(1, 3, 3, 2, 2), q: new Float32Array(6).fill(1) }]]);
    const cache = new StageCache(referenceOps);
    const runs = ['file/0', 'file/0', 'file/1'].map((asset) => {
      const spec = specOf({ source: 'mine' }, open);
      return attentionPipeline.run(referenceOps, cache, { ...spec, input: { ...spec.input, asset } as AttentionSpec['input'] }, layered);
    });
    expect(runs[1]!.q).toBe(runs[0]!.q);
    expect(runs[2]!.q).not.toBe(runs[0]!.q);
    expect([...(runs[2]!.q as HostTensor).data]).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('the stage cache', () => {
  const one = (value: number) => referenceOps.tensor([value], [1]);
  const freeing = () => {
    const freed: unknown[] = [];
    return { freed, cache: new StageCache<HostTensor>({ free: (...tensors) => void freed.push(...tensors.filter(Boolean)) }) };
  };

  it('frees a stage before it is made anew, and each tensor once', () => {
    const { freed, cache } = freeing();
    const order: string[] = [];
    const first = cache.stage('a', [1], () => one(1));
    expect(cache.stage('a', [1], () => one(9))).toBe(first);
    const second = cache.stage('a', [2], () => {
      order.push(`freed ${freed.length}`);
      return one(2);
    });
    expect(order).toEqual(['freed 1']);
    expect(freed).toEqual([first.value]);
    expect(second.key).not.toBe(first.key);
    cache.clear();
    expect(freed).toEqual([first.value, second.value]);
    cache.clear();
    expect(freed).toHaveLength(2);
  });

  it('sweeps what the last run did not ask for, and only that', () => {
    const { freed, cache } = freeing();
    const kept = cache.stage('kept', [], () => one(1));
    const left = cache.stage('left', [], () => ({ x: one(2), y: null, z: one(3) }));
    cache.sweep();
    expect(freed).toEqual([]);
    expect(cache.stage('kept', [], () => one(9))).toBe(kept);
    cache.sweep();
    expect(freed).toEqual([left.value.x, left.value.z]);
  });

  it('keeps nothing of a stage that threw', () => {
    const { freed, cache } = freeing();
    cache.stage('a', [1], () => one(1));
    expect(() => cache.stage('a', [2], () => { throw new Error('no memory'); })).toThrow('no memory');
    expect(freed).toHaveLength(1);
    expect(cache.stage('a', [1], () => one(5)).value.data[0]).toBe(5);
  });
});

describe('an engine', () => {
  const noWorker = (): Worker => {
    throw new Error('No worker is needed where there is a GPU.');
  };

  it('forgets a run that failed, wherever it failed, and computes the next whole', async () => {
    let fault: 'none' | 'run' | 'flush' = 'none';
    const engine = await openEngine<AttentionSpec, unknown>(
      {
        ...attentionPipeline,
        run(ops, cache, spec, assets) {
          const tensors = attentionPipeline.run(ops, cache, spec, assets);
          if (fault === 'run') throw new Error('half-made');
          return tensors;
        },
      },
      noWorker,
      true,
    );
    const spec = specOf({ source: 'random', n: 5, heads: 1, dk: 4 });
    await engine.update('present', spec);
    const whole = await engine.read('present', 'weights');
    for (fault of ['run', 'flush'] as const) {
      const flush = engine.gpu!.flush.bind(engine.gpu);
      if (fault === 'flush') {
        // The commands are lost, as after a shader that does not compile.
        engine.gpu!.flush = async () => {
          engine.gpu!.flush = flush;
          throw new Error('not submitted');
        };
      }
      await expect(engine.update('present', { ...spec, seed: 2 })).rejects.toThrow(/half-made|not submitted/);
      expect(engine.names('present')).toEqual([]);
      expect(engine.drawable('present', 'weights')).toBeNull();
      await expect(engine.read('present', 'weights')).rejects.toThrow('There is no tensor "weights" to read at this setting.');
      expect(engine.memory()!.liveBuffers).toBe(0);
      fault = 'none';
      await engine.update('present', spec);
      expect(await engine.read('present', 'weights')).toEqual(whole);
    }
    engine.dispose();
  });

  it('keeps slots apart, and frees the one that is dropped', async () => {
    const engine = await openEngine(attentionPipeline, noWorker, true);
    await engine.update('present', specOf({ source: 'random', n: 5, heads: 1, dk: 4, seed: 1 }));
    const before = engine.memory()!;
    const present = await engine.read('present', 'weights');
    await engine.update('pinned', specOf({ source: 'random', n: 5, heads: 1, dk: 4, seed: 2 }));
    expect(engine.slots()).toEqual(['present', 'pinned']);
    expect(await engine.read('pinned', 'weights')).not.toEqual(present);
    expect(await engine.read('present', 'weights')).toEqual(present);
    expect([...(await engine.read('present', 'weights', 7, 3))]).toEqual([...present.subarray(7, 10)]);
    expect([...(await engine.read('present', 'weights', 20))]).toEqual([...present.subarray(20)]);
    engine.drop('pinned');
    expect(engine.slots()).toEqual(['present']);
    expect(engine.memory()!.liveBuffers).toBe(before.liveBuffers);
    engine.dispose();
  });
});

it('a run and its measurements give every buffer back', async () => {
  const gpu = await testGpu();
  const { device } = await backends();
  const round = async () => {
    const cache = new StageCache(device);
    for (const positions of ['none', 'sinusoidal', 'rope'] as const) {
      const spec = specOf({ text: 'a b c', positions, heads: 2, dk: 4, mask: 'blocks', off: [1] });
      const tensors = attentionPipeline.run(device, cache, spec, new Map());
      cache.sweep();
      await attentionPipeline.measure(device, tensors, spec, true);
    }
    cache.clear();
    await device.flush();
    const { liveBuffers, liveBytes } = gpu.memory();
    return { liveBuffers, liveBytes };
  };
  // The first round leaves the tables of angles that position encodings keep, and nothing else stays.
  const before = await round();
  expect(before.liveBuffers).toBeLessThanOrEqual(2);
  expect(await round()).toEqual(before);
});
