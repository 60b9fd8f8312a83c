import type { NoGpuReason } from '../gpu';
import type { Drawable, Engine } from './engine-types';
import { markFirstWeights } from './first-picture';
import type { WorkerAnswer, WorkerCall, WorkerRequest } from './worker';

/** The CPU mode: the pipeline runs on the float64 twins in a worker, and its tensors come back as arrays. */
export function openWorkerEngine<Spec, Measurements>(worker: Worker, reason: NoGpuReason): Engine<Spec, Measurements> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const slots = new Map<string, Record<string, Drawable>>();
  let nextCall = 1;
  let stopped: Error | null = null;

  worker.onmessage = (event: MessageEvent<WorkerAnswer>) => {
    const { call, error, result } = event.data;
    const promise = waiting.get(call);
    waiting.delete(call);
    if (error !== undefined) promise?.reject(new Error(error));
    else promise?.resolve(result);
  };
  worker.onerror = (event) => {
    stopped = new Error(`The computation in the background stopped: ${event.message || 'its script did not load'}. Reload the page to start it again.`);
    for (const { reject } of waiting.values()) reject(stopped);
    waiting.clear();
  };
  const ask = <R>(request: WorkerCall): Promise<R> => {
    if (stopped) return Promise.reject(stopped);
    const call = nextCall++;
    return new Promise<R>((resolve, reject) => {
      waiting.set(call, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ ...request, call } satisfies WorkerRequest);
    });
  };

  return {
    backend: 'cpu',
    gpu: null,
    facts: null,
    noGpu: reason,
    maxTensorBytes: 2 ** 28,
    lost: new Promise(() => undefined),
    setAsset(name, arrays) {
      ask({ kind: 'asset', name, arrays }).catch(() => undefined); // the update that needs it reports
    },
    async update(slot, spec) {
      const tensors = await ask<Record<string, { shape: readonly number[]; data: Float32Array }>>({ kind: 'update', slot, spec });
      markFirstWeights(Promise.resolve());
      slots.set(
        slot,
        Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data, tensor: null }])),
      );
    },
    slots: () => [...slots.keys()],
    names: (slot) => Object.keys(slots.get(slot) ?? {}),
    drawable: (slot, name) => slots.get(slot)?.[name] ?? null,
    async read(slot, name, start = 0, count) {
      const data = slots.get(slot)?.[name]?.data;
      if (!data) throw new Error(`There is no tensor "${name}" to read at this setting.`);
      return data.slice(start, count === undefined ? undefined : start + count);
    },
    measure: (slot, spec, full) => ask({ kind: 'measure', slot, spec, full }),
    borrow: () => Promise.reject(new Error('The CPU computes now; only a GPU has tensors to lend.')),
    drop(slot) {
      slots.delete(slot);
      ask({ kind: 'drop', slot }).catch(() => undefined);
    },
    finish: async () => undefined,
    stageTimes: null,
    kernelsRun: () => [],
    memory: () => null,
    dispose: () => worker.terminate(),
  };
}
