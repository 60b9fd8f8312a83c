// y[i] = factor · x[i]; a masked cell stays masked
//   x, y (quads) of 4 × f32; the last quad may reach into the buffers' padding
// One invocation per quad.
// use: grid, masked

struct Params { factor: f32, quads: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let quad = linear_workgroup(group, groups) * WG + lane;
  if (quad >= params.quads) { return; }
  let cells = x[quad];
  y[quad] = select(params.factor * cells, vec4f(MASKED), cells <= vec4f(MASKED));
}
