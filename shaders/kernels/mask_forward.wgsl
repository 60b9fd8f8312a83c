// masked[b, i, j] = x[b, i, j] where query i sees key j, MASKED elsewhere
//   x         (batch, m, n) scores
//   mask_bits (n) documents, or (ceil(m n / 32)) bitmap, see lib/mask
//   masked    (batch, m, n)
// One invocation per four cells, whatever row they lie in.
// use: grid, masked, mask

struct Params { cells: u32, m: u32, n: u32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

override WG: u32 = 64;
const CELLS_PER_INVOCATION = 4u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> mask_bits: array<u32>;
@group(0) @binding(3) var<storage, read_write> masked: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let start = (linear_workgroup(group, groups) * WG + lane) * CELLS_PER_INVOCATION;
  let end = min(start + CELLS_PER_INVOCATION, params.cells);
  for (var at = start; at < end; at++) {
    let row = at / params.n;
    let seen = visible(row % params.m, at - row * params.n, params.m, params.n);
    masked[at] = select(MASKED, x[at], seen);
  }
}
