/** The GPU runtime below the ops: what is recorded runs once, in order, on the buffers it was recorded with. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DeviceLimitError, Gpu, KernelError, type KernelName } from '../../src/gpu';
import type * as Generated from '../../src/gpu/kernels.gen';
import type * as Sources from '../../src/gpu/sources';
import { gpuOps } from '../../src/ops';
import { maxAbsDifference, testGpu, testNormals } from './lib/backends';

/** Shaders that no file holds, for the faults that no file has. */
const planted = vi.hoisted(() => new Map<string, string>());
vi.mock('../../src/gpu/sources', async (original) => {
  const real = await original<typeof Sources>();
  return {
    ...real,
    wgslSource: (name: Sources.SourceName) => planted.get(name) ?? real.wgslSource(name),
    loadSource: async (name: Sources.SourceName) => (planted.has(name) ? undefined : real.loadSource(name)),
  };
});

vi.mock('../../src/gpu/kernels.gen', async (original) => {
  const real = await original<typeof Generated>();
  const y = { binding: 0, type: 'storage', visibility: 4 };
  const broken = ['broken_line', 'broken_library', 'broken_pipeline', 'broken_again'];
  return { ...real, KERNELS: { ...real.KERNELS, ...Object.fromEntries(broken.map((name) => [name, { bindings: { y }, overrides: [] }])) } };
});

let gpu: Gpu;
let ops: ReturnType<typeof gpuOps>;
beforeAll(async () => {
  gpu = await testGpu();
  ops = gpuOps(gpu);
});
afterEach(() => vi.restoreAllMocks());

const tensorOf = (...values: number[]) => ops.tensor(Float32Array.from(values), [values.length]);
const valuesOf = async (tensor: Parameters<typeof ops.read>[0]) => [...(await ops.read(tensor))];

describe('recorded commands', () => {
  it('run in order, a write after a use of the same recycled buffer included', async () => {
    const first = tensorOf(1, 2, 3, 4);
    const doubled = ops.scale(first, 2);
    ops.free(first);
    const second = tensorOf(10, 20, 30, 40);
    expect(second.buffer.id).toBe(first.buffer.id);
    const tripled = ops.scale(second, 3);
    expect(await valuesOf(doubled)).toEqual([2, 4, 6, 8]);
    expect(await valuesOf(tripled)).toEqual([30, 60, 90, 120]);
    ops.free(second, doubled, tripled);
  });

  it('run in order where an output takes the buffer of an input already used', async () => {
    const source = tensorOf(1, 2, 3, 4);
    const x = ops.scale(source, 1); // a buffer is wanted most by what had it before: another scaled tensor
    const y = ops.scale(x, 2);
    ops.free(x);
    const z = ops.scale(y, 5);
    expect(z.buffer.id).toBe(x.buffer.id);
    expect(await valuesOf(z)).toEqual([10, 20, 30, 40]);
    expect(await valuesOf(y)).toEqual([2, 4, 6, 8]);
    ops.free(source, y, z);
  });

  it('clear what a buffer held, after its last reader and before its next', async () => {
    const x = tensorOf(1, 2, 3, 4);
    const before = ops.scale(x, 1);
    gpu.clear(x.buffer, 8);
    const after = ops.scale(x, 1);
    expect(await valuesOf(before)).toEqual([1, 2, 3, 4]);
    expect(await valuesOf(after)).toEqual([0, 0, 3, 4]);
    ops.free(x, before, after);
  });

  it('keep their uniforms apart when there are more dispatches than the arena holds', async () => {
    const submit = vi.spyOn(gpu.device.queue, 'submit');
    const x = tensorOf(1);
    await ops.flush();
    submit.mockClear();
    // 64 KiB of uniforms at 256 bytes each: the arena is full after 256.
    const scaled = Array.from({ length: 700 }, (_, factor) => ops.scale(x, factor));
    await ops.flush();
    expect(submit).toHaveBeenCalledTimes(3);
    const all = await Promise.all(scaled.map((tensor) => ops.read(tensor)));
    expect(all.map(([value]) => value)).toEqual(Array.from({ length: 700 }, (_, factor) => factor));
    ops.free(x, ...scaled);
  });

  it('take one submit, however many stages they have', async () => {
    const x = tensorOf(...testNormals(64, 1));
    await ops.read(ops.softmax(ops.scale(x, 2)));
    const submit = vi.spyOn(gpu.device.queue, 'submit');
    for (const factor of [1, 2, 3]) gpu.stage(`s${factor}`, () => ops.free(ops.softmax(ops.scale(x, factor))));
    await ops.flush();
    expect(submit).toHaveBeenCalledTimes(1);
    ops.free(x);
  });

  it('are none: nothing is submitted', async () => {
    await ops.flush();
    const submit = vi.spyOn(gpu.device.queue, 'submit');
    await ops.flush();
    expect(submit).not.toHaveBeenCalled();
  });

  it('are encoded in the same task once every pipeline is ready', async () => {
    const x = tensorOf(1, 2);
    await ops.read(ops.scale(x, 2));
    const submit = vi.spyOn(gpu.device.queue, 'submit');
    ops.free(ops.scale(x, 3));
    void ops.flush();
    expect(submit).toHaveBeenCalledTimes(1);
    ops.free(x);
  });
});

