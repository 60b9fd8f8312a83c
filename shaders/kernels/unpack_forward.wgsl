// unpacked[r, c] = packed[r, c]: rows of whole vec4f without their padding
//   packed   (rows, ceil(cols / 4)) vec4f
//   unpacked (rows, cols)
// use: grid
struct Params { rows: u32, cols: u32, cols4: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> packed: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> unpacked: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = linear_workgroup(group, groups) * WG + lane;
  if (at >= params.rows * params.cols4) { return; }
  let c = 4 * (at % params.cols4);
  let start = at / params.cols4 * params.cols + c;
  var four = packed[at];
  for (var s = 0u; s < min(4u, params.cols - c); s++) { unpacked[start + s] = four[s]; }
}
