import { describe, expect, it } from 'vitest';
import { Gpu } from '../../src/gpu';
import { choicesOf, gpuOps, KernelChoices } from '../../src/ops';
import { tune } from '../../src/ops/tuner';
import { backends } from './lib/backends';

describe('the tuner on this device', () => {
  it('ends within its 200 ms, and keeps nothing', async () => {
    const { device, gpu } = await backends();
    const before = gpu.memory().liveBuffers;
    const { times, spent, table } = await tune(device, { start: new KernelChoices(gpu).table, subgroups: gpu.has('subgroups'), software: gpu.facts.software, budget: 200, idle: async () => true });
    expect(gpu.memory().liveBuffers).toBe(before);
    expect(spent).toBeLessThanOrEqual(200);
    // Every family was measured at the smallest size; on a CPU without the kernels that take it seconds to compile.
    const small = times.filter(({ size }) => size === 'small').map(({ family, variant }) => `${family} ${variant}`);
    expect(small).toEqual(expect.arrayContaining(['product vec4', 'product naive', 'rows row', ...(gpu.has('subgroups') ? ['product quads'] : [])]));
    const costly = ['product tiled', 'attention vec4', 'attention fused'];
    if (gpu.facts.software) expect(small.filter((name) => costly.includes(name))).toEqual([]);
    else expect(small).toEqual(expect.arrayContaining(costly));
    for (const { milliseconds } of times) expect(milliseconds).toBeGreaterThanOrEqual(0);
    // On the software GPU a barrier costs more than it saves: whatever the noise, no product takes the tiles.
    if (gpu.facts.software) expect(table.medium.product).not.toBe('tiled');
  });

  it('is what the ops ask', async () => {
    const { device, gpu } = await backends();
    const choices = choicesOf(gpu);
    const before = choices.table;
    const set = { product: 'tiled', rows: 'shared', attention: 'tiled' } as const;
    choices.adopt({ small: set, medium: set, large: set });
    gpu.forgetKernels();
    const x = device.tensor(new Float32Array(2 * 40 * 40).fill(1), [2, 40, 40]);
    device.free(device.softmax(device.scores(x, x)), device.matmul(x, x));
    const { weights, output } = device.attention({ q: x, k: x, v: x, scale: 1 });
    device.free(weights, output, x);
    choices.adopt(before);
    await device.flush();
    expect(gpu.kernelsRun).toEqual(expect.arrayContaining([
      'scores_forward.tiled', 'softmax_forward.shared', 'matmul_forward.tiled',
      'attention_scores_forward.tiled', 'attention_weights_forward.shared', 'attention_output_forward.tiled',
    ]));
  });

  it('is not waited for while it compiles: the blocked kernel stands in for the quads', async () => {
    const gpu = await Gpu.open();
    expect(gpu.has('subgroups')).toBe(true); // or the device has no quads, and this test has nothing to say
    const ops = gpuOps(gpu);
    const set = { product: 'quads', rows: 'row', attention: 'quads' } as const;
    choicesOf(gpu).adopt({ small: set, medium: set, large: set });
    const x = ops.normal([2, 64, 64], { seed: 1, stream: 1 });
    const run = async () => {
      gpu.forgetKernels();
      const { weights, output } = ops.attention({ q: x, k: x, v: x, scale: 1 });
      const product = ops.matmul(x, x);
      ops.free(weights, output, product);
      await gpu.finish();
      return gpu.kernelsRun;
    };
    expect(await run()).toEqual(expect.arrayContaining(['attention_weights_forward.fused', 'attention_output_forward', 'matmul_forward.vec4']));
    await gpu.compiled();
    const ran = await run();
    expect(ran).toEqual(expect.arrayContaining(['attention_scores_forward.quads', 'attention_output_forward.quads', 'matmul_forward.quads']));
    expect(ran).not.toContain('matmul_forward.vec4');
    gpu.destroy();
  });
});
