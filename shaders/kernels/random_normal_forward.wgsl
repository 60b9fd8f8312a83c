// numbers[2i], numbers[2i+1] = σ √(-2 ln u) (cos, sin)(2π v), u in (0, 1] from bits[2i], v in [0, 1) from bits[2i+1]
//   numbers (quads) of 4 × f32
//   key     (seed, stream)
// One invocation per quad; the last quad may write into the buffer's padding.
// use: grid, philox, normal

struct Params { key: vec2u, quads: u32, deviation: f32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> numbers: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let quad = linear_workgroup(group, groups) * WG + lane;
  if (quad >= params.quads) { return; }
  numbers[quad] = params.deviation * normals(tensor_words(quad, params.key));
}
