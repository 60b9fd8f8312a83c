import { isMasked, MASKED } from './softmax';

/** The columns of a row's statistics. Scores and their variance count visible cells only. */
export const ROW_STATISTICS = {
  /** Largest score; MASKED where the row has no visible cell. */
  max: 0,
  /** Σ exp(score − max); 0 where the row has no visible cell. */
  sum: 1,
  /** −Σ p ln p, in nats. */
  entropy: 2,
  /** Largest weight. */
  peak: 3,
  /** Column of the largest weight (the first of equals); −1 where the row has no weight. */
  argmax: 4,
  /** Frobenius norm of the softmax's Jacobian diag(p) − ppᵀ. */
  jacobian: 5,
  /** Number of visible cells. */
  cells: 6,
  /** Biased variance of the visible scores. */
  variance: 7,
} as const;

/** Number of columns in ROW_STATISTICS. */
export const ROW_STATISTICS_WIDTH = 8;

/**
 * Statistics of each row. Weights of a row are taken to sum to 1: where the largest weight p_m is above 1/2, 1 − p_m is read
 * as the sum of the others, which f32 keeps when p_m has already rounded to 1.
 * @param masked scores [rows, cols], masked cells MASKED
 * @param weights their softmax [rows, cols]
 * @returns [rows, 8], columns as in ROW_STATISTICS
 */
export function rowStatistics(masked: Float64Array, weights: Float64Array, rows: number, cols: number): Float64Array {
  const statistics = new Float64Array(rows * ROW_STATISTICS_WIDTH);
  for (let row = 0; row < rows; row++) {
    const scores = masked.subarray(row * cols, (row + 1) * cols).filter((score) => !isMasked(score));
    const p = weights.subarray(row * cols, (row + 1) * cols);
    const max = scores.reduce((top, score) => Math.max(top, score), MASKED);
    const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(scores.length, 1);
    const { peak, argmax, rest, entropy } = concentration(p);
    const values: Record<keyof typeof ROW_STATISTICS, number> = {
      max,
      sum: scores.reduce((sum, score) => sum + Math.exp(score - max), 0),
      entropy,
      peak,
      argmax,
      jacobian: jacobianNorm(p, argmax, rest),
      cells: scores.length,
      variance: scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(scores.length, 1),
    };
    for (const [name, column] of Object.entries(ROW_STATISTICS)) {
      statistics[row * ROW_STATISTICS_WIDTH + column] = values[name as keyof typeof ROW_STATISTICS];
    }
  }
  return statistics;
}

/** Statistics [rows, 8] with zeros for what only the scores tell, whatever the weights. */
export function withoutScores(statistics: Float64Array): Float64Array {
  const { max, sum, variance } = ROW_STATISTICS;
  return statistics.map((value, at) => ([max, sum, variance] as number[]).includes(at % ROW_STATISTICS_WIDTH) ? 0 : value);
}

/** The largest weight, where it is, the sum of the others and the entropy of one row. */
function concentration(p: Float64Array) {
  let argmax = -1;
  let peak = 0;
  p.forEach((weight, at) => {
    if (weight > peak) [peak, argmax] = [weight, at];
  });
  let rest = 0;
  let entropy = 0;
  p.forEach((weight, at) => {
    if (at === argmax || weight === 0) return;
    rest += weight;
    entropy -= weight * Math.log(weight);
  });
  if (peak > 0) entropy -= peak * (peak > 0.5 ? Math.log1p(-rest) : Math.log(peak));
  return { peak, argmax, rest, entropy };
}

/** ‖diag(p) − ppᵀ‖_F with p_m factored out, see shaders/lib/concentration.wgsl. */
function jacobianNorm(p: Float64Array, argmax: number, rest: number): number {
  if (rest === 0) return 0;
  const largest = (p[argmax] ?? 0) ** 2;
  let shares = 0;
  let damped = 0;
  p.forEach((weight, at) => {
    if (at === argmax) return;
    const share = weight / rest;
    shares += share ** 2;
    damped += share ** 2 * (1 - 2 * weight);
  });
  return rest * Math.sqrt(largest * (1 + shares) + damped + (largest + rest ** 2 * shares) * shares);
}
