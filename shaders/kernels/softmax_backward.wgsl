// dscores[r, c] = p[r, c] (g[r, c] - sum_j p[r, j] g[r, j]), of weights[r, c] = exp(x[r, c] - max_r) / sum_c exp(x[r, c] - max_r)
//   weights  (rows, cols) p, sums to 1 along each row
//   dweights (rows, cols) g, gradient of the loss with respect to p
//   dscores  (rows, cols) gradient with respect to x; 0 in masked cells
// One invocation per row. Gradients are taken relative to that of the largest weight p_m, d_j = g_j - g_m: the mean
// mu = sum_{j != m} p_j d_j is then as small as the row is saturated, and dscores_m = -p_m mu, dscores_i = p_i (d_i - mu)
// keep their relative accuracy where p_m has rounded to 1.
// use: grid

struct Params { rows: u32, cols: u32 }

override WG: u32 = 64;
const BLOCK = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> dweights: array<f32>;
@group(0) @binding(3) var<storage, read_write> dscores: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = row * params.cols;
  let end = start + params.cols;

  var peak = weights[start];
  var peak_at = start;
  for (var at = start + 1u; at < end; at++) {
    let p = weights[at];
    if (p > peak) {
      peak = p;
      peak_at = at;
    }
  }

  let base = dweights[peak_at];
  var mean = 0.0;
  for (var first = start; first < end; first += BLOCK) {
    var part = 0.0;
    let stop = min(first + BLOCK, end);
    for (var at = first; at < stop; at++) { part += weights[at] * (dweights[at] - base); }
    mean += part;
  }

  for (var at = start; at < end; at++) { dscores[at] = weights[at] * ((dweights[at] - base) - mean); }
}
