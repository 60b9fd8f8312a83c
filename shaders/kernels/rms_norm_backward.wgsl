// dx[r, c] = rrms_r (g[r, c] - xhat[r, c] mean_c (g xhat)),  g = dy gamma,  xhat = x rrms_r,
// of y[r, c] = x[r, c] rrms_r gamma[c]
//   x     (rows, cols)
//   dy    (rows, cols) gradient of the loss with respect to y
//   rrms  (rows)
//   gamma (cols) or unread (has_gamma = 0: ones)
//   dx    (rows, cols)
// One invocation per row. The gradient of gamma is norm_parameters_backward.
// use: grid

struct Params { rows: u32, cols: u32, has_gamma: u32 }

override WG: u32 = 64;
const BLOCK = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> rrms: array<f32>;
@group(0) @binding(4) var<storage, read> gamma: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = row * params.cols;
  let scale = rrms[row];

  var along = 0.0;
  for (var first = 0u; first < params.cols; first += BLOCK) {
    var part = 0.0;
    let stop = min(first + BLOCK, params.cols);
    for (var c = first; c < stop; c++) { part += gradient(start, c) * x[start + c] * scale; }
    along += part;
  }
  let mean_along = along / f32(params.cols);

  for (var c = 0u; c < params.cols; c++) {
    dx[start + c] = scale * (gradient(start, c) - x[start + c] * scale * mean_along);
  }
}

fn gradient(start: u32, c: u32) -> f32 {
  let g = dy[start + c];
  if (params.has_gamma != 0u) { return g * gamma[c]; }
  return g;
}
