// bits[4b .. 4b+3] = philox((b, 0, 0, 0), (seed, stream))
//   bits (quads) of 4 × u32
//   key  (seed, stream)
// One invocation per quad; the last quad may write into the buffer's padding.
// use: grid, philox

struct Params { key: vec2u, quads: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> bits: array<vec4u>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let quad = linear_workgroup(group, groups) * WG + lane;
  if (quad >= params.quads) { return; }
  bits[quad] = tensor_words(quad, params.key);
}
