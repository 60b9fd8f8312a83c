// As scale_forward, for tensors whose number of elements is a multiple of 16:
// y[i] = factor · x[i]; a masked cell stays masked
//   x, y (matrices) of 4 × vec4
// One invocation per matrix, since a software GPU pays for each access and not for its width.
// use: grid, masked

struct Params { factor: f32, matrices: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<mat4x4f>;
@group(0) @binding(2) var<storage, read_write> y: array<mat4x4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = linear_workgroup(group, groups) * WG + lane;
  if (at >= params.matrices) { return; }
  let cells = x[at];
  y[at] = mat4x4f(scaled(cells[0]), scaled(cells[1]), scaled(cells[2]), scaled(cells[3]));
}

fn scaled(cells: vec4f) -> vec4f {
  return select(params.factor * cells, vec4f(MASKED), cells <= vec4f(MASKED));
}
