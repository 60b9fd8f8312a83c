// What a row of weights tells once its largest weight p_m is kept apart: 1 - p_m is read as r = sum of the others, so that a row
// which is one-hot up to 1e-30 still has its entropy and its Jacobian to full relative accuracy:
//   |J|^2 / r^2 = p_m^2 (1 + Q) + sum q_i^2 (1 - 2 p_i) + (p_m^2 + r^2 Q) Q,   q_i = p_i / r, Q = sum q_i^2, i != m
// use: logarithm

const SMALLEST_NORMAL = 1.1754944e-38;

/// 1 / r, by which the others become q_i; 0 where there are none.
fn per_rest(rest: f32) -> f32 {
  return select(0.0, 1.0 / rest, rest >= SMALLEST_NORMAL);
}

/// -sum p ln p, from the largest weight, the sum of the others and their own part of the sum.
fn entropy_with(peak: f32, rest: f32, others: f32) -> f32 {
  return others - peak * select(log(max(peak, SMALLEST_NORMAL)), log_one_minus(min(rest, 0.5)), peak > 0.5);
}

/// |diag(p) - p p^T|_F, from the largest weight, the sum of the others, Q, and sum q_i^2 (1 - 2 p_i).
fn jacobian_norm(peak: f32, rest: f32, q: f32, rises: f32) -> f32 {
  let largest = peak * peak;
  return rest * sqrt(largest * (1.0 + q) + rises + (largest + rest * rest * q) * q);
}
