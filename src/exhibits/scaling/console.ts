import { isMasked } from '../../reference/softmax';
import type { ScalingSession } from './session.svelte';

/**
 * `window.lab` on this page, for teachers, scripts and tests:
 *
 * - `await lab.ready`: the first picture is drawn
 * - `lab.backend`: 'webgpu' or 'cpu'
 * - `lab.params`: a copy of the present parameters
 * - `await lab.set({ scale: 'off', dk: 1024 })`: resolves when drawn; throws a plain sentence for a bad name or value
 * - `await lab.read('weights.off')`: { shape, data: Float32Array } of q, k, v, scores, scaled.off, scaled.on, weights.off, weights.on
 * - `await lab.meters()`: what the meters show
 * - `await lab.sweep()`: the measured widths of the present setting
 * - `await lab.open(file, name)`: a File, or bytes with a name
 */
export function labConsole(session: ScalingSession) {
  return {
    ready: session.ready,
    get backend() {
      return session.engine?.backend ?? null;
    },
    get params() {
      return { ...session.values };
    },
    set: (change: Readonly<Record<string, unknown>>) => session.setChecked(change),
    async read(name: string): Promise<{ shape: number[]; data: Float32Array }> {
      await session.settled();
      const drawable = session.frame?.drawable(name);
      if (!drawable) throw new Error(`There is no tensor "${name}". The tensors are: ${session.engine?.names('present').join(', ')}.`);
      const data = await session.read(name);
      return { shape: [...drawable.shape], data: data.map((value) => (isMasked(value) ? -Infinity : value)) };
    },
    meters: () => session.measureNow(),
    sweep: () => session.survey.whole(),
    async open(source: File | ArrayBuffer, name?: string): Promise<void> {
      if (source instanceof ArrayBuffer) await session.open(source, name ?? 'file');
      else await session.open(await source.arrayBuffer(), name ?? source.name);
    },
  };
}
