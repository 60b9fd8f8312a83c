import { describe, expect, it } from 'vitest';
import type { Ops, Tensor } from '../../../src/ops';
import type { KernelSet, KernelTable } from '../../../src/ops/choice';
import { tune } from '../../../src/ops/tuner';

const rules: KernelSet = { product: 'vec4', rows: 'row', attention: 'vec4' };
const start: KernelTable = { small: rules, medium: rules, large: rules };

/** Ops of a device whose times a table gives: nanoseconds per cell of each variant. */
function deviceWith(cost: Readonly<Record<string, number>>, { clock = 'gpu' as 'gpu' | 'wall', refuses = '' } = {}) {
  let clockTime = 0;
  const live = new Set<Tensor>();
  const made = (shape: readonly number[]): Tensor => {
    const tensor: Tensor = { shape, dtype: 'f32' };
    live.add(tensor);
    return tensor;
  };
  const charge = (variant: string | undefined, cells: number) => {
    if (variant === refuses) throw new Error('this shader does not compile');
    clockTime += (cost[variant ?? ''] ?? 1) * cells * 1e-6;
  };
  const cells = (...shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const ops = {
    normal: (shape: readonly number[]) => made(shape),
    scores(q: Tensor, _k: Tensor, { variant }: { variant?: string } = {}) {
      charge(variant, cells(...q.shape) * q.shape[1]!);
      return made([1]);
    },
    weightedValues: () => made([1]),
    softmax(x: Tensor, { variant }: { variant?: string } = {}) {
      charge(variant, cells(...x.shape));
      return made([1]);
    },
    attention({ q, variant }: { q: Tensor; variant?: string }) {
      charge(variant, cells(...q.shape) * q.shape[1]!);
      return { weights: made([1]), output: made([1]) };
    },
    free: (...tensors: Tensor[]) => tensors.forEach((tensor) => live.delete(tensor)),
    async timed(body: () => void) {
      const before = clockTime;
      body();
      return { milliseconds: clockTime - before, clock };
    },
  } as unknown as Ops<Tensor>;
  return { ops, live, spent: () => clockTime };
}

const options = { start, subgroups: true, software: false, budget: 200, idle: async () => true };

describe('tune', () => {
  it('takes the fastest candidate of each family', async () => {
    const device = deviceWith({ tiled: 0.01, vec4: 0.1, naive: 1, fused: 0.05, row: 3, shared: 2, subgroups: 1 });
    const { table } = await tune(device.ops, options);
    expect(table).toEqual(Object.fromEntries(['small', 'medium', 'large'].map((size) => [size, { product: 'tiled', rows: 'subgroups', attention: 'tiled' }])));
  });

  it('leaves the choice that stands where nothing beats it clearly', async () => {
    const device = deviceWith({ vec4: 0.1, tiled: 0.097, fused: 0.1, naive: 0.2, row: 1, shared: 0.95, subgroups: 1 });
    expect((await tune(device.ops, options)).table).toEqual(start);
  });

  it.each(['gpu', 'wall'] as const)('stays within its budget on a device that is slow with some kernels, by the %s clock', async (clock) => {
    // As a software GPU: barriers cost several hundred times as much as arithmetic.
    const device = deviceWith({ vec4: 0.5, fused: 0.5, naive: 6, tiled: 10, row: 4, shared: 1500, subgroups: 1000 }, { clock });
    const { table, spent, times } = await tune(device.ops, options);
    expect(spent).toBeLessThanOrEqual(200);
    expect(spent).toBeCloseTo(device.spent(), 6);
    expect(table).toEqual(start);
    // What was slow at a small size is not tried at the next.
    expect(times.some(({ size, variant }) => size === 'medium' && variant === 'subgroups')).toBe(false);
    expect(times.some(({ size, variant }) => size === 'medium' && variant === 'vec4')).toBe(true);
  });

  it('leaves a size that it cannot afford to the choice of the size below', async () => {
    const device = deviceWith({ vec4: 1, tiled: 0.5, naive: 3, fused: 1, row: 1, shared: 1, subgroups: 1 });
    const { table, times } = await tune(device.ops, { ...options, budget: 60 });
    expect(times.some(({ size, family }) => size === 'large' && family === 'product')).toBe(false);
    expect(table.large.product).toBe(table.medium.product);
    expect(table.large.product).toBe('tiled');
  });

  it('passes over a kernel that the device refuses', async () => {
    const device = deviceWith({ tiled: 0.01, vec4: 0.1, naive: 1, fused: 0.1 }, { refuses: 'tiled' });
    const { table } = await tune(device.ops, options);
    expect(table.medium.product).toBe('vec4');
  });

  it('compiles no tiles and no fused attention on a CPU, where that takes seconds, and leaves their choice as it stands', async () => {
    const device = deviceWith({ tiled: 0.001, vec4: 0.1, quads: 0.05, naive: 1, fused: 0.001, row: 1, shared: 2, subgroups: 2 });
    const { times, table } = await tune(device.ops, { ...options, software: true });
    expect(new Set(times.map(({ family, variant }) => `${family} ${variant}`))).toEqual(
      new Set(['product vec4', 'product quads', 'product naive', 'rows row', 'rows shared', 'rows subgroups']),
    );
    expect(table.large).toEqual({ product: 'quads', rows: 'row', attention: start.large.attention });
  });

  it('has no candidate with subgroups where there are none', async () => {
    const device = deviceWith({ subgroups: 0.001 });
    const { times } = await tune(device.ops, { ...options, subgroups: false });
    expect(times.map(({ variant }) => variant)).not.toContain('subgroups');
    expect(times.map(({ variant }) => variant)).not.toContain('quads');
  });

  it('ends when the page says so, with what it has, and frees its tensors', async () => {
    let asked = 0;
    const device = deviceWith({ tiled: 0.01 });
    const { times } = await tune(device.ops, { ...options, idle: async () => ++asked <= 2 });
    expect(times).toHaveLength(2);
    expect(device.live.size).toBe(0);
  });
});
