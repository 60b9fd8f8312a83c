// y[r, c] = (x[r, c] - mean_r) rstd_r gamma[c] + beta[c],  mean_r = mean_c x,  rstd_r = 1 / sqrt(mean_c (x - mean_r)^2 + eps)
//   x     (rows, cols)
//   gamma (cols) or unread (has_gamma = 0: ones)
//   beta  (cols) or unread (has_beta = 0: zeros)
//   y     (rows, cols)
//   mean  (rows)
//   rstd  (rows)
// One workgroup per row, so that neighbours read neighbouring cells; sums and maxima through workgroup memory.
// use: grid, reduce_shared

struct Params { rows: u32, cols: u32, eps: f32, has_gamma: u32, has_beta: u32 }

override WG: u32 = 256;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> beta: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups);
  if (row >= params.rows) { return; }
  let start = row * params.cols;
  let cols = f32(params.cols);

  var part = 0.0;
  for (var c = lane; c < params.cols; c += WG) { part += x[start + c]; }
  let center = workgroup_sum(vec2f(part, 0.0), lane).x / cols;

  var own = vec2f(); // sum of d and of d^2, d = x - center: their mean is what rounding took from the center
  for (var c = lane; c < params.cols; c += WG) {
    let d = x[start + c] - center;
    own += vec2f(d, d * d);
  }
  let moments = workgroup_sum(own, lane) / cols;
  let drift = moments.x;
  let scale = 1.0 / sqrt(max(0.0, moments.y - drift * drift) + params.eps);

  for (var c = lane; c < params.cols; c += WG) {
    var value = ((x[start + c] - center) - drift) * scale;
    if (params.has_gamma != 0u) { value *= gamma[c]; }
    if (params.has_beta != 0u) { value += beta[c]; }
    y[start + c] = value;
  }
  if (lane == 0) {
    mean[row] = center + drift;
    rstd[row] = scale;
  }
}
