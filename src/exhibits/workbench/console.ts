import { FormatError } from '../../formats/errors';
import { SOURCE_LANGUAGE } from '../../lab/languages';
import { PlanError } from '../../lab/plan';
import { fill } from '../../lab/preferences.svelte';
import { isMasked } from '../../reference/softmax';
import { describeFileInEnglish } from '../files';
import type { WorkbenchSession } from './session.svelte';
import { text, type TextKey } from './text';

const READABLE = ['q', 'k', 'v', 'scores', 'scaled', 'masked', 'weights', 'output', 'projected'] as const;

/** Does something, and says what cannot be computed in one English sentence, as the parameters' names are English. */
async function plainly<T>(action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    if (error instanceof FormatError) throw new Error(await describeFileInEnglish(error), { cause: error });
    if (!(error instanceof PlanError)) throw error;
    await text.load(SOURCE_LANGUAGE);
    throw new Error(fill(text.in(SOURCE_LANGUAGE)[error.remark.key as TextKey], error.remark.values), { cause: error });
  }
}

/**
 * `window.lab`: the workbench for teachers, scripts and tests. README lists the parameters.
 *
 * - `await lab.ready`: the first picture is drawn
 * - `lab.backend`: 'webgpu' or 'cpu'
 * - `lab.params`: a copy of the present parameters
 * - `await lab.drawn()`: resolves when everything changed so far is drawn
 * - `await lab.set({ scale: 'off', dk: 1024 })`: resolves when drawn; throws a plain sentence for a bad name or value
 * - `await lab.read('weights')`: { shape, data: Float32Array } of the chosen layer, [h, n, n] or [h, n, d_k]
 * - `await lab.meters()`: what the meters show
 * - `lab.memory()`: buffers and bytes on the GPU, in use, kept for reuse, and the peak of this setting; null in CPU mode
 * - `await lab.open(file, name)`: a File, or bytes with a name
 */
export function labConsole(session: WorkbenchSession) {
  return {
    ready: session.ready,
    get backend() {
      return session.engine?.backend ?? null;
    },
    get params() {
      return { ...session.values };
    },
    async drawn(): Promise<void> {
      await session.settled();
      await session.engine?.finish();
    },
    set: (change: Readonly<Record<string, unknown>>) => plainly(session.setChecked(change)),
    async read(name: string): Promise<{ shape: number[]; data: Float32Array }> {
      await session.settled();
      if (!(READABLE as readonly string[]).includes(name)) {
        throw new Error(`There is no tensor "${name}". The tensors are: ${READABLE.join(', ')}.`);
      }
      const drawable = session.frame?.drawable(name);
      if (!drawable) throw new Error(`This source has no "${name}".`);
      const data = await session.read(name);
      if (name === 'masked' || name === 'scores' || name === 'scaled') {
        for (let i = 0; i < data.length; i++) if (isMasked(data[i]!)) data[i] = -Infinity;
      }
      return { shape: [...drawable.shape], data };
    },
    meters: () => session.measureNow(),
    memory: () => session.engine?.memory() ?? null,
    async open(source: File | ArrayBuffer, name?: string): Promise<void> {
      if (source instanceof ArrayBuffer) await plainly(session.open(source, name ?? 'file'));
      else await plainly(session.open(await source.arrayBuffer(), name ?? source.name));
    },
  };
}

declare global {
  var lab: ReturnType<typeof labConsole>;
}
