// divergence[i, a, b] = sum_j m_j f(e_j) / (2 ln 2),  m = (p + q) / 2, e = (p - q) / (p + q), p = weights[a, i, j], q = weights[b, i, j]
//   weights    (heads, rows, cols) distributions along the last axis
//   divergence (rows, heads, heads) Jensen–Shannon divergence in bits: 0 for equal rows, 1 for rows without a common key
// f(e) = (1 + e) ln(1 + e) + (1 - e) ln(1 - e) is what p ln(p / m) + q ln(q / m) becomes. It is even, so the result is
// symmetric to the bit, and 0 at 0, so equal heads give exactly 0. One invocation per pair a <= b of a row.
// use: grid, logarithm

struct Params { heads: u32, rows: u32, cols: u32 }

override WG: u32 = 64;
const BLOCK = 32u;
const PER_BIT = 0.72134752; // 1 / (2 ln 2)
const LN2 = 0.69314718;
const SMALLEST_NORMAL = 1.1754944e-38;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> divergence: array<f32>;

/// Below 1/2 the series e^2/1 + e^4/6 + e^6/15 + …, term e^2k / (k (2k - 1)), cut after k = 8 (relative 2e-8), so that
/// nearly equal weights keep their digits. Above, the logarithms, ln(1 + e) as ln 2 + ln(1 - (1 - e) / 2) since WGSL's own log
/// is coarse on [1/2, 2]; ln(1 - e) is kept finite at e = 1, where its factor is 0.
fn information(e: f32) -> f32 {
  let t = e * e;
  var series = 1.0 / 120.0;
  series = series * t + 1.0 / 91.0;
  series = series * t + 1.0 / 66.0;
  series = series * t + 1.0 / 45.0;
  series = series * t + 1.0 / 28.0;
  series = series * t + 1.0 / 15.0;
  series = series * t + 1.0 / 6.0;
  series = series * t + 1.0;
  let left = 1.0 - e;
  let direct = (1.0 + e) * (LN2 + log_one_minus(0.5 * left)) + left * log(max(left, SMALLEST_NORMAL));
  return select(direct, t * series, e < 0.5);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let heads = params.heads;
  let index = linear_workgroup(group, groups) * WG + lane;
  let i = index / (heads * heads);
  let a = index / heads % heads;
  let b = index % heads;
  if (i >= params.rows || a > b) { return; }
  let first_of_a = (a * params.rows + i) * params.cols;
  let first_of_b = (b * params.rows + i) * params.cols;
  var total = 0.0;
  for (var first = 0u; first < params.cols; first += BLOCK) {
    var part = 0.0;
    for (var j = first; j < min(first + BLOCK, params.cols); j++) {
      let p = weights[first_of_a + j];
      let q = weights[first_of_b + j];
      let sum = p + q;
      let e = abs(p - q) / max(sum, SMALLEST_NORMAL);
      part += sum * information(min(e, 1.0)) * 0.5;
    }
    total += part;
  }
  divergence[index] = PER_BIT * total;
  divergence[(i * heads + b) * heads + a] = PER_BIT * total;
}
