// y[r, c] = (x[r, c] - mean[c]) rstd[c] gamma[c] + beta[c], 0 in rows that do not count
//   x         (rows, cols), rows = batch x tokens
//   mean      (cols) of the batch, or running
//   rstd      (cols) likewise
//   gamma     (cols) or unread (has_gamma = 0: ones)
//   beta      (cols) or unread (has_beta = 0: zeros)
//   row_valid (rows) 1 = counts, 0 = padding, or unread (has_valid = 0: all count)
//   y         (rows, cols)
// One invocation per cell.
// use: grid

struct Params { cells: u32, cols: u32, has_gamma: u32, has_beta: u32, has_valid: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gamma: array<f32>;
@group(0) @binding(5) var<storage, read> beta: array<f32>;
@group(0) @binding(6) var<storage, read> row_valid: array<u32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;

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
    y[at] = 0.0;
    return;
  }
  var value = (x[at] - mean[c]) * rstd[c];
  if (params.has_gamma != 0u) { value *= gamma[c]; }
  if (params.has_beta != 0u) { value += beta[c]; }
  y[at] = value;
}
