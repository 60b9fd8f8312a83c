import { describe, expect, it } from 'vitest';
import { backends, testGpu } from './lib/backends';

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

describe('timing', () => {
  it('says how long the recorded work takes, by the device’s clock where it has one', async () => {
    const { gpu, device } = await backends();
    const a = device.normal([256, 256], { seed: 1, stream: 1 });
    const work = (times: number) => () => {
      for (let i = 0; i < times; i++) device.free(device.matmul(a, a));
    };
    await device.timed(work(1));
    const few: number[] = [];
    const many: number[] = [];
    for (let run = 0; run < 5; run++) {
      const once = await device.timed(work(1));
      expect(once.clock).toBe(gpu.canTime ? 'gpu' : 'wall');
      few.push(once.milliseconds);
      many.push((await device.timed(work(24))).milliseconds);
    }
    expect(median(few)).toBeGreaterThan(0);
    // Twenty-four times the work; a loaded machine may stretch either side, but hardly eightfold in the median of five.
    expect(median(many)).toBeGreaterThan(3 * median(few));
  });

  it('leaves the device’s own timing as it was, and runs the body once', async () => {
    const gpu = await testGpu();
    const { device } = await backends();
    gpu.timing = false;
    let runs = 0;
    await device.timed(() => {
      runs++;
      device.free(device.normal([4], { seed: 1, stream: 2 }));
    });
    expect(runs).toBe(1);
    expect(gpu.timing).toBe(false);
    expect(Object.keys(gpu.stageTimes ?? {}).filter((stage) => stage.startsWith('timed'))).toEqual([]);
  });

  it('goes by the clock on the wall where there are no timestamps', async () => {
    const { reference } = await backends();
    const { clock, milliseconds } = await reference.timed(() => reference.matmul(reference.normal([64, 64], { seed: 1, stream: 1 }), reference.normal([64, 64], { seed: 1, stream: 2 })));
    expect(clock).toBe('wall');
    expect(milliseconds).toBeGreaterThan(0);
  });
});
