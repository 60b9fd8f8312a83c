import type { Gpu } from '../gpu';

/**
 * A matrix product: an element per invocation, a block in registers, tiles in workgroup memory, or a block in the registers of
 * four invocations that share what they load by subgroup operations.
 */
export type ProductVariant = 'naive' | 'vec4' | 'tiled' | 'quads';

/** A pass over rows: an invocation per row, or a workgroup per row that sums through its memory or by subgroup operations. */
export type RowVariant = 'row' | 'shared' | 'subgroups';

/** Attention that keeps its weights: products as above, or scores, mask and softmax in one kernel. */
export type AttentionVariant = 'vec4' | 'tiled' | 'quads' | 'fused';

/** What the kernels of one size class are. */
export interface KernelSet {
  readonly product: ProductVariant;
  readonly rows: RowVariant;
  readonly attention: AttentionVariant;
}

export const SIZE_CLASSES = ['small', 'medium', 'large'] as const;
/** Problems of one class take the same kernels. */
export type SizeClass = (typeof SIZE_CLASSES)[number];

/** Multiplications of a product below which it is small, and below which it is medium: (8, 64, 64)², (12, 256, 64)². */
const PRODUCT_BOUNDS = [2 ** 22, 2 ** 26] as const;
/** Cells of a pass over rows, likewise. */
const ROW_BOUNDS = [2 ** 17, 2 ** 20] as const;
/** A workgroup for a row shorter than this is mostly idle. */
const SHORT_ROW = 32;

const classOf = (size: number, [small, medium]: readonly [number, number]): SizeClass =>
  size < small ? 'small' : size < medium ? 'medium' : 'large';

export type KernelTable = Readonly<Record<SizeClass, KernelSet>>;

/** Which kernels a device's ops run where their caller does not say. Rules of thumb at first, measurements later. */
export class KernelChoices {
  #table: KernelTable;

  constructor(gpu: Gpu) {
    // A core of a CPU waits at every barrier, and pays for every load; a real GPU hides loads behind other threads.
    const rows: RowVariant = gpu.facts.software ? 'row' : gpu.has('subgroups') ? 'subgroups' : 'shared';
    const blocks: KernelSet = gpu.has('subgroups') ? { product: 'quads', rows, attention: 'quads' } : { product: 'vec4', rows, attention: 'fused' };
    const large: KernelSet = gpu.facts.software ? blocks : { product: 'tiled', rows, attention: 'tiled' };
    this.#table = { small: { product: 'vec4', rows, attention: 'vec4' }, medium: large, large };
  }

  /** The present table. */
  get table(): KernelTable {
    return this.#table;
  }

  /** Takes the kernels that were measured to be fastest. */
  adopt(table: KernelTable): void {
    this.#table = table;
  }

  /** @param multiplications batch · m · n · k of the product */
  product(multiplications: number): ProductVariant {
    return this.#table[classOf(multiplications, PRODUCT_BOUNDS)].product;
  }

  rows(rows: number, cols: number): RowVariant {
    return cols < SHORT_ROW ? 'row' : this.#table[classOf(rows * cols, ROW_BOUNDS)].rows;
  }

  /** @param multiplications heads · m · n · d */
  attention(multiplications: number): AttentionVariant {
    return this.#table[classOf(multiplications, PRODUCT_BOUNDS)].attention;
  }
}

const perGpu = new WeakMap<Gpu, KernelChoices>();

/** The one table of choices of a device, which every op on it asks. */
export function choicesOf(gpu: Gpu): KernelChoices {
  let choices = perGpu.get(gpu);
  if (!choices) perGpu.set(gpu, (choices = new KernelChoices(gpu)));
  return choices;
}

/** Invocations of a workgroup that has a row to itself: a power of two, no more than it needs. */
export const rowWorkgroup = (steps: number): number => Math.min(256, Math.max(32, 2 ** Math.ceil(Math.log2(Math.max(1, steps)))));