describe('while pipelines compile', () => {
  it('several flushes, not awaited, keep their order', async () => {
    const fresh = await Gpu.open(); // no pipeline of it is compiled yet
    const on = gpuOps(fresh);
    const x = on.tensor([1, 2, 3, 4], [4]);
    const y = on.scale(x, 2);
    const flushes = [on.flush()];
    on.free(x);
    const z = on.tensor([5, 6, 7, 8], [4]); // into x's buffer, ready to be written at once
    flushes.push(on.flush());
    const sum = on.add(y, z);
    flushes.push(on.flush());
    const [ySeen, sumSeen] = [on.read(y), on.read(sum)];
    await Promise.all(flushes);
    expect([...(await ySeen)]).toEqual([2, 4, 6, 8]);
    expect([...(await sumSeen)]).toEqual([7, 10, 13, 16]);
    fresh.destroy();
  });

  it('compile each pipeline once, and once per set of overrides', async () => {
    const fresh = await Gpu.open();
    const on = gpuOps(fresh);
    const compile = vi.spyOn(fresh.device, 'createComputePipelineAsync');
    const x = on.tensor([1, 2, 3, 4], [4]);
    for (let i = 0; i < 5; i++) on.free(on.scale(x, i), on.add(x, x));
    await on.flush();
    for (let i = 0; i < 5; i++) on.free(on.subtract(x, x));
    await on.flush();
    expect(compile.mock.calls.map(([descriptor]) => descriptor.label?.split(' ')[0])).toEqual(['scale_forward', 'pairwise_forward', 'pairwise_forward']);
    fresh.destroy();
  });
});

describe('read', () => {
  it('brings slices from any element on', async () => {
    const x = tensorOf(...Array.from({ length: 1000 }, (_, i) => i));
    for (const [start, count] of [[0, 1], [1, 1], [999, 1], [7, 900], [0, 1000]] as const) {
      const slice = new Float32Array(await gpu.read(x.buffer, 4 * count, 4 * start));
      expect([...slice]).toEqual(Array.from({ length: count }, (_, i) => start + i));
    }
    ops.free(x);
  });

  it('brings bytes that are no whole words', async () => {
    const x = ops.tensor(Uint32Array.of(0x04030201, 0x08070605), [2]);
    expect([...new Uint8Array(await gpu.read(x.buffer, 5))]).toEqual([1, 2, 3, 4, 5]);
    ops.free(x);
  });

  it('gives the values of the moment it was asked, not of a later change', async () => {
    const x = tensorOf(1, 2);
    const reading = ops.read(x);
    gpu.write(x.buffer, Float32Array.of(8, 9));
    await ops.flush();
    expect([...(await reading)]).toEqual([1, 2]);
    expect(await valuesOf(x)).toEqual([8, 9]);
    ops.free(x);
  });

  it('asked for together shares one submit', async () => {
    const x = tensorOf(1, 2, 3);
    await ops.flush();
    const submit = vi.spyOn(gpu.device.queue, 'submit');
    const y = ops.scale(x, 2);
    const [a, b, c] = await Promise.all([ops.read(x), ops.read(y), ops.read(x)]);
    expect([[...a], [...b], [...c]]).toEqual([[1, 2, 3], [2, 4, 6], [1, 2, 3]]);
    expect(submit).toHaveBeenCalledTimes(1);
    ops.free(x, y);
  });

  it('gives its staging buffer back', async () => {
    const x = tensorOf(1, 2, 3);
    const before = gpu.memory().liveBuffers;
    await Promise.all([ops.read(x), ops.read(x), ops.read(x)]);
    expect(gpu.memory().liveBuffers).toBe(before);
    ops.free(x);
  });
});

