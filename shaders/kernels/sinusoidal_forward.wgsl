// encoding[p, 2i] = sin(p · w_i), encoding[p, 2i+1] = cos(p · w_i), w_i = base^(-2i/dim)  (Vaswani et al. 2017, §3.5)
//   turns    (⌈dim/2⌉)  w_i / 2π as a 64-bit fraction of a turn (hi, lo)
//   encoding (n, dim)   an odd dim ends on a sine
// One invocation per pair of columns of a row.
// use: grid, circle

struct Params { n: u32, dim: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> turns: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> encoding: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let pairs = (params.dim + 1u) / 2u;
  let index = linear_workgroup(group, groups) * WG + lane;
  let row = index / pairs;
  let pair = index % pairs;
  if (row >= params.n) { return; }
  let at = row * params.dim + 2u * pair;
  let point = circle(turned(row, turns[pair]));
  encoding[at] = point.y;
  if (2u * pair + 1u < params.dim) { encoding[at + 1u] = point.x; }
}
