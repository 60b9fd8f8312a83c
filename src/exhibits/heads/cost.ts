/** Numbers of learned parameters and of operations of one multi-head attention block, without biases. */
export interface Cost {
  /** W_Q, W_K and W_V: 3 · h · (d · d_k). */
  readonly projectionParameters: number;
  /** W_O: (h · d_k) · d. */
  readonly outputParameters: number;
  readonly parameters: number;
  /** 2 per multiply and add. X times the four matrices: 4 · 2 · n · d². */
  readonly projectionFlops: number;
  /** Q Kᵀ over all heads: h · 2 · n² · d_k. */
  readonly scoreFlops: number;
  /** Weights times V over all heads: h · 2 · n² · d_k. */
  readonly valueFlops: number;
  readonly matmulFlops: number;
  /** One exponential per cell and head: the only part that grows with h. */
  readonly exponentials: number;
}

/** The cost of h heads of width d_k = d / h over n tokens. */
export function costOf(d: number, h: number, n: number): Cost {
  const headDim = d / h;
  const projectionParameters = 3 * h * d * headDim;
  const outputParameters = h * headDim * d;
  const projectionFlops = 2 * n * (projectionParameters + outputParameters);
  const scoreFlops = h * 2 * n * n * headDim;
  const valueFlops = h * 2 * n * n * headDim;
  return {
    projectionParameters, outputParameters, parameters: projectionParameters + outputParameters,
    projectionFlops, scoreFlops, valueFlops, matmulFlops: projectionFlops + scoreFlops + valueFlops,
    exponentials: h * n * n,
  };
}
