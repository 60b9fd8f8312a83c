import type { Ops } from '.';
import { SIZE_CLASSES, type KernelSet, type KernelTable, type SizeClass } from './choice';
import type { Tensor } from './tensor';

/** One candidate's time at one size. */
export interface CandidateTime {
  readonly size: SizeClass;
  readonly family: keyof KernelSet;
  readonly variant: string;
  readonly milliseconds: number;
}

export interface Tuning {
  readonly table: KernelTable;
  readonly times: readonly CandidateTime[];
  /** Milliseconds that the device worked for it. */
  readonly spent: number;
}

export interface TunerOptions {
  /** The table to begin with: what is not measured stays as it is there. */
  readonly start: KernelTable;
  /** Whether the device has subgroup operations. */
  readonly subgroups: boolean;
  /** Whether the device is a CPU. */
  readonly software: boolean;
  /** Milliseconds that the device may work for it in all. */
  readonly budget: number;
  /** Resolves when the page has nothing else to do; asked before each candidate. False ends the tuning early. */
  readonly idle: () => Promise<boolean>;
}

/** What a family's candidates are measured on: heads, rows, columns, width; the middle of each size class. */
const PROBLEMS: Readonly<Record<SizeClass, { heads: number; n: number; d: number }>> = {
  small: { heads: 2, n: 64, d: 64 },
  medium: { heads: 2, n: 256, d: 64 },
  large: { heads: 4, n: 512, d: 64 },
};
const workOf = (size: SizeClass) => PROBLEMS[size].heads * PROBLEMS[size].n ** 2 * PROBLEMS[size].d;

/** Below this a time is mostly the clock's own step (0.1 ms in browsers), so the run is repeated. */
const LONG_ENOUGH = 1;
const MOST_REPEATS = 8;
/** A prediction may be short of the truth by this factor: small problems lie in the cache, and machines are shared. */
const CAUTION = 2;
/** A candidate replaces the one that stands when it is faster by more than the noise. */
const MARGIN = 0.9;

/**
 * Measures which kernels are fastest on this device, on scratch tensors, size by size. A candidate that, by its time at
 * the size before, would not fit into what is left of the budget is left out: a device on which it is slow tells so early.
 */
export async function tune<T extends Tensor>(ops: Ops<T>, { start, subgroups, software, budget, idle }: TunerOptions): Promise<Tuning> {
  const table: Record<SizeClass, KernelSet> = { ...start };
  const times: CandidateTime[] = [];
  let spent = 0;
  const quads = subgroups ? (['quads'] as const) : [];
  const candidates = {
    // On a CPU a barrier stops a core, and to compile the tiles there takes seconds of the visitor's time. The kernels of the
    // fused attention take as long, and are made of the same products: there the rule of thumb stands.
    product: ['vec4', ...quads, ...(software ? [] : (['tiled'] as const)), 'naive'],
    rows: ['row', 'shared', ...(subgroups ? (['subgroups'] as const) : [])],
    attention: software ? [] : ['vec4', 'fused', ...quads, 'tiled'],
  } as const satisfies Readonly<Record<keyof KernelSet, readonly string[]>>;
  const families = Object.keys(candidates) as (keyof KernelSet)[];
  const timeAt = (size: SizeClass, family: string, variant: string) =>
    times.find((time) => time.size === size && time.family === family && time.variant === variant)?.milliseconds;

  sizes: for (const [step, size] of SIZE_CLASSES.entries()) {
    const before = SIZE_CLASSES[step - 1];
    const growth = before ? workOf(size) / workOf(before) : 1;
    const scratch = scratchOf(ops, size);
    try {
      for (const [index, family] of families.entries()) {
        // What this size and family may still use: its share of what is left, so that a slow one takes nothing from the others.
        const share = (budget - spent) / (families.length * (SIZE_CLASSES.length - step) - index);
        let used = 0;
        for (const variant of candidates[family]) {
          const known = before && timeAt(before, family, variant);
          if (before && (known === undefined || used + CAUTION * known * growth > share)) continue;
          if (used > share) continue;
          if (!(await idle())) break sizes;
          const found = await timeOf(ops, () => scratch.run(family, variant), share - used).catch(() => null);
          if (!found) continue; // a shader that this device refuses is no candidate here
          used += found.cost;
          spent += found.cost;
          times.push({ size, family, variant, milliseconds: found.milliseconds });
        }
        table[size] = { ...table[size], [family]: fastest(times.filter((time) => time.size === size && time.family === family), table[before ?? size][family]) };
      }
    } finally {
      scratch.free();
    }
  }
  return { table, times, spent };
}

/** The fastest variant; `standing` where nothing was measured, or nothing beats it clearly. */
function fastest(times: readonly CandidateTime[], standing: string): string {
  const best = times.reduce<CandidateTime | null>((least, time) => (least && least.milliseconds <= time.milliseconds ? least : time), null);
  const now = times.find((time) => time.variant === standing);
  return !best || (now && best.milliseconds > MARGIN * now.milliseconds) ? standing : best.variant;
}

/** Milliseconds of one run, and what finding it out cost. Short runs are repeated, within `allowed` milliseconds. */
async function timeOf<T extends Tensor>(ops: Ops<T>, run: () => void, allowed: number): Promise<{ milliseconds: number; cost: number }> {
  const once = await ops.timed(run);
  let { milliseconds } = once;
  let cost = milliseconds;
  // The first run by the clock on the wall waited for the compiler; by the device's own it may be shorter than a tick.
  if (milliseconds >= LONG_ENOUGH && once.clock === 'gpu') return { milliseconds, cost };
  const repeats = Math.min(MOST_REPEATS, Math.floor((allowed - cost) / CAUTION / Math.max(milliseconds, LONG_ENOUGH / MOST_REPEATS)));
  if (repeats < 1) return { milliseconds, cost };
  const again = await ops.timed(() => {
    for (let i = 0; i < repeats; i++) run();
  });
  milliseconds = again.milliseconds / repeats;
  cost += again.milliseconds;
  return { milliseconds, cost };
}

/** Tensors of one size with seeded content, and how each family's op runs on them. */
function scratchOf<T extends Tensor>(ops: Ops<T>, size: SizeClass) {
  const { heads, n, d } = PROBLEMS[size];
  const normal = (stream: number, ...shape: number[]) => ops.normal(shape, { seed: 1, stream });
  const [q, k, v, x] = [normal(1, heads, n, d), normal(2, heads, n, d), normal(3, heads, n, d), normal(4, heads, n, n)] as const;
  return {
    run(family: keyof KernelSet, variant: string) {
      switch (family) {
        case 'product':
          return ops.free(ops.scores(q, k, { variant: variant as KernelSet['product'] }), ops.weightedValues(x, v, { variant: variant as KernelSet['product'] }));
        case 'rows':
          return ops.free(ops.softmax(x, { variant: variant as KernelSet['rows'] }));
        case 'attention': {
          const { weights, output } = ops.attention({ q, k, v, scale: 1 / Math.sqrt(d), mask: { causal: true }, variant: variant as KernelSet['attention'] });
          return ops.free(weights, output);
        }
      }
    },
    free: () => ops.free(q, k, v, x),
  };
}
