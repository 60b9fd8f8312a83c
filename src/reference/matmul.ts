/** A batch of products: c[z] = op(a[z]) op(b[z]) + bias, where op transposes or not. */
export interface MatmulExtents {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** `a` is stored [batch, k, m]. */
  readonly transposeA: boolean;
  /** `b` is stored [batch, n, k]. */
  readonly transposeB: boolean;
  /** One matrix `b` for the whole batch. */
  readonly sharedB: boolean;
}

/**
 * Matrix product.
 * @param a [batch, m, k], or [batch, k, m] where it is transposed
 * @param b [batch, k, n], or [batch, n, k]; without the batch axis where it is shared
 * @param bias [n], added to every row; null for none
 * @returns [batch, m, n]
 */
export function matmul(a: Float64Array, b: Float64Array, bias: Float64Array | null, extents: MatmulExtents): Float64Array {
  const { batch, m, n, k, transposeA, transposeB, sharedB } = extents;
  const c = new Float64Array(batch * m * n);
  for (let z = 0; z < batch; z++) {
    const startA = z * m * k;
    const startB = sharedB ? 0 : z * k * n;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = bias ? bias[j]! : 0;
        for (let p = 0; p < k; p++) {
          const left = a[startA + (transposeA ? p * m + i : i * k + p)]!;
          const right = b[startB + (transposeB ? j * k + p : p * n + j)]!;
          sum += left * right;
        }
        c[(z * m + i) * n + j] = sum;
      }
    }
  }
  return c;
}
