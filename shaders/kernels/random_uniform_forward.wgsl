// numbers[i] = ⌊bits[i] / 2⁸⌋ · 2⁻²⁴, in [0, 1); bits as in random_bits_forward
//   numbers (quads) of 4 × f32
//   key     (seed, stream)
// One invocation per quad; the last quad may write into the buffer's padding.
// use: grid, philox

struct Params { key: vec2u, quads: u32 }

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
  numbers[quad] = vec4f(tensor_words(quad, params.key) >> vec4u(8u)) * 0x1p-24;
}
