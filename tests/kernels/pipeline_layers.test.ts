/** All layers of a file at once: each map is what its own layer computes on the stage, for every kind of file and setting. */
import { beforeAll, describe, expect, it } from 'vitest';
import { layersOf } from '../../src/exhibits/workbench/layers';
import type { AttentionMeasurements } from '../../src/exhibits/workbench/measure';
import { params } from '../../src/exhibits/workbench/params';
import { attentionPipeline } from '../../src/exhibits/workbench/pipeline';
import { planOf, type OpenFile, type WorkbenchValues } from '../../src/exhibits/workbench/plan';
import type { AttentionSpec } from '../../src/exhibits/workbench/spec';
import { openEngine } from '../../src/lab/engine';
import type { Engine } from '../../src/lab/engine-types';
import { defaultsOf } from '../../src/lab/params';
import { softmax } from '../../src/reference/softmax';
import { maxAbsDifference, testNormals } from './lib/backends';
import { callsWhile } from './lib/calls';

const [LAYERS, HEADS, M, N, D] = [3, 4, 5, 7, 8];
const BOUNDS = { maxTensorBytes: 2 ** 27, maxLength: null };

let engine: Engine<AttentionSpec, AttentionMeasurements>;
beforeAll(async () => {
  engine = await openEngine(attentionPipeline, () => { throw new Error('No worker is needed where there is a GPU.'); }, true);
});

type Arrays = Partial<Record<'q' | 'k' | 'v' | 'scores' | 'weights', Float32Array>>;

/** Opens a file of these arrays [LAYERS, HEADS, ·, ·] as the session does. */
function open(id: string, arrays: Arrays): OpenFile {
  const part = (layer: number) => Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, data.subarray((layer * data.length) / LAYERS, ((layer + 1) * data.length) / LAYERS)]));
  for (let layer = 0; layer < LAYERS; layer++) engine.setAsset(`${id}/${layer}`, part(layer));
  engine.setAsset(`${id}/all`, arrays as Readonly<Record<string, Float32Array>>);
  const file = { name: id, layers: LAYERS, heads: HEADS, queries: M, keys: N, headDim: arrays.q ? D : null, valueDim: arrays.v && D, ...arrays, queryTokens: null, keyTokens: null, remarks: [] };
  return { id, file } as Partial<OpenFile> as OpenFile;
}

const cells = LAYERS * HEADS * M * N;
const shares = softmax(Float64Array.from(testNormals(cells, 5)), cells / N, N);
const FILES: [what: string, arrays: Arrays][] = [
  ['q, k and v', { q: testNormals(LAYERS * HEADS * M * D, 1), k: testNormals(LAYERS * HEADS * N * D, 2), v: testNormals(LAYERS * HEADS * N * D, 3) }],
  ['scores', { scores: testNormals(cells, 4) }],
  ['weights', { weights: Float32Array.from(shares) }],
];
const SETTINGS: Partial<WorkbenchValues>[] = [{}, { scale: 'off', mask: 'causal' }, { scale: 0.3, mask: 'window', window: 2 }, { mask: 'blocks', block: 2 }, { kernel: 'tiled', mask: 'padding', padding: 3 }];

describe.each(FILES)('a file of %s', (what, arrays) => {
  it.each(SETTINGS)('at %j: every map is its layer’s', async (change) => {
    const source = open(what, arrays);
    const planAt = (layer: number) => planOf({ ...defaultsOf(params), source: 'mine', ...change, layer }, source, BOUNDS);
    const { spec } = layersOf(planAt(0), BOUNDS)!;
    await engine.update('layers', spec!);
    expect(engine.drawable('layers', 'weights')!.shape).toEqual([LAYERS * HEADS, M, N]);
    const together = await engine.read('layers', 'weights');
    for (let layer = 0; layer < LAYERS; layer++) {
      await engine.update('present', planAt(layer).spec);
      const alone = await engine.read('present', 'weights');
      const size = alone.length;
      // The same kernels on the same rows; a blocked product may sum in another order where its blocks lie otherwise.
      expect(maxAbsDifference(together.subarray(layer * size, (layer + 1) * size), alone), `layer ${layer}`).toBeLessThanOrEqual(1e-6);
    }
  });
});

describe('a change of the scale', () => {
  it('computes scaled scores and weights of all layers, in one submit, and no scores', async () => {
    const source = open('scores', FILES[1]![1]);
    const specAt = (scale: number) => layersOf(planOf({ ...defaultsOf(params), source: 'mine', scale, mask: 'none' }, source, BOUNDS), BOUNDS)!.spec!;
    await engine.update('layers', specAt(0.5));
    await engine.update('layers', specAt(0.6)); // the kernels are compiled, the buffers there
    expect(await callsWhile(GPUQueue, 'submit', () => engine.update('layers', specAt(0.7)))).toBe(1);
    expect(await callsWhile(GPUComputePassEncoder, 'dispatchWorkgroups', () => engine.update('layers', specAt(0.8)))).toBe(2);
    expect(await callsWhile(GPUDevice, 'createBuffer', () => engine.update('layers', specAt(0.9)))).toBe(0);
  });

  it('leaves the times of the stages on the stage alone', async () => {
    const source = open('scores', FILES[1]![1]);
    const spec = layersOf(planOf({ ...defaultsOf(params), source: 'mine', mask: 'none' }, source, BOUNDS), BOUNDS)!.spec!;
    engine.gpu!.clearStageTimes();
    await engine.update('layers', { ...spec, factor: 0.123 });
    await engine.finish();
    await engine.read('layers', 'weights');
    expect(engine.stageTimes ?? {}).toEqual({});
  });
});

it('the entropies are those of all maps, in their order', async () => {
  const source = open('weights', FILES[2]![1]);
  const { spec } = layersOf(planOf({ ...defaultsOf(params), source: 'mine' }, source, BOUNDS), BOUNDS)!;
  await engine.update('layers', spec!);
  const { perHead } = await engine.measure('layers', spec!, false);
  const weights = FILES[2]![1].weights!;
  expect(perHead).toHaveLength(LAYERS * HEADS);
  perHead.forEach(({ entropy }, map) => {
    const own = [...weights.subarray(map * M * N, (map + 1) * M * N)];
    expect(entropy).toBeCloseTo(-own.reduce((sum, p) => sum + p * Math.log(p), 0) / M, 4);
  });
});

it('without it nothing of it stays', () => {
  engine.drop('layers');
  expect(engine.names('layers')).toEqual([]);
});
