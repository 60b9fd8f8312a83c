// dx[h, p, pair i] = dy[h, p, pair i] turned back by p · base^(-2i/dim), the transpose (and inverse) of
// forward: y[h, p, pair i] = x[h, p, pair i] turned by p · base^(-2i/dim)
//   dy    (heads, n, dim) gradient at y
//   turns (⌈dim/2⌉)       base^(-2i/dim) / 2π as a 64-bit fraction of a turn (hi, lo)
//   dx    (heads, n, dim) gradient at x; the last column of an odd dim passes unturned
// One invocation per position and pair; the turn is worked out once for all heads.
// use: grid, circle

struct Params { heads: u32, n: u32, dim: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> turns: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let pairs = (params.dim + 1u) / 2u;
  let index = linear_workgroup(group, groups) * WG + lane;
  let position = index / pairs;
  let pair = index % pairs;
  if (position >= params.n) { return; }
  let first = position * params.dim + 2u * pair;
  let matrix = params.n * params.dim;
  let end = params.heads * matrix;
  if (2u * pair + 1u == params.dim) {
    for (var at = first; at < end; at += matrix) { dx[at] = dy[at]; }
    return;
  }
  let turn = circle(turned(position, turns[pair]));
  for (var at = first; at < end; at += matrix) {
    let a = dy[at];
    let b = dy[at + 1u];
    dx[at] = a * turn.x + b * turn.y;
    dx[at + 1u] = b * turn.x - a * turn.y;
  }
}
