import type { Gpu } from '../gpu';
import * as twin from '../reference/random';
import type { RandomKey } from '../reference/random';
import { emptyOn, host, sizeOf, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';

export type { RandomKey };

/**
 * Seeded random tensors. Element i, counted in C order, depends on the key and i alone: not on the shape, not on the
 * device. Philox4x32-10 (Salmon et al. 2011).
 */
export interface RandomOps<T extends Tensor> {
  /** Uniformly distributed u32; the same bits on every backend. */
  randomBits(shape: Shape, key: RandomKey): T;
  /** Uniform in [0, 1), multiples of 2⁻²⁴; the same bits on every backend. */
  uniform(shape: Shape, key: RandomKey): T;
  /** N(0, deviation²), never beyond 5.77 deviations; backends agree within 1e-5 deviations. */
  normal(shape: Shape, key: RandomKey, deviation?: number): T;
}

const QUADS_PER_WORKGROUP = 64;

export function gpuRandom(gpu: Gpu): RandomOps<GpuTensor> {
  const grid = (shape: Shape, { seed, stream }: RandomKey) => {
    const quads = Math.ceil(sizeOf(shape) / 4);
    return {
      uniforms: { key: [seed >>> 0, stream >>> 0], quads },
      overrides: { WG: QUADS_PER_WORKGROUP },
      workgroups: Math.ceil(quads / QUADS_PER_WORKGROUP),
    };
  };
  return {
    randomBits(shape, key) {
      const bits = emptyOn(gpu, shape, 'random/bits', 'u32');
      gpu.run('random_bits_forward', { bindings: { bits: bits.buffer }, ...grid(shape, key) });
      return bits;
    },
    uniform(shape, key) {
      const numbers = emptyOn(gpu, shape, 'random/uniform');
      gpu.run('random_uniform_forward', { bindings: { numbers: numbers.buffer }, ...grid(shape, key) });
      return numbers;
    },
    normal(shape, key, deviation = 1) {
      const numbers = emptyOn(gpu, shape, 'random/normal');
      const { uniforms, ...rest } = grid(shape, key);
      gpu.run('random_normal_forward', { bindings: { numbers: numbers.buffer }, uniforms: { ...uniforms, deviation }, ...rest });
      return numbers;
    },
  };
}

export const referenceRandom: RandomOps<HostTensor> = {
  randomBits: (shape, key) => ({ shape, dtype: 'u32', data: twin.randomBits(sizeOf(shape), key) }),
  uniform: (shape, key) => host(shape, twin.uniform(sizeOf(shape), key)),
  normal: (shape, key, deviation = 1) => host(shape, twin.normal(sizeOf(shape), key, deviation)),
};
