// dx[r, c] = rstd gamma (dy[r, c] - mean_r dy - xhat[r, c] mean_r (dy xhat)) with batch statistics,
// dx[r, c] = rstd gamma dy[r, c] with running ones; 0 in rows that do not count,
// of y[r, c] = (x[r, c] - mean[c]) rstd[c] gamma[c] + beta[c] = xhat gamma[c] + beta[c]
//   x         (rows, cols), rows = batch x tokens
//   dy        (rows, cols) gradient of the loss with respect to y
//   mean      (cols)
//   rstd      (cols)
//   gamma     (cols) or unread (has_gamma = 0: ones)
//   row_valid (rows) 1 = counts, 0 = padding, or unread (has_valid = 0: all count)
//   means     (2, cols): mean of dy xhat, mean of dy, from norm_parameters_merge_backward; unread with training = 0
//   dx        (rows, cols)
// One invocation per cell.
// use: grid

struct Params { cells: u32, cols: u32, has_gamma: u32, has_valid: u32, training: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gamma: array<f32>;
@group(0) @binding(6) var<storage, read> row_valid: array<u32>;
@group(0) @binding(7) var<storage, read> means: array<f32>;
@group(0) @binding(8) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = linear_workgroup(group, groups) * WG + lane;
  if (at >= params.cells) { return; }
  let row = at / params.cols;
  let c = at - row * params.cols;
  if (params.has_valid != 0u && row_valid[row] == 0u) {
    dx[at] = 0.0;
    return;
  }
  var g = dy[at];
  if (params.training != 0u) {
    let normal = (x[at] - mean[c]) * rstd[c];
    g = (g - means[params.cols + c]) - normal * means[c];
  }
  if (params.has_gamma != 0u) { g *= gamma[c]; }
  dx[at] = g * rstd[c];
}
