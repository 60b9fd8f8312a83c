import { mask, type MaskRule } from './mask';
import { matmul } from './matmul';
import { scores } from './scores';
import { softmax } from './softmax';

/** Extents of one attention: q [heads, m, d], k [heads, n, d], v [heads, n, dv]. */
export interface AttentionExtents {
  readonly heads: number;
  readonly m: number;
  readonly n: number;
  readonly d: number;
  readonly dv: number;
}

/**
 * softmax(scale · Q Kᵀ, masked) V (Vaswani et al. 2017, Attention Is All You Need, eq. 1, with any scale and mask).
 * @returns weights [heads, m, n], zero where a query does not see a key, and output [heads, m, dv]
 */
export function attention(
  q: Float64Array, k: Float64Array, v: Float64Array, scale: number, rule: MaskRule, { heads, m, n, d, dv }: AttentionExtents,
): { weights: Float64Array; output: Float64Array } {
  const scaled = scores(q, k, heads, m, n, d).map((score) => scale * score);
  const weights = softmax(mask(scaled, heads, m, n, rule), heads * m, n);
  const product = { batch: heads, m, n: dv, k: n, transposeA: false, transposeB: false, sharedB: false };
  return { weights, output: matmul(weights, v, null, product) };
}
