// y[r, c] = x[r, c] rrms_r gamma[c],  rrms_r = 1 / sqrt(mean_c x^2 + eps)
//   x     (rows, cols)
//   gamma (cols) or unread (has_gamma = 0: ones)
//   y     (rows, cols)
//   rrms  (rows)
// One invocation per row.
// use: grid

struct Params { rows: u32, cols: u32, eps: f32, has_gamma: u32 }

override WG: u32 = 64;
const BLOCK = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> rrms: array<f32>;

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

  var squares = 0.0;
  for (var first = start; first < end; first += BLOCK) {
    var part = 0.0;
    let stop = min(first + BLOCK, end);
    for (var at = first; at < stop; at++) { part += x[at] * x[at]; }
    squares += part;
  }
  let scale = 1.0 / sqrt(squares / f32(params.cols) + params.eps);

  for (var c = 0u; c < params.cols; c++) {
    var value = x[start + c] * scale;
    if (params.has_gamma != 0u) { value *= gamma[c]; }
    y[start + c] = value;
  }
  rrms[row] = scale;
}
