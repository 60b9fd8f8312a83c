/** While a hand drags, what no one sees is left out; when it rests, or anything is read, everything is there. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { read, set, until, visit } from './lib/visit';

/** Notes how many matrices each product's dispatch computes: its third extent. */
const WATCH = `globalThis.products = [];
const { setPipeline, dispatchWorkgroups } = GPUComputePassEncoder.prototype;
GPUComputePassEncoder.prototype.setPipeline = function (pipeline) {
  this.kernel = pipeline.label;
  return setPipeline.call(this, pipeline);
};
GPUComputePassEncoder.prototype.dispatchWorkgroups = function (x, y = 1, z = 1) {
  if (this.kernel.startsWith('matmul_forward')) products.push(z);
  return dispatchWorkgroups.call(this, x, y, z);
};`;

const HEADS = 8;
const SETTING = { source: 'random', n: 128, heads: HEADS, dk: 64, scale: 0.3, stage: 'weights', head: 3, mask: 'none', kernel: 'blocked' } as const; // a kernel by name: none is tried on the device meanwhile

let lab: Lab;
beforeAll(async () => {
  lab = await visit({ initScript: WATCH });
});
afterAll(() => lab?.close());
beforeEach(async () => {
  await set(lab, { ...SETTING });
  await lab.page.evaluate(() => globalThis.lab.meters()); // figures whose kernels are still compiling would be dispatched amid the drag
});

/** Moves the slider of the factor as a hand does that has not let go yet; resolves with the first product of the frame. */
const drag = (share: number) =>
  lab.page.evaluate(async (to) => {
    const slider = [...document.querySelectorAll<HTMLInputElement>('input[type=range]')].find((input) => /factor/.test(input.labels?.[0]?.textContent ?? ''))!;
    slider.valueAsNumber = to;
    const { products } = globalThis as unknown as { products: number[] };
    products.length = 0; // the figures of the setting before may have come meanwhile; with a change under way none begin
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await globalThis.lab.drawn();
    return products[0]; // on a busy machine the hand has rested by now, and all follows
  }, share);
const products = () => lab.page.evaluate('[...products]') as Promise<number[]>;

test('a drag computes the outputs of the chosen head, and its end those of all', async () => {
  expect(await drag(0.8)).toBe(1);
  await until(lab, 'products.length > 1');
  await lab.page.evaluate(() => globalThis.lab.meters());
  const [first, ...rest] = await products();
  expect(first).toBe(1);
  expect(new Set(rest)).toEqual(new Set([HEADS])); // the outputs, and the gradient that is measured at rest
});

test('what is read amid a drag is whole', async () => {
  expect(await drag(0.75)).toBe(1);
  const output = await read(lab, 'output');
  expect((await products()).slice(0, 2)).toEqual([1, HEADS]);
  const [weights, v] = [await read(lab, 'weights'), await read(lab, 'v')];
  for (let head = 0; head < HEADS; head++) {
    for (const [row, column] of [[0, 0], [77, 31], [127, 63]] as const) {
      let sum = 0;
      for (let key = 0; key < 128; key++) sum += weights.data[(head * 128 + row) * 128 + key]! * v.data[(head * 128 + key) * 64 + column]!;
      expect(Math.abs(output.data[(head * 128 + row) * 64 + column]! - sum), `head ${head}`).toBeLessThan(1e-5);
    }
  }
});

test('where the outputs of all heads are on screen, they are computed', async () => {
  await set(lab, { stage: 'output' });
  expect(await drag(0.7)).toBe(HEADS);
});

test('another head is whole at once', async () => {
  await drag(0.72);
  await set(lab, { head: 5 });
  expect((await products()).at(-1)).toBe(HEADS);
});
