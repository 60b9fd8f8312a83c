import kernelVersion from 'virtual:kernel-version';
import type { Gpu } from '../gpu';
import { choicesOf, gpuOps, SIZE_CLASSES, type KernelSet, type KernelTable } from '../ops';
import { tune } from '../ops/tuner'; // not through the index, whose modules every page loads

/** Milliseconds that a device may work to find its kernels. */
const BUDGET = 200;
const KEY = 'attention-lab/kernels';

/** How the page came to know which kernels to run. */
export interface KernelTuning {
  /** Milliseconds that the device worked for it. */
  readonly spent: number;
  /** When it was measured. */
  readonly when: Date;
}

interface Saved {
  readonly device: string;
  readonly table: KernelTable;
  readonly spent: number;
  readonly when: number;
}

const perGpu = new WeakMap<Gpu, Promise<KernelTuning | null>>();

/**
 * Brings the measured choice of kernels into a device's ops: the one remembered for this device, browser and these shaders,
 * or else a new measurement while the page is idle. Once per device; null where the device was lost meanwhile.
 */
export function tuneKernels(gpu: Gpu): Promise<KernelTuning | null> {
  let tuning = perGpu.get(gpu);
  if (!tuning) perGpu.set(gpu, (tuning = remembered(gpu) ?? measure(gpu)));
  return tuning;
}

function remembered(gpu: Gpu): Promise<KernelTuning> | null {
  const saved = read();
  if (saved?.device !== deviceOf(gpu)) return null;
  choicesOf(gpu).adopt(saved.table);
  return Promise.resolve({ spent: saved.spent, when: new Date(saved.when) });
}

async function measure(gpu: Gpu): Promise<KernelTuning | null> {
  const choices = choicesOf(gpu);
  const { table, spent } = await tune(gpuOps(gpu), {
    start: choices.table,
    subgroups: gpu.has('subgroups'),
    software: gpu.facts.software,
    budget: BUDGET,
    idle: () => whenIdle().then(() => !gpu.isLost),
  });
  if (gpu.isLost) return null;
  choices.adopt(table);
  const when = Date.now();
  write({ device: deviceOf(gpu), table, spent, when });
  return { spent, when: new Date(when) };
}

const whenIdle = () =>
  new Promise<void>((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve());
    else setTimeout(resolve, 0); // Safari has none; a task of its own lets input go first
  });

/** What a measurement holds for: adapter, browser and its driver layer, and the kernels themselves. */
const deviceOf = ({ facts }: Gpu): string => [facts.name, facts.vendor, facts.architecture, navigator.userAgent, kernelVersion].join(' | ');

/** The remembered measurement; null where there is none, or storage is refused or holds something else. */
function read(): Saved | null {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Saved | null;
    return saved && SIZE_CLASSES.every((size) => isKernelSet(saved.table[size])) ? saved : null;
  } catch {
    return null;
  }
}

function write(saved: Saved): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(saved));
  } catch {
    // full or refused: the next visit measures again
  }
}

const isKernelSet = (set: KernelSet | undefined): boolean =>
  set !== undefined &&
  ['naive', 'vec4', 'tiled', 'quads'].includes(set.product) &&
  ['row', 'shared', 'subgroups'].includes(set.rows) &&
  ['vec4', 'tiled', 'quads', 'fused'].includes(set.attention);
