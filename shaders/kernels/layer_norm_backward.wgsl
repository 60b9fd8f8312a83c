// dx[r, c] = rstd_r (g[r, c] - mean_c g - xhat[r, c] mean_c (g xhat)),  g = dy gamma,  xhat = (x - mean_r) rstd_r,
// of y[r, c] = (x[r, c] - mean_r) rstd_r gamma[c] + beta[c]
//   x     (rows, cols)
//   dy    (rows, cols) gradient of the loss with respect to y
//   mean  (rows)
//   rstd  (rows)
//   gamma (cols) or unread (has_gamma = 0: ones)
//   dx    (rows, cols)
// One invocation per row. The gradients of gamma and beta are norm_parameters_backward.
// use: grid

struct Params { rows: u32, cols: u32, has_gamma: u32 }

override WG: u32 = 64;
const BLOCK = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gamma: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = row * params.cols;
  let center = mean[row];
  let scale = rstd[row];

  var total = vec2f(); // sum of g, sum of g xhat
  for (var first = 0u; first < params.cols; first += BLOCK) {
    var part = vec2f();
    let stop = min(first + BLOCK, params.cols);
    for (var c = first; c < stop; c++) {
      let g = gradient(start, c);
      part += vec2f(g, g * (x[start + c] - center) * scale);
    }
    total += part;
  }
  let means = total / f32(params.cols);

  for (var c = 0u; c < params.cols; c++) {
    let normal = (x[start + c] - center) * scale;
    dx[start + c] = scale * ((gradient(start, c) - means.x) - normal * means.y);
  }
}

fn gradient(start: u32, c: u32) -> f32 {
  let g = dy[start + c];
  if (params.has_gamma != 0u) { return g * gamma[c]; }
  return g;
}
