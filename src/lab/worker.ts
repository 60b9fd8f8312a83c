import { referenceOps, type HostTensor } from '../ops';
import type { Pipeline } from './pipeline';
import { StageCache } from './stage-cache';

/** What the page asks of the worker. */
export type WorkerCall =
  | { readonly kind: 'asset'; readonly name: string; readonly arrays: Readonly<Record<string, Float32Array>> | null }
  | { readonly kind: 'update'; readonly slot: string; readonly spec: unknown }
  | { readonly kind: 'measure'; readonly slot: string; readonly spec: unknown; readonly full: boolean }
  | { readonly kind: 'drop'; readonly slot: string };
export type WorkerRequest = WorkerCall & { readonly call: number };
export interface WorkerAnswer {
  readonly call: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Answers the page's requests with one pipeline on the float64 twins. An exhibit's `worker.ts` is one call of this. */
export function servePipeline<Spec, Measurements>(pipeline: Pipeline<Spec, Measurements>): void {
  const assets = new Map<string, Readonly<Record<string, Float32Array>>>();
  const slots = new Map<string, { cache: StageCache<HostTensor>; tensors: Record<string, HostTensor> }>();

  const answer = async (request: WorkerRequest): Promise<unknown> => {
    switch (request.kind) {
      case 'asset':
        if (request.arrays) assets.set(request.name, request.arrays);
        else assets.delete(request.name);
        return null;
      case 'update': {
        let state = slots.get(request.slot);
        if (!state) slots.set(request.slot, (state = { cache: new StageCache(referenceOps), tensors: {} }));
        try {
          state.tensors = pipeline.run(referenceOps, state.cache, request.spec as Spec, assets);
          state.cache.sweep();
        } catch (error) {
          slots.delete(request.slot); // a half-made run must not be mistaken for a whole one
          throw error;
        }
        return Object.fromEntries(
          Object.entries(state.tensors).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
        );
      }
      case 'measure':
        return pipeline.measure(referenceOps, slots.get(request.slot)?.tensors ?? {}, request.spec as Spec, request.full);
      case 'drop':
        slots.delete(request.slot);
        return null;
    }
  };

  // One request at a time, in order: a measurement belongs to the update before it.
  let queue: Promise<void> = Promise.resolve();
  addEventListener('message', (event: MessageEvent<WorkerRequest>) => {
    queue = queue.then(async () => {
      const { call } = event.data;
      try {
        postMessage({ call, result: await answer(event.data) } satisfies WorkerAnswer);
      } catch (error) {
        postMessage({ call, error: error instanceof Error ? error.message : String(error) } satisfies WorkerAnswer);
      }
    });
  });
}