describe('a grid of more workgroups than one side holds', () => {
  it.each([65_535, 65_536, 65_537, 131_071])('is folded: %i workgroups cover every cell once', async (workgroups) => {
    // One invocation per workgroup, each on its own quad; the last three cells of the buffer belong to nobody.
    const quads = workgroups;
    const bits = ops.tensor(new Uint32Array(4 * quads + 4).fill(7), [4 * quads + 4]);
    gpu.run('random_bits_forward', { bindings: { bits: bits.buffer }, uniforms: { key: [1, 2], quads }, overrides: { WG: 1 }, workgroups });
    const seen = await ops.readIntegers(bits);
    const expected = await ops.readIntegers(ops.randomBits([4 * quads], { seed: 1, stream: 2 }));
    expect(maxAbsDifference(seen.subarray(0, 4 * quads), expected)).toBe(0);
    expect([...seen.subarray(4 * quads)]).toEqual([7, 7, 7, 7]);
    ops.free(bits);
  });

  it('is refused where the caller laid it out', () => {
    const x = tensorOf(1);
    const dispatch = { bindings: { x: x.buffer, y: x.buffer }, uniforms: { factor: 1, quads: 1 }, workgroups: [1, 70_000, 1] } as const;
    expect(() => gpu.run('scale_forward', dispatch)).toThrow('Kernel scale_forward asks for a grid of 1 × 70000 × 1 workgroups; no side may exceed 65535.');
    ops.free(x);
  });
});

describe('a shader that does not compile', () => {
  // Dawn prints what nobody listens to, and these faults are meant.
  beforeAll(() => gpu.device.addEventListener('uncapturederror', (event) => event.preventDefault()));
  const run = (name: string) => {
    const y = gpu.allocate(16, 'test/y');
    gpu.run(name as KernelName, { bindings: { y }, uniforms: {}, workgroups: 1 } as never);
    gpu.release(y);
  };
  const good = '@group(0) @binding(0) var<storage, read_write> y: array<f32>;\n@compute @workgroup_size(1)\nfn main() {\n';

  it('is named with file and line', async () => {
    planted.set('kernels/broken_line', `// y = ?\n${good}  y[0] = nowhere;\n}\n`);
    run('broken_line');
    const error = await gpu.flush().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ kernel: 'broken_line', file: 'shaders/kernels/broken_line.wgsl', line: 5 });
    expect((error as Error).message).toMatch(/^The shader shaders\/kernels\/broken_line\.wgsl does not compile on this device: line 5: .*nowhere/s);
  });

  it('is named with the line in the library that is at fault', async () => {
    planted.set('lib/faulty', '// A library.\n\nfn one() -> f32 { return 1u; }\n');
    planted.set('kernels/broken_library', `// y = 1\n// use: grid, faulty\n${good}  y[0] = one();\n}\n`);
    run('broken_library');
    await expect(gpu.flush()).rejects.toMatchObject({ file: 'shaders/lib/faulty.wgsl', line: 3, kernel: 'broken_library' });
  });

  it('is named too where the fault shows only in the pipeline', async () => {
    planted.set('kernels/broken_pipeline', `// y = 0\n${good.replace('(1)', '(100000)')}  y[0] = 0;\n}\n`);
    run('broken_pipeline');
    await expect(gpu.flush()).rejects.toMatchObject({ name: 'KernelError', file: 'shaders/kernels/broken_pipeline.wgsl' });
  });

  it('fails its own flush alone, and again when it is tried again', async () => {
    planted.set('kernels/broken_again', `// y = ?\n${good}  y[0] = ;\n}\n`);
    const x = tensorOf(1, 2);
    await ops.flush();
    run('broken_again');
    const failing = gpu.flush();
    const y = ops.scale(x, 2);
    const following = ops.read(y);
    await expect(failing).rejects.toBeInstanceOf(KernelError);
    expect([...(await following)]).toEqual([2, 4]);
    run('broken_again');
    await expect(gpu.flush()).rejects.toBeInstanceOf(KernelError);
    expect(await valuesOf(y)).toEqual([2, 4]);
    ops.free(x, y);
  });

  it('fails the reads that were submitted with it, also where another flushed them', async () => {
    planted.set('kernels/broken_again', `// y = ?\n${good}  y[0] = ;\n}\n`);
    const x = tensorOf(1, 2);
    await ops.flush();
    run('broken_again');
    const reading = ops.read(x);
    const flush = gpu.flush();
    await expect(reading).rejects.toBeInstanceOf(KernelError);
    await expect(flush).rejects.toBeInstanceOf(KernelError);
    expect(await valuesOf(x)).toEqual([1, 2]);
    ops.free(x);
  });

  it('says which buffer a dispatch lacks, through the promise', async () => {
    const x = tensorOf(1);
    await ops.read(ops.scale(x, 1));
    gpu.run('scale_forward', { bindings: { x: x.buffer }, uniforms: { factor: 1, quads: 1 }, workgroups: 1 } as never);
    await expect(gpu.flush()).rejects.toThrow('Kernel scale_forward needs a buffer for "y".');
    ops.free(x);
  });
});

