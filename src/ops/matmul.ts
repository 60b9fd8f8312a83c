import type { Gpu } from '../gpu';
import * as twin from '../reference/matmul';
import { choicesOf, type ProductVariant } from './choice';
import { pack, padded } from './pack';
import { asMatrices, doubles, emptyOn, host, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';

export interface MatmulOptions<T extends Tensor> {
  /** `a` is stored [..., k, m]. */
  readonly transposeA?: boolean;
  /** `b` is stored [..., n, k]. */
  readonly transposeB?: boolean;
  /** [n], added to every row of the product. */
  readonly bias?: T;
  /** Which kernel runs; the op chooses when it is left out. The twin has one way only. */
  readonly variant?: ProductVariant;
  /** This matrix of the batch alone is computed, from 0; what the others then hold is undefined. All where it is left out. */
  readonly only?: number;
}

export interface MatmulOps<T extends Tensor> {
  /**
   * a [..., m, k] times b [..., k, n] → [..., m, n]. The leading axes are equal, or `b` is one matrix for all.
   * @throws when the shapes do not fit
   */
  matmul(a: T, b: T, options?: MatmulOptions<T>): T;
}

interface Plan extends twin.MatmulExtents {
  readonly shape: Shape;
  /** The matrices of the batch that are computed. */
  readonly first: number;
  readonly count: number;
}

/** Extents of a product. @throws when the shapes do not fit. */
function planOf(a: Shape, b: Shape, { transposeA = false, transposeB = false, bias, only }: MatmulOptions<Tensor>): Plan {
  const left = asMatrices(a);
  const right = asMatrices(b);
  const [m, k] = transposeA ? [left.cols, left.rows] : [left.rows, left.cols];
  const [inner, n] = transposeB ? [right.cols, right.rows] : [right.rows, right.cols];
  const sharedB = b.length === 2 && a.length > 2;
  const leading = a.slice(0, -2);
  const batchesFit = sharedB || (a.length === b.length && leading.every((extent, axis) => extent === b[axis]));
  if (k !== inner || !batchesFit) {
    const asked = `[${a.join(', ')}]${transposeA ? ' transposed' : ''} by [${b.join(', ')}]${transposeB ? ' transposed' : ''}`;
    throw new Error(`A product of ${asked} does not exist: inner extents ${k} and ${inner}, and the leading axes, must agree.`);
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== n)) {
    throw new Error(`A bias of shape [${bias.shape.join(', ')}] does not fit a product with ${n} columns; it must be [${n}].`);
  }
  if (only !== undefined && !(Number.isInteger(only) && only >= 0 && only < left.batch)) throw new Error(`There is no matrix ${only} in a batch of ${left.batch}.`);
  return { batch: left.batch, m, n, k, transposeA, transposeB, sharedB, shape: [...leading, m, n], first: only ?? 0, count: only === undefined ? left.batch : 1 };
}

const NAIVE_WORKGROUP = 64;
/** Side of the block of c that one invocation of the vec4 kernel computes. */
const BLOCK = 4;
/** Side of the tile of c that a workgroup of the tiled kernel computes. */
const TILE_SIDE = 16;
const TILE = 4 * TILE_SIDE;
/** The block that a quad of the quads kernels computes, as in shaders/lib/quad_block.wgsl. */
const QUAD = { rows: 16, cols: 64 } as const;
const MAX_BATCH = 65_535;

/** The variant to run now: the quads kernels take long to compile, and until they are there the blocked ones do their work. */
export function productNow(gpu: Gpu, wanted: ProductVariant): ProductVariant {
  return wanted !== 'quads' || gpu.isReady('matmul_forward.quads', quadOverrides(gpu)) ? wanted : 'vec4';
}

// As with blocks, one quad for a workgroup of SwiftShader's; elsewhere a few, which read the same columns.
const quadsPerWorkgroup = (gpu: Gpu): number => (gpu.facts.software ? 1 : 8);
export const quadOverrides = (gpu: Gpu) => ({ WG: 4 * quadsPerWorkgroup(gpu) });

/** Override and grid of a quads kernel over `batch` matrices of m × n elements. */
export function quadGrid(gpu: Gpu, m: number, n: number, batch: number) {
  const rows = QUAD.rows * quadsPerWorkgroup(gpu);
  return { overrides: quadOverrides(gpu), workgroups: [Math.ceil(n / QUAD.cols), Math.ceil(m / rows), batch] } as const;
}

