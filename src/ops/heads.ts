import type { Gpu } from '../gpu';
import * as twin from '../reference/heads';
import { doubles, emptyOn, host, sizeOf, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';

export interface HeadOps<T extends Tensor> {
  /** x [n, heads · d] → [heads, n, d]. @throws when the width is no multiple of `heads`. */
  splitHeads(x: T, heads: number): T;
  /** x [heads, n, d] → [n, heads · d], the heads of a token side by side. */
  mergeHeads(x: T): T;
}

function splitExtents(shape: Shape, heads: number): { n: number; d: number } {
  const [n = 0, width = 0] = shape;
  if (shape.length !== 2 || !Number.isInteger(heads) || heads < 1 || width % heads !== 0) {
    throw new Error(`A tensor [${shape.join(', ')}] cannot be split into ${heads} heads: [n, heads · d] is needed.`);
  }
  return { n, d: width / heads };
}

function mergeExtents(shape: Shape): readonly [heads: number, n: number, d: number] {
  if (shape.length !== 3) throw new Error(`Heads to merge have shape [heads, n, d], not [${shape.join(', ')}].`);
  return shape as unknown as readonly [number, number, number];
}

const ELEMENTS_PER_WORKGROUP = 64;

export function gpuHeads(gpu: Gpu): HeadOps<GpuTensor> {
  const swap = (x: GpuTensor, rows: number, slices: number, width: number, shape: Shape) => {
    const swapped = emptyOn(gpu, shape, 'heads/swapped');
    gpu.run('heads_forward', {
      bindings: { x: x.buffer, swapped: swapped.buffer },
      uniforms: { rows, slices, width },
      overrides: { WG: ELEMENTS_PER_WORKGROUP },
      workgroups: Math.ceil(sizeOf(shape) / ELEMENTS_PER_WORKGROUP),
    });
    return swapped;
  };
  return {
    splitHeads(x, heads) {
      const { n, d } = splitExtents(x.shape, heads);
      return swap(x, n, heads, d, [heads, n, d]);
    },
    mergeHeads(x) {
      const [heads, n, d] = mergeExtents(x.shape);
      return swap(x, heads, n, d, [n, heads * d]);
    },
  };
}

export const referenceHeads: HeadOps<HostTensor> = {
  splitHeads(x, heads) {
    const { n, d } = splitExtents(x.shape, heads);
    return host([heads, n, d], twin.swapOuterAxes(doubles(x), n, heads, d));
  },
  mergeHeads(x) {
    const [heads, n, d] = mergeExtents(x.shape);
    return host([n, heads * d], twin.swapOuterAxes(doubles(x), heads, n, d));
  },
};
