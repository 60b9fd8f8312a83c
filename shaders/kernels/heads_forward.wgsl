// swapped[s, r, e] = x[r, s, e]: the two outer axes change places
//   x       (rows, slices, width)
//   swapped (slices, rows, width)
// With x (n, h, d) this splits tokens into heads; with x (h, n, d) it merges them again.
// use: grid
struct Params { rows: u32, slices: u32, width: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> swapped: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = linear_workgroup(group, groups) * WG + lane;
  if (at >= params.rows * params.slices * params.width) { return; }
  let e = at % params.width;
  let r = at / params.width % params.rows;
  let s = at / params.width / params.rows;
  swapped[at] = x[(r * params.slices + s) * params.width + e];
}
