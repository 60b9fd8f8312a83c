/** A change that comes while a measurement waits for the device: each sees its own numbers, and every buffer comes back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngine } from '../../src/lab/engine';
import type { Engine } from '../../src/lab/engine-types';
import type { Pipeline } from '../../src/lab/pipeline';
import { normal } from '../../src/reference/random';

const COUNT = 4096;

/** One tensor; the measurement waits once, and then computes with it again. */
const pipeline: Pipeline<{ seed: number }, Float32Array> = {
  run: (ops, cache, { seed }) => ({ x: cache.stage('x', [seed], () => ops.normal([COUNT], { seed, stream: 0 })).value }),
  measure: async (ops, { x }) => {
    await ops.read(x!);
    const negative = ops.scale(x!, -1);
    const reading = ops.read(negative);
    ops.free(negative);
    return reading;
  },
};

let engine: Engine<{ seed: number }, Float32Array>;
beforeAll(async () => {
  engine = await openEngine(pipeline, () => {
    throw new Error('No worker is needed where there is a GPU.');
  }, true);
});
afterAll(() => engine.dispose());

it('a measurement keeps the tensors that it was given until it ends', async () => {
  await engine.update('present', { seed: 1 });
  const measuring = engine.measure('present', { seed: 1 }, true);
  await engine.update('present', { seed: 2 });
  await engine.update('present', { seed: 3 });
  const [first, third] = [normal(COUNT, { seed: 1, stream: 0 }), normal(COUNT, { seed: 3, stream: 0 })];
  // The generator's bound against float64, as in random.test.ts; two seeds differ by about 1.
  (await measuring).forEach((value, at) => expect(Math.abs(value + first[at]!)).toBeLessThanOrEqual(1e-5));
  (await engine.read('present', 'x')).forEach((value, at) => expect(Math.abs(value - third[at]!)).toBeLessThanOrEqual(1e-5));
});

it('leaves no buffer behind', async () => {
  await engine.finish();
  // The present tensor alone; its uniforms and readings are the pool's.
  const { liveBuffers } = engine.memory()!;
  await engine.update('present', { seed: 4 });
  const measuring = engine.measure('present', { seed: 4 }, true);
  await engine.update('present', { seed: 5 });
  await measuring;
  await engine.finish();
  expect(engine.memory()!.liveBuffers).toBe(liveBuffers);
});
