/**
 * Jensen–Shannon divergence of the heads' rows, pair by pair (Lin 1991): the entropy of the average less the average of the
 * entropies, in bits, so between 0 (the same weights) and 1 (no key in common).
 * @param weights [heads, rows, cols]
 * @returns [rows, heads, heads], symmetric with zeros on the diagonal
 */
export function jensenShannon(weights: Float64Array, heads: number, rows: number, cols: number): Float64Array {
  const divergence = new Float64Array(rows * heads * heads);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < heads; a++) {
      for (let b = a + 1; b < heads; b++) {
        let sum = 0;
        for (let j = 0; j < cols; j++) {
          sum += information(weights[(a * rows + i) * cols + j]!, weights[(b * rows + i) * cols + j]!);
        }
        divergence[(i * heads + a) * heads + b] = divergence[(i * heads + b) * heads + a] = sum / (2 * Math.LN2);
      }
    }
  }
  return divergence;
}

/** p ln(p / m) + q ln(q / m) with m = (p + q) / 2, as m · ((1 + e) ln(1 + e) + (1 − e) ln(1 − e)), e = |p − q| / (p + q). */
function information(p: number, q: number): number {
  const sum = p + q;
  if (sum === 0) return 0;
  const e = Math.abs(p - q) / sum;
  const right = e < 1 ? (1 - e) * Math.log1p(-e) : 0;
  return (sum / 2) * ((1 + e) * Math.log1p(e) + right);
}

/**
 * How far each row looks: the mean of |i − j| under the row's weights, with the m queries at the last m of the n positions.
 * @param weights [..., m, n], flat
 * @returns [..., m]; 0 for a row without weight
 */
export function attentionDistances(weights: Float64Array, rows: number, m: number, n: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const position = (row % m) + n - m;
    let distance = 0;
    let weight = 0;
    for (let j = 0; j < n; j++) {
      distance += weights[row * n + j]! * Math.abs(position - j);
      weight += weights[row * n + j]!;
    }
    return weight > 0 ? distance / weight : 0;
  });
}
