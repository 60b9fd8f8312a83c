import { Gpu } from '../../../src/gpu';
import { gpuOps, referenceOps } from '../../../src/ops';

let opened: Promise<Gpu> | null = null;

/** The test process's one GPU. A machine without a WebGPU device fails every kernel test, by intent. */
export function testGpu(): Promise<Gpu> {
  return (opened ??= Gpu.open());
}

/** Both backends: the same ops on the GPU and on the float64 twins. */
export async function backends() {
  const gpu = await testGpu();
  return { gpu, device: gpuOps(gpu), reference: referenceOps };
}

/** Largest absolute difference; NaN when either side has a NaN or the lengths differ, so that no comparison passes. */
export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return NaN;
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** Largest absolute difference over the largest absolute element of `expected`. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  return maxAbsDifference(actual, expected) / (scale || 1);
}

/** Seeded normals for test inputs (mulberry32 and Box–Muller); exact f32 values, so that both backends see the same. */
export function testNormals(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return Float32Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
}
