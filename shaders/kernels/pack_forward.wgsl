// packed[z, r, c] = source[z, r, c] for r < rows and c < cols, else 0: a matrix in rows of whole vec4f
//   source (batch, rows, cols), or (batch, cols, rows) where it is transposed: the strides in `params` say which
//   packed (batch, padded_rows, padded_cols / 4) vec4f
// Makes the fast kernels possible at any size and for any transpose, for one pass over the operand.
// use: grid
struct Params {
  rows: u32, cols: u32, padded_rows: u32, cols4: u32, batch: u32,
  batch_stride: u32, row_stride: u32, col_stride: u32,
}

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> packed: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = linear_workgroup(group, groups) * WG + lane;
  if (at >= params.batch * params.padded_rows * params.cols4) { return; }
  let c = 4 * (at % params.cols4);
  let r = at / params.cols4 % params.padded_rows;
  let z = at / params.cols4 / params.padded_rows;
  var four = vec4f();
  if (r < params.rows) {
    let start = z * params.batch_stride + r * params.row_stride;
    for (var s = 0u; s < min(4u, params.cols - c); s++) { four[s] = source[start + (c + s) * params.col_stride]; }
  }
  packed[at] = four;
}
