import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/gpu/assemble';
import { wgslSource } from '../../src/gpu';
import { mulHigh, normals, philox, type RandomKey } from '../../src/reference/random';
import { mean } from '../../src/reference/summary';
import { backends, maxAbsDifference, testGpu } from './lib/backends';

/**
 * Radius below 5.78 with up to 5 ULP from √ and ÷ as WGSL allows (5e-7 of it), circle within 2e-7: below 5e-6; the
 * project promises 1e-5.
 */
const NORMAL_TOLERANCE = 1e-5;

const WG = 64; // invocations of four elements each
const counts = [1, 2, 3, 4, 5, 4 * WG - 1, 4 * WG, 4 * WG + 1, 1003];
const keys: RandomKey[] = [
  { seed: 0, stream: 0 },
  { seed: 1, stream: 7 },
  { seed: 0xffffffff, stream: 0x80000000 },
];
const cases = counts.flatMap((count) => keys.map((key) => [count, key] as const));

/** Published answers: kat_vectors of Random123 1.x for philox4x32 with 10 rounds, as [counter, key, result]. */
const knownAnswers = [
  [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
  [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]],
] as const;

/** Runs `expression` of a vec4u `x` and of the next vec4u `y` on the GPU, through the project's own libraries. */
async function onGpu(libraries: string, expression: string, inputs: readonly (readonly number[])[]): Promise<ArrayBuffer> {
  const { device } = await testGpu();
  const kernel = `// use: ${libraries}
    @group(0) @binding(0) var<storage, read> inputs: array<vec4u>;
    @group(0) @binding(1) var<storage, read_write> outputs: array<vec4u>;
    @compute @workgroup_size(1) fn main(@builtin(workgroup_id) id: vec3u) {
      let x = inputs[2u * id.x];
      let y = inputs[2u * id.x + 1u];
      outputs[id.x] = ${expression};
    }`;
  const { code } = assemble('kernels/test', (name) => (name === 'kernels/test' ? kernel : wgslSource(name)));
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const words = new Uint32Array(inputs.flatMap((input) => [...input, ...Array<number>(8 - input.length).fill(0)]));
  const bytes = 16 * inputs.length;
  const buffer = (size: number, usage: number) => device.createBuffer({ size, usage });
  const from = buffer(words.byteLength, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
  const to = buffer(bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  const staging = buffer(bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  device.queue.writeBuffer(from, 0, words);
  const entries = [from, to].map((bound, binding) => ({ binding, resource: { buffer: bound } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(inputs.length);
  pass.end();
  encoder.copyBufferToBuffer(to, 0, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const result = staging.getMappedRange().slice(0);
  for (const used of [from, to, staging]) used.destroy();
  return result;
}

describe('philox', () => {
  it.each(knownAnswers)('gives the published answer for counter %j under key %j', async (counter, key, answer) => {
    expect(philox(counter, key)).toEqual(answer);
    const words = await onGpu('philox', 'philox(x, y.xy)', [[...counter, ...key]]);
    expect([...new Uint32Array(words)]).toEqual(answer);
  });

  it('multiplies u32 to the high half exactly', async () => {
    const factors = [0, 1, 2, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xffff0000, 0xfffffffe, 0xffffffff];
    const pairs = factors.flatMap((a) => factors.map((b) => [a, b] as const));
    const exact = pairs.map(([a, b]) => Number((BigInt(a) * BigInt(b)) >> 32n));
    expect(pairs.map(([a, b]) => mulHigh(a, b))).toEqual(exact);
    const words = new Uint32Array(await onGpu('wide', 'vec4u(mul_high(x.x, x.y), 0u, 0u, 0u)', pairs));
    expect(pairs.map((_, i) => words[4 * i])).toEqual(exact);
  });
});

describe('random_bits and random_uniform', () => {
  it.each(cases)('equal their twins bit for bit: %i elements under %j', async (count, key) => {
    const { device, reference } = await backends();
    expect(await device.readIntegers(device.randomBits([count], key))).toEqual(
      await reference.readIntegers(reference.randomBits([count], key)),
    );
    expect(await device.read(device.uniform([count], key))).toEqual(await reference.read(reference.uniform([count], key)));
  });

  it('draw element i whatever the shape', async () => {
    const { device } = await backends();
    const key = { seed: 5, stream: 6 };
    const long = await device.readIntegers(device.randomBits([4096], key));
    for (const shape of [[7], [1, 64, 3], [3, 5, 7, 11]]) {
      const bits = await device.readIntegers(device.randomBits(shape, key));
      expect(bits).toEqual(long.slice(0, bits.length));
    }
  });

  it('keep below 1, from 0', async () => {
    const { device } = await backends();
    const numbers = await device.read(device.uniform([1 << 18], { seed: 3, stream: 1 }));
    const [low, high] = numbers.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)] as [number, number], [1, 0]);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThan(1);
    // The least of 2^18 draws lies beyond 64/2^18 with probability e^-64.
    expect(low).toBeLessThan(64 / 2 ** 18);
    expect(high).toBeGreaterThan(1 - 64 / 2 ** 18);
  });

  it('fill a grid beyond 65 535 workgroups', async () => {
    const { device } = await backends();
    const count = 65_535 * 4 * WG + 4 * WG + 3;
    const key = { seed: 11, stream: 0 };
    const tensor = device.randomBits([count], key);
    const bits = await device.readIntegers(tensor);
    device.free(tensor);
    const quad = Math.floor((count - 1) / 4);
    const last = philox([quad, 0, 0, 0], [key.seed, key.stream]);
    expect([...bits.slice(4 * quad)]).toEqual(last.slice(0, count - 4 * quad));
  });
});

describe('random_normal', () => {
  it.each(cases)('equals its twin: %i elements under %j', async (count, key) => {
    const { device, reference } = await backends();
    const actual = await device.read(device.normal([count], key));
    const expected = await reference.read(reference.normal([count], key));
    expect(maxAbsDifference(actual, expected)).toBeLessThanOrEqual(NORMAL_TOLERANCE);
  });

  it('scales by the deviation', async () => {
    const { device, reference } = await backends();
    const key = { seed: 2, stream: 3 };
    const actual = await device.read(device.normal([255], key, 0.02));
    const expected = await reference.read(reference.normal([255], key, 0.02));
    expect(maxAbsDifference(actual, expected)).toBeLessThanOrEqual(0.02 * NORMAL_TOLERANCE);
  });

  it('equals its twin at the ends of both words', async () => {
    const radiusWords = [0, 0xff, 0x100, 0x200, 0x5a827900, 0x7fffff00, 0x80000000, 0xb504f300, 0xb504f400, 0xfffffd00, 0xfffffe00, 0xffffffff];
    const angleWords = [0, 1, 0x1fffffff, 0x20000000, 0x3fffffff, 0x40000000, 0x5fffffff, 0x60000000, 0x80000000, 0xa0000000, 0xc0000000, 0xe0000000, 0xffffffff];
    const words = radiusWords.flatMap((a) => angleWords.map((b) => [a, b, b, a]));
    const actual = new Float32Array(await onGpu('normal', 'bitcast<vec4u>(normals(x))', words));
    const expected = words.flatMap((four) => normals(four));
    expect(maxAbsDifference(actual, expected)).toBeLessThanOrEqual(NORMAL_TOLERANCE);
  });

  it('has the moments of N(0, 1), and the twin agrees on many draws', async () => {
    const { device, reference } = await backends();
    const count = 1 << 18;
    const key = { seed: 42, stream: 1 };
    const numbers = await device.read(device.normal([count], key));
    const expected = await reference.read(reference.normal([count], key));
    expect(maxAbsDifference(numbers, expected)).toBeLessThanOrEqual(NORMAL_TOLERANCE);
    // Five standard errors of each sample moment: those of x, x², x³ and x⁴ have variances 1, 2, 15 and 96 over count.
    const moment = (power: number) => mean(numbers.map((x) => x ** power));
    const error = (variance: number) => 5 * Math.sqrt(variance / count);
    expect(Math.abs(moment(1))).toBeLessThan(error(1));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error(2));
    expect(Math.abs(moment(3))).toBeLessThan(error(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error(96));
  });

  it('is uncorrelated between seeds, between streams and with its own neighbours', async () => {
    const { device } = await backends();
    const count = 1 << 16;
    const draw = async (seed: number, stream: number) => device.read(device.normal([count], { seed, stream }));
    const base = await draw(1, 1);
    const others = [await draw(2, 1), await draw(1, 2), await draw(2, 2), await draw(1 + 2 ** 31, 1)];
    const neighbours = [1, 2, 3, 4].map((lag) => base.subarray(lag));
    // A correlation of independent draws has a standard error of 1/√count.
    for (const other of [...others, ...neighbours]) {
      const correlation = mean(other.map((x, i) => x * base[i]!));
      expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(count));
    }
  });
});
