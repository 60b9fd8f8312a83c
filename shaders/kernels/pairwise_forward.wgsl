// c[i] = a[i] + b[i], a[i] - b[i] or a[i] · b[i], as OPERATION says
//   a, b, c (quads) of 4 × f32; the last quad may reach into the buffers' padding
// One invocation per quad.
// use: grid

struct Params { quads: u32 }

const ADD = 0u;
const SUBTRACT = 1u;
override OPERATION: u32 = 0; // 2: multiply
override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let quad = linear_workgroup(group, groups) * WG + lane;
  if (quad >= params.quads) { return; }
  switch OPERATION {
    case ADD: { c[quad] = a[quad] + b[quad]; }
    case SUBTRACT: { c[quad] = a[quad] - b[quad]; }
    default: { c[quad] = a[quad] * b[quad]; }
  }
}