describe('a tensor that the device cannot hold', () => {
  it('is refused with what it needs, what the device allows, and what to do', () => {
    const limit = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize);
    const before = gpu.memory();
    expect(() => gpu.allocate(limit + 1, 'scores/scores')).toThrow(DeviceLimitError);
    expect(() => gpu.allocate(4 * limit, 'scores/scores')).toThrow(
      `scores/scores needs ${(4 * limit) / 2 ** 20} MiB in one buffer and this device allows ${limit / 2 ** 20} MiB: ` +
        'use a shorter sequence, fewer heads or a smaller d_k.',
    );
    expect(gpu.memory()).toEqual(before);
  });
});

describe('stage times', () => {
  it('name every stage of the last step, also where an upload divides it', async () => {
    if (!gpu.canTime) {
      // A device without timestamps says so and measures nothing.
      expect(gpu.has('timestamp-query')).toBe(false);
      expect(gpu.stageTimes).toBeNull();
      return;
    }
    gpu.timing = true;
    const x = tensorOf(...testNormals(4096, 1));
    gpu.stage('scale', () => ops.free(ops.scale(x, 2)));
    const row = tensorOf(1, 2, 3);
    gpu.stage('softmax', () => ops.free(ops.softmax(x)));
    gpu.stage('scale', () => ops.free(ops.scale(row, 2)));
    ops.free(ops.scale(row, 3)); // belongs to no stage
    await gpu.finish();
    await vi.waitFor(() => expect(Object.keys(gpu.stageTimes ?? {})).toEqual(['scale', 'softmax']));
    for (const time of Object.values(gpu.stageTimes!)) {
      expect(time).toBeGreaterThanOrEqual(0);
      expect(time).toBeLessThan(60_000); // milliseconds, not nanoseconds
    }
    gpu.timing = false;
    ops.free(x, row);
  });

  it('outside of a stage are none, and a stage ends where its body throws', async () => {
    const x = tensorOf(1);
    expect(() => gpu.stage('broken', () => { throw new Error('inside'); })).toThrow('inside');
    expect(gpu.stage('returns', () => 7)).toBe(7);
    ops.free(ops.scale(x, 1), x);
    await gpu.finish();
    expect(gpu.stageTimes ?? {}).not.toHaveProperty('broken');
  });
});
