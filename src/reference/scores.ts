import { matmul } from './matmul';

/**
 * Q Kᵀ of every head (Vaswani et al. 2017, Attention Is All You Need, §3.2.1, before the scaling).
 * @param q queries [heads, m, d]
 * @param k keys [heads, n, d]
 * @returns scores [heads, m, n]
 */
export function scores(q: Float64Array, k: Float64Array, heads: number, m: number, n: number, d: number): Float64Array {
  return matmul(q, k, null, { batch: heads, m, n, k: d, transposeA: false, transposeB: true, sharedB: false });
}
