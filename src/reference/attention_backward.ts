/**
 * Gradient through the softmax: dS = P ∘ (dP − rowsum(dP ∘ P)). Rows of `weights` are taken to sum to 1, and gradients are
 * measured from that of the largest weight, see shaders/kernels/softmax_backward.wgsl.
 * @param weights [rows, cols]
 * @param dweights gradient with respect to the weights [rows, cols]
 * @returns gradient with respect to the masked, scaled scores [rows, cols]
 */
export function softmaxBackward(weights: Float64Array, dweights: Float64Array, rows: number, cols: number): Float64Array {
  const dscores = new Float64Array(weights.length);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    let peakAt = start;
    for (let at = start; at < start + cols; at++) if (weights[at]! > weights[peakAt]!) peakAt = at;
    const base = dweights[peakAt]!;
    let mean = 0;
    for (let at = start; at < start + cols; at++) mean += weights[at]! * (dweights[at]! - base);
    for (let at = start; at < start + cols; at++) dscores[at] = weights[at]! * (dweights[at]! - base - mean);
  }
  return dscores;
}
