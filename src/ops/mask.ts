import type { Gpu, PooledBuffer } from '../gpu';
import * as twin from '../reference/mask';
import { asMatrices, doubles, emptyOn, host, integers, sizeOf, type GpuTensor, type HostTensor, type Tensor } from './tensor';

/** Which keys a query may see, as `MaskRule` (src/reference/mask.ts) says, with its arrays in the backend's tensors. */
export interface MaskSpec<T extends Tensor> extends Omit<twin.MaskRule, 'segments' | 'bitmap'> {
  /** u32 [n]: document of each position. */
  readonly segments?: T;
  /** u32 [ceil(m n / 32)]: one bit per cell, see `packBitmap`; the same for all matrices of the batch. */
  readonly bitmap?: T;
}

export interface MaskOps<T extends Tensor> {
  /** x [..., m, n] → [..., m, n]: visible cells copied, others MASKED. @throws when the spec does not fit m × n. */
  mask(x: T, spec: MaskSpec<T>): T;
}

/** The uniform fields of shaders/lib/mask.wgsl. */
export interface MaskUniforms {
  mask_flags: number;
  window: number;
  prefix: number;
  valid_keys: number;
}

const CAUSAL = 1;
const SEGMENTS = 2;
const BITMAP = 4;

/** The uniforms of a mask over m queries and n keys. @throws when the spec does not fit m × n. */
export function maskUniforms(spec: MaskSpec<Tensor>, m: number, n: number): MaskUniforms {
  checkMask(spec, m, n);
  return {
    mask_flags: (spec.causal ? CAUSAL : 0) | (spec.segments ? SEGMENTS : 0) | (spec.bitmap ? BITMAP : 0),
    window: spec.window ?? 0,
    prefix: Math.min(spec.prefix ?? 0, n),
    valid_keys: Math.min(spec.validKeys ?? n, n),
  };
}

/**
 * The buffer for a kernel's `mask_bits`.
 * @param standIn a buffer that the kernel only reads; it is bound, and never read as a mask, where the spec has no arrays
 */
export const maskBinding = (spec: MaskSpec<GpuTensor>, standIn: PooledBuffer): PooledBuffer =>
  (spec.segments ?? spec.bitmap)?.buffer ?? standIn;

/** A spec of the twins' tensors as the rule that the twins read. @throws when the spec does not fit m × n. */
export function maskRule(spec: MaskSpec<HostTensor>, m: number, n: number): twin.MaskRule {
  checkMask(spec, m, n);
  const { segments, bitmap, ...rest } = spec;
  return { ...rest, ...(segments && { segments: integers(segments) }), ...(bitmap && { bitmap: integers(bitmap) }) };
}

function checkMask(spec: MaskSpec<Tensor>, m: number, n: number): void {
  for (const field of ['window', 'prefix', 'validKeys'] as const) {
    const value = spec[field];
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) {
      throw new Error(`A mask's ${field} is ${value}; it must be a whole number, 0 or more.`);
    }
  }
  const { segments, bitmap } = spec;
  if (segments && bitmap) {
    throw new Error('A mask takes either segments or a bitmap; paint the segments into the bitmap (maskCells, packBitmap).');
  }
  if (segments && (segments.dtype !== 'u32' || sizeOf(segments.shape) !== n || m > n)) {
    throw new Error(
      `Segments hold one unsigned integer per position, and the queries are the last positions: ${n} values and at most ${n} queries ` +
        `are needed, but there are ${sizeOf(segments.shape)} of type ${segments.dtype} and ${m} queries.`,
    );
  }
  const words = Math.ceil((m * n) / 32);
  if (bitmap && (bitmap.dtype !== 'u32' || sizeOf(bitmap.shape) !== words)) {
    throw new Error(
      `A bitmap over ${m} × ${n} cells holds ${words} unsigned integers, but there are ${sizeOf(bitmap.shape)} of type ${bitmap.dtype}.`,
    );
  }
}

const WG = 64;
/** Cells of a row that one invocation copies: as many as a matrix of the mat4 kernel holds. */
const RUN = 16;

export function gpuMask(gpu: Gpu): MaskOps<GpuTensor> {
  return {
    mask(x, spec) {
      const { batch, rows: m, cols: n } = asMatrices(x.shape);
      const runs = Math.ceil(n / RUN);
      const masked = emptyOn(gpu, x.shape, 'mask/masked');
      const dispatch = {
        bindings: { x: x.buffer, mask_bits: maskBinding(spec, x.buffer), masked: masked.buffer },
        uniforms: { rows: batch * m, m, n, runs, ...maskUniforms(spec, m, n) },
        workgroups: Math.ceil((batch * m * runs) / WG),
      };
      if (n % RUN === 0) gpu.run('mask_forward.mat4', { ...dispatch, overrides: { WG } });
      else gpu.run('mask_forward', { ...dispatch, overrides: { WG, RUN } });
      return masked;
    },
  };
}

export const referenceMask: MaskOps<HostTensor> = {
  mask(x, spec) {
    const { batch, rows: m, cols: n } = asMatrices(x.shape);
    return host(x.shape, twin.mask(doubles(x), batch, m, n, maskRule(spec, m, n)));
  },
};
