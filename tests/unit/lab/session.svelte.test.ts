/** What a session reads, and when: a setting that is being computed is neither measured nor read half-made. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { int } from '../../../src/lab/params';
import { PlanError } from '../../../src/lab/plan';
import { Session } from '../../../src/lab/session.svelte';
import type { WorkerRequest } from '../../../src/lab/worker';
import { FakeBrowser } from './fake-browser';

const params = { size: int(2, { min: 1, max: 9 }), beside: int(0, { min: 0, max: 9 }) };

interface Spec {
  readonly size: number;
}

/** A worker that computes a tensor x of `size` numbers, each `size`, and answers an update only when it is let. */
class SlowWorker {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: unknown = null;
  /** The setting of each slot, and what was asked for. */
  readonly slots = new Map<string, number>();
  readonly measured: string[] = [];
  held: (() => void)[] | null = null;

  postMessage(request: WorkerRequest): void {
    if (request.kind === 'drop') this.slots.delete(request.slot);
    if (request.kind === 'measure') this.measured.push(`${request.slot} ${(request.spec as Spec).size} of ${this.slots.get(request.slot)}${request.full ? ', full' : ''}`);
    if (request.kind !== 'update') return this.#answer(request.call, null);
    const { slot, spec } = request as { slot: string; spec: Spec };
    const compute = () => {
      this.slots.set(slot, spec.size);
      this.#answer(request.call, { x: { shape: [spec.size], data: new Float32Array(spec.size).fill(spec.size) } });
    };
    if (this.held) this.held.push(compute);
    else compute();
  }
  /** Lets the updates be computed that wait, and all that follow. */
  release(): void {
    const { held } = this;
    this.held = null;
    for (const compute of held ?? []) compute();
  }
  terminate(): void {
    this.held = null;
  }
  #answer(call: number, result: unknown): void {
    queueMicrotask(() => this.onmessage?.({ data: { call, result } }));
  }
}

let worker: SlowWorker;
let session: Session<typeof params, Spec, null, { size: number; beside: number }>;
/** What was read beside the figures: of the present slot, and of the one beside it where there is one. */
let beside: Promise<string>[];

/** Longer than a hand has to rest before the full figures are taken. */
const REST = 1000;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  new FakeBrowser().install();
  worker = new SlowWorker();
  beside = [];
  session = new Session<typeof params, Spec, null, { size: number; beside: number }>({
    slug: '',
    params,
    pipeline: { run: () => ({}), measure: () => Promise.resolve(null) },
    startWorker: () => worker as unknown as Worker,
    plan: ({ size, beside }) => {
      if (size === 9) throw new PlanError({ key: 'tooLong', values: {} }, true);
      return { size, beside };
    },
    slots: ({ size, beside }) => ({ present: { size }, ...(beside > 0 && { beside: { size: beside } }) }),
    onmeasure: async ({ plan }, engine) => {
      const reading = Promise.all([engine.read('present', 'x'), plan.beside > 0 ? engine.read('beside', 'x') : null]);
      beside.push(reading.then(([x, other]) => `${x.length} ${other?.length ?? '–'}`, (error: Error) => error.message));
      await reading;
    },
    allowGpu: () => false,
  });
  await session.settled();
});
afterEach(() => {
  session.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('measures the frame on screen at once, and fully when the hand rests', async () => {
  session.set({ beside: 3 });
  await session.settled();
  await vi.advanceTimersByTimeAsync(REST);
  expect(worker.measured).toEqual(['present 2 of 2', 'present 2 of 2, full']);
  expect(await Promise.all(beside)).toEqual(['2 3', '2 3']);
  expect(session.settledMeasurements).toBe(session.measurements);
});

it('measures nothing while the next frame is being computed, and that frame after it', async () => {
  session.set({ beside: 3 });
  await session.settled();
  worker.held = [];
  session.set({ beside: 0, size: 4 });
  await vi.advanceTimersByTimeAsync(REST); // the figures of the frame before are due
  expect(worker.measured).toEqual([]);
  expect(session.message).toBe(null);
  worker.release();
  await session.settled();
  await vi.advanceTimersByTimeAsync(REST);
  expect(worker.measured).toEqual(['present 4 of 4', 'present 4 of 4, full']);
  expect(await Promise.all(beside)).toEqual(['4 –', '4 –']);
});

it('reads a tensor of the setting that is being computed once it is there', async () => {
  worker.held = [];
  session.set({ size: 5 });
  const reading = session.read('x');
  await vi.advanceTimersByTimeAsync(REST);
  worker.release();
  expect([...(await reading)]).toEqual([5, 5, 5, 5, 5]);
});

it('measures a frame after which a change came that cannot be computed', async () => {
  worker.held = [];
  session.set({ size: 5 });
  await vi.advanceTimersByTimeAsync(REST);
  session.set({ size: 9 });
  worker.release();
  await session.settled().catch(() => undefined);
  await vi.advanceTimersByTimeAsync(REST);
  expect(worker.measured).toEqual(['present 5 of 5', 'present 5 of 5, full']);
});