export function gpuMatmul(gpu: Gpu): MatmulOps<GpuTensor> {
  // A workgroup of SwiftShader's runs on one core: small ones spread a small product over all cores.
  const side = gpu.facts.software ? 4 : 8;
  const choices = choicesOf(gpu);
  /** Blocks pay as soon as one fits; a batch beyond the grid's third side is left to the folded naive grid. */
  const choose = ({ m, n, k, batch }: Plan): ProductVariant =>
    m < 4 || n < 4 || batch > MAX_BATCH ? 'naive' : productNow(gpu, choices.product(batch * m * n * k));

  const naive = (a: GpuTensor, b: GpuTensor, bias: GpuTensor | undefined, plan: Plan, c: GpuTensor) => {
    const { m, n, k, transposeA, transposeB, sharedB, first, count } = plan;
    gpu.run('matmul_forward', {
      bindings: { a: a.buffer, b: b.buffer, bias: (bias ?? b).buffer, c: c.buffer },
      uniforms: {
        m, n, k, batch: count, has_bias: bias ? 1 : 0, first,
        a_batch: m * k, a_row: transposeA ? 1 : k, a_col: transposeA ? m : 1,
        b_batch: sharedB ? 0 : k * n, b_row: transposeB ? 1 : n, b_col: transposeB ? k : 1,
      },
      overrides: { WG: NAIVE_WORKGROUP },
      workgroups: Math.ceil((count * m * n) / NAIVE_WORKGROUP),
    });
  };

  const packed = (variant: 'vec4' | 'tiled' | 'quads', a: GpuTensor, b: GpuTensor, bias: GpuTensor | undefined, plan: Plan, c: GpuTensor) => {
    const { batch, m, n, k, transposeA, transposeB, sharedB, first, count } = plan;
    const left = pack(gpu, a, { batch, rows: m, cols: k, transposed: transposeA });
    const right = pack(gpu, b, { batch: sharedB ? 1 : batch, rows: k, cols: n, transposed: transposeB, rowMultiple: 4 });
    const rows = padded(gpu, c);
    const dispatch = {
      bindings: { a: left.buffer, b: right.buffer, bias: (bias ?? b).buffer, c: rows.buffer },
      uniforms: {
        m, k4: left.cols4, n4: right.cols4, has_bias: bias ? 1 : 0, first,
        b_batch: sharedB ? 0 : 4 * left.cols4 * right.cols4,
      },
    };
    const grid = (tile: number) => [Math.ceil(n / tile), Math.ceil(m / tile), count] as const;
    if (variant === 'tiled') gpu.run('matmul_forward.tiled', { ...dispatch, overrides: { SIDE: TILE_SIDE }, workgroups: grid(TILE) });
    else if (variant === 'quads') gpu.run('matmul_forward.quads', { ...dispatch, ...quadGrid(gpu, m, n, count) });
    else gpu.run('matmul_forward.vec4', { ...dispatch, overrides: { WX: side, WY: side }, workgroups: grid(BLOCK * side) });
    rows.unpack();
    left.release();
    right.release();
  };

  return {
    matmul(a, b, options = {}) {
      const plan = planOf(a.shape, b.shape, options);
      const c = emptyOn(gpu, plan.shape, 'matmul/c');
      const variant = options.variant ?? choose(plan);
      if (variant === 'naive') naive(a, b, options.bias, plan, c);
      else packed(variant, a, b, options.bias, plan, c);
      return c;
    },
  };
}

export const referenceMatmul: MatmulOps<HostTensor> = {
  matmul(a, b, options = {}) {
    const plan = planOf(a.shape, b.shape, options);
    const bias = options.bias ? doubles(options.bias) : null;
    const { m, n, k, sharedB, first, count } = plan;
    const left = doubles(a).subarray(first * m * k, (first + count) * m * k);
    const right = sharedB ? doubles(b) : doubles(b).subarray(first * k * n, (first + count) * k * n);
    const part = twin.matmul(left, right, bias, { ...plan, batch: count });
    if (count === plan.batch) return host(plan.shape, part);
    const whole = new Float64Array(plan.batch * m * n);
    whole.set(part, first * m * n);
    return host(plan.shape, whole);
  },
};
