import type { ProductVariant, RowVariant } from '../../ops';
import type { KernelName } from './params';

/** The kernels behind a name of the `kernel` parameter. */
export interface KernelPair {
  /** QKᵀ and weights · V. */
  readonly product: ProductVariant;
  /** The softmax. */
  readonly rows: RowVariant;
}

export const KERNEL_PAIRS: Readonly<Record<Exclude<KernelName, 'auto'>, KernelPair>> = {
  naive: { product: 'naive', rows: 'row' },
  blocked: { product: 'vec4', rows: 'row' },
  tiled: { product: 'tiled', rows: 'shared' },
  subgroups: { product: 'quads', rows: 'subgroups' },
};

/** The variants that a setting asks for; undefined where the device chooses. */
export function variantsOf(kernel: KernelName): { product: { variant?: ProductVariant }; rows: { variant?: RowVariant } } {
  if (kernel === 'auto') return { product: {}, rows: {} };
  const { product, rows } = KERNEL_PAIRS[kernel];
  return { product: { variant: product }, rows: { variant: rows } };
}
