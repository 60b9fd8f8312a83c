// What the assumptions predict: every figure for q, k ~ N(0, 1), without any vector of width d_k. Pure, float64.
import { normal, uniform } from '../../reference/random';
import { mean, median, share } from '../../reference/summary';
import type { Distribution } from './params';
import { CORRELATION, SHIFT, STREAMS, VALUE_WIDTH } from './spec';

/** Var(q·k) where all components are as the distribution says; d_k for independent ones of mean 0 and variance 1. */
export function scoreVariance(dist: Distribution, dk: number): number {
  switch (dist) {
    case 'normal':
    case 'uniform':
      return dk;
    case 'shifted': // (μ + a)(μ + b) has variance 1 + 2μ²
      return dk * (1 + 2 * SHIFT ** 2);
    case 'correlated': // E[(q·k)²] = Σ_cc' Corr(c, c')² = d + d(d − 1)ρ²
      return dk + dk * (dk - 1) * CORRELATION ** 2;
  }
}

/** E[x⁴] of a component of mean 0 and variance 1. */
const FOURTH_MOMENT: Readonly<Partial<Record<Distribution, number>>> = { normal: 3, uniform: 9 / 5 };

/**
 * Relative standard error of Var(q·k) over `draws` independent pairs of q and k [n, d_k] each; null where the components are
 * not independent, of mean 0 and variance 1.
 *
 * With A = QᵀQ/n and C = KᵀK/n the mean square of the scores is tr(AC), and A and C scatter around I by κ/n on the diagonal
 * and 1/n off it (κ = E[x⁴] − 1, 2 for the normal). So the square of the error is
 * 2κ/(n·d) + κ²/(n²·d) + 2(d − 1)/(n²·d), which is 4/(n·d) as long as d is small beside n, and levels out at 2/n².
 */
export function varianceError(dist: Distribution, n: number, dk: number, draws: number): number | null {
  const fourth = FOURTH_MOMENT[dist];
  if (fourth === undefined) return null;
  const kappa = fourth - 1;
  return Math.sqrt((2 * kappa) / (n * dk) + (kappa ** 2 + 2 * (dk - 1)) / (n * n * dk)) / Math.sqrt(draws);
}

/** From where on the typical row is one-hot: √(2 ln n) is the deviation at which independent normal scores freeze (Derrida 1981). */
export const freezingWidth = (n: number): number => 2 * Math.log(n);

/** What theory says of one side at one width. */
export interface Prediction {
  readonly entropy: number;
  readonly largest: number;
  readonly jacobian: number;
  readonly jacobianMedian: number;
  readonly jacobianSmall: number;
  readonly gradient: number;
  readonly gradientMedian: number;
}

/** Numbers that all widths share, so that the curve is smooth in d_k. */
export interface RowDraws {
  readonly n: number;
  readonly rows: number;
  /** Directions: N(0, 1) [rows, n], scores of a query of length 1. */
  readonly scores: Float64Array;
  /** N(0, 1) [rows, n], the gradient of the weights under a G of length 1. */
  readonly dweights: Float64Array;
  /** Length of G's row [rows]. */
  readonly gradLengths: Float64Array;
}

/** Numbers drawn for a prediction: 2¹⁹ scores, in as many rows as that gives. */
const SCORES = 2 ** 19;

export function rowDraws(n: number, rows = Math.max(512, Math.round(SCORES / n))): RowDraws {
  const draw = (offset: number) => normal(rows * n, { seed: 1, stream: STREAMS.theory + offset });
  return { n, rows, scores: draw(0), dweights: draw(1), gradLengths: chi(rows, VALUE_WIDTH, 2) };
}

/**
 * A row's exact law under q, k, V, G ~ N(0, 1), and its figures over many draws of it:
 *
 * - given q, its scores are independent N(0, ‖q‖²), and ‖q‖² is χ² with d_k degrees of freedom
 * - given g, dP is independent N(0, ‖g‖²), and ‖g‖² is χ² with 64
 * - given dS, ‖dS K‖² = (dS·x)² + ‖dS‖² χ² with d_k − 1, where x are the keys' parts along q
 */
