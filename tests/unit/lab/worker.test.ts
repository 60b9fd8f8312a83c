/** CPU mode: the engine on the page and the pipeline in the worker, joined by a post that clones as the browser's does. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../src/lab/engine-types';
import type { Pipeline } from '../../../src/lab/pipeline';
import { servePipeline } from '../../../src/lab/worker';
import { openWorkerEngine } from '../../../src/lab/worker-engine';

interface Spec {
  readonly factor: number;
  readonly fail?: 'before' | 'after';
}
interface Figures {
  readonly sum: number;
  readonly full: boolean;
}

const runs: number[] = [];
/** y = factor · x, where x is the asset "x" or one, two, three. */
const pipeline: Pipeline<Spec, Figures> = {
  run(ops, cache, { factor, fail }, assets) {
    const given = assets.get('x')?.x;
    const x = cache.stage('x', [given ? given.join() : ''], () => ops.tensor(given ?? [1, 2, 3], [given?.length ?? 3]));
    if (fail === 'before') throw new Error('The first stage failed.');
    const y = cache.stage('y', [x.key, factor], () => {
      runs.push(factor);
      return ops.scale(x.value, factor);
    });
    if (fail === 'after') throw new Error('The last stage failed.');
    return { x: x.value, y: y.value };
  },
  async measure(ops, tensors, _spec, full) {
    if (!tensors.y) throw new Error('There is nothing to measure.');
    return { sum: (await ops.read(tensors.y)).reduce((a, b) => a + b, 0), full };
  },
};

let worker: Worker;
let engine: Engine<Spec, Figures>;
let posted: { kind: string; call: number }[];

beforeEach(() => {
  runs.length = 0;
  posted = [];
  const inside = new EventTarget();
  vi.stubGlobal('addEventListener', inside.addEventListener.bind(inside));
  vi.stubGlobal('postMessage', (answer: unknown) => {
    const data = structuredClone(answer);
    queueMicrotask(() => worker.onmessage?.({ data } as MessageEvent));
  });
  worker = {
    onmessage: null,
    onerror: null,
    postMessage(request: { kind: string; call: number }) {
      posted.push(request);
      const data = structuredClone(request);
      queueMicrotask(() => inside.dispatchEvent(Object.assign(new Event('message'), { data })));
    },
    terminate: vi.fn(),
  } as unknown as Worker;
  servePipeline(pipeline);
  engine = openWorkerEngine<Spec, Figures>(worker, 'no-webgpu');
});
afterEach(() => vi.unstubAllGlobals());

describe('the engine of CPU mode', () => {
  it('says what it is and why', () => {
    expect(engine).toMatchObject({ backend: 'cpu', noGpu: 'no-webgpu', gpu: null, facts: null, stageTimes: null });
    expect(engine.memory()).toBeNull();
  });

  it('computes on the twins and draws from arrays', async () => {
    await engine.update('present', { factor: 0.1 });
    expect(engine.names('present')).toEqual(['x', 'y']);
    const { shape, data, tensor } = engine.drawable('present', 'y')!;
    expect(shape).toEqual([3]);
    expect(tensor).toBeNull();
    expect(data).toEqual(Float32Array.of(0.1, 0.2, 0.1 * 3)); // float64, rounded once
    expect(engine.drawable('present', 'nosuch')).toBeNull();
    expect(engine.drawable('other', 'y')).toBeNull();
  });

  it('reads whole tensors and parts of them, as copies', async () => {
    await engine.update('present', { factor: 2 });
    expect([...(await engine.read('present', 'y'))]).toEqual([2, 4, 6]);
    expect([...(await engine.read('present', 'y', 1))]).toEqual([4, 6]);
    expect([...(await engine.read('present', 'y', 1, 1))]).toEqual([4]);
    (await engine.read('present', 'y'))[0] = 99;
    expect([...(await engine.read('present', 'y'))]).toEqual([2, 4, 6]);
    await expect(engine.read('present', 'z')).rejects.toThrow('There is no tensor "z" to read at this setting.');
  });

  it('keeps slots apart, and forgets the one that is dropped', async () => {
    await engine.update('a', { factor: 1 });
    await engine.update('b', { factor: 3 });
    expect(engine.slots()).toEqual(['a', 'b']);
    expect([...(await engine.read('a', 'y'))]).toEqual([1, 2, 3]);
    engine.drop('b');
    expect(engine.slots()).toEqual(['a']);
    expect(engine.names('b')).toEqual([]);
    await engine.update('b', { factor: 3 });
    expect(runs).toEqual([1, 3, 3]); // dropped in the worker too
  });

  it('computes again only what a change asks for', async () => {
    for (const factor of [1, 1, 2, 2, 1]) await engine.update('a', { factor });
    expect(runs).toEqual([1, 2, 1]);
  });

  it('uses assets from when they are set until they are taken away', async () => {
    engine.setAsset('x', { x: Float32Array.of(5, 6) });
    await engine.update('a', { factor: 2 });
    expect([...(await engine.read('a', 'y'))]).toEqual([10, 12]);
    engine.setAsset('x', null);
    await engine.update('a', { factor: 2 });
    expect([...(await engine.read('a', 'y'))]).toEqual([2, 4, 6]);
  });

  it('measures what it computed last, asked in one breath', async () => {
    const [, light, , full] = await Promise.all([
      engine.update('a', { factor: 1 }),
      engine.measure('a', { factor: 1 }, false),
      engine.update('a', { factor: 2 }),
      engine.measure('a', { factor: 2 }, true),
    ]);
    expect([light, full]).toEqual([{ sum: 6, full: false }, { sum: 12, full: true }]);
  });
});

describe('a failure in the worker', () => {
  it.each(['before', 'after'] as const)('%s the last stage reaches the page, and the next run is whole', async (fail) => {
    await engine.update('a', { factor: 1 });
    await expect(engine.update('a', { factor: 2, fail })).rejects.toThrow(/stage failed\.$/);
    await expect(engine.measure('a', { factor: 2 }, false)).rejects.toThrow('There is nothing to measure.');
    await engine.update('a', { factor: 2 });
    expect([...(await engine.read('a', 'y'))]).toEqual([2, 4, 6]);
    expect(await engine.measure('a', { factor: 2 }, false)).toEqual({ sum: 12, full: false });
  });

  it('that ends it fails whoever waits, and whoever asks later, in a sentence', async () => {
    await engine.update('a', { factor: 1 });
    const waiting = engine.update('a', { factor: 2 });
    worker.onerror!({ message: 'out of memory' } as ErrorEvent);
    const sentence = 'The computation in the background stopped: out of memory. Reload the page to start it again.';
    await expect(waiting).rejects.toThrow(sentence);
    await expect(engine.update('a', { factor: 3 })).rejects.toThrow(sentence);
    engine.setAsset('x', null); // nobody waits for these; they must not fail unheard
    engine.drop('a');
    expect(engine.slots()).toEqual([]);
  });

  it('whose script does not load is told too', async () => {
    const waiting = engine.update('a', { factor: 1 });
    worker.onerror!({ message: '' } as ErrorEvent);
    await expect(waiting).rejects.toThrow('stopped: its script did not load.');
  });
});

it('dispose ends the worker', () => {
  engine.dispose();
  expect(worker.terminate).toHaveBeenCalledOnce();
  expect(posted).toEqual([]);
});
