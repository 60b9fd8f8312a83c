// parts[:, p, c] = (sum_r dy xhat, sum_r dy, count) over the rows r of chunk p,  xhat = (x - mean) rstd,
// of y = xhat gamma + beta (layer_norm_forward, rms_norm_forward with mean 0, batch_norm_forward)
//   x         (rows, cols)
//   dy        (rows, cols) gradient of the loss with respect to y
//   mean      (rows) or (cols): that of cell (r, c) lies at r row_step + c col_step; unread with centered = 0
//   rstd      likewise
//   row_valid (rows) 1 = counts, or unread (has_valid = 0: all count)
//   parts     (3, chunks, cols), added up by norm_parameters_merge_backward
// One invocation per chunk and column.
// use: grid

struct Params { rows: u32, cols: u32, chunk: u32, chunks: u32, row_step: u32, col_step: u32, centered: u32, has_valid: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> row_valid: array<u32>;
@group(0) @binding(6) var<storage, read_write> parts: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let id = linear_workgroup(group, groups) * WG + lane;
  let plane = params.chunks * params.cols;
  if (id >= plane) { return; }
  let c = id % params.cols;
  let first = (id / params.cols) * params.chunk;
  let stop = min(first + params.chunk, params.rows);

  var sum = vec3f();
  for (var row = first; row < stop; row++) {
    if (params.has_valid != 0u && row_valid[row] == 0u) { continue; }
    let statistic = row * params.row_step + c * params.col_step;
    var deviation = x[row * params.cols + c];
    if (params.centered != 0u) { deviation -= mean[statistic]; }
    let g = dy[row * params.cols + c];
    sum += vec3f(g * (deviation * rstd[statistic]), g, 1.0);
  }
  parts[id] = sum.x;
  parts[plane + id] = sum.y;
  parts[2u * plane + id] = sum.z;
}