export function predict({ n, rows, scores, dweights, gradLengths }: RowDraws, dk: number, factor: number): Prediction {
  const queryLengths = chi(rows, dk, 4);
  const across = chi(rows, dk - 1, 6);
  const [entropy, largest, jacobian, gradient] = [0, 1, 2, 3].map(() => new Float64Array(rows)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const p = new Float64Array(n);
  for (let row = 0; row < rows; row++) {
    const x = scores.subarray(row * n, (row + 1) * n);
    const dp = dweights.subarray(row * n, (row + 1) * n);
    const { peak, rest, top } = softmaxInto(p, x, factor * queryLengths[row]!);
    largest[row] = peak;
    entropy[row] = -peak * Math.log1p(-rest);
    let [squares, average] = [0, 0];
    for (let j = 0; j < n; j++) {
      if (j === top) continue;
      if (p[j]! > 0) entropy[row]! -= p[j]! * Math.log(p[j]!);
      squares += p[j]! ** 2;
      average += p[j]! * (dp[j]! - dp[top]!);
    }
    // ‖J‖² = Σ p² − 2 Σ p³ + (Σ p²)², with 1 − p of the largest weight written as the sum of the others
    let cubes = 0;
    for (let j = 0; j < n; j++) if (j !== top) cubes += p[j]! ** 2 * (1 - 2 * p[j]!);
    jacobian[row] = Math.sqrt(peak ** 2 * rest ** 2 + cubes + squares * (2 * peak ** 2 + squares));
    let [length, along] = [0, 0];
    for (let j = 0; j < n; j++) {
      const ds = p[j]! * (dp[j]! - dp[top]! - average);
      length += ds * ds;
      along += ds * x[j]!;
    }
    gradient[row] = factor * gradLengths[row]! * Math.sqrt(along ** 2 + length * across[row]! ** 2);
  }
  return {
    entropy: mean(entropy), largest: mean(largest),
    jacobian: mean(jacobian), jacobianMedian: median(jacobian), jacobianSmall: share(jacobian, (norm) => norm < 1e-3),
    gradient: mean(gradient), gradientMedian: median(gradient),
  };
}

/** softmax(deviation · x) into p; the largest weight, where it is, and the sum of the others, which 1 − peak would lose. */
function softmaxInto(p: Float64Array, x: Float64Array, deviation: number): { peak: number; rest: number; top: number } {
  let top = 0;
  for (let j = 1; j < x.length; j++) if (x[j]! > x[top]!) top = j;
  let others = 0;
  for (let j = 0; j < x.length; j++) {
    p[j] = Math.exp(deviation * (x[j]! - x[top]!));
    if (j !== top) others += p[j]!;
  }
  for (let j = 0; j < x.length; j++) p[j]! /= 1 + others;
  return { peak: p[top]!, rest: others / (1 + others), top };
}

/**
 * `count` lengths of vectors of `width` independent N(0, 1): the root of χ². Exact: sums of squares up to width 2, above it
 * the gamma variates of Marsaglia & Tsang 2000, which refuse less than one candidate in twenty.
 */
export function chi(count: number, width: number, offset: number): Float64Array {
  const stream = STREAMS.theory + offset;
  if (width <= 0) return new Float64Array(count);
  if (width <= 2) {
    const z = normal(count * width, { seed: 1, stream });
    return Float64Array.from({ length: count }, (_, i) => Math.hypot(...z.subarray(i * width, (i + 1) * width)));
  }
  const candidates = 2 * count + 64;
  const z = normal(candidates, { seed: 1, stream });
  const u = uniform(candidates, { seed: 1, stream: stream + 1 });
  const lengths = new Float64Array(count);
  const d = width / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  let filled = 0;
  for (let i = 0; filled < count; i++) {
    if (i === candidates) throw new Error(`${count} lengths of width ${width} took more than ${candidates} candidates.`);
    const v = (1 + c * z[i]!) ** 3;
    const accepted = v > 0 && Math.log(u[i]! + 2 ** -25) < 0.5 * z[i]! ** 2 + d - d * v + d * Math.log(v);
    if (accepted) lengths[filled++] = Math.sqrt(2 * d * v);
  }
  return lengths;
}
