// sums[t, c] = factor · Σ x[r, c] over the rows r = first + t · ROWS … first + (t+1) · ROWS - 1 that lie before `last`
//   x    (rows, cols)
//   sums (⌈(last - first) / ROWS⌉, cols)
// One invocation per column of a sum. Run again on its own sums until one row is left, with factor = 1 / rows at the end.
// use: grid

struct Params { cols: u32, first: u32, last: u32, factor: f32 }

override WG: u32 = 64;
override ROWS: u32 = 128;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = linear_workgroup(group, groups) * WG + lane;
  let c = index % params.cols;
  let first = params.first + (index / params.cols) * ROWS;
  if (first >= params.last) { return; }
  var sum = 0.0;
  for (var r = first; r < min(params.last, first + ROWS); r++) { sum += x[r * params.cols + c]; }
  sums[index] = params.factor * sum;
}
