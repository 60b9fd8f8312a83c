// As mask_forward, for rows whose length is a multiple of 16:
// masked[b, i, j] = x[b, i, j] where query i sees key j, MASKED elsewhere
//   x         (batch, m, n / 16) of 4 × vec4: scores, sixteen of a row to a matrix
//   mask_bits (n) documents, or (ceil(m n / 32)) bitmap, see lib/mask
//   masked    (batch, m, n / 16) of 4 × vec4
// One invocation per matrix, since a software GPU pays for each access and not for its width.
// use: grid, visible_scores

struct Params { rows: u32, m: u32, n: u32, runs: u32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<mat4x4f>;
@group(0) @binding(2) var<storage, read> mask_bits: array<u32>;
@group(0) @binding(3) var<storage, read_write> masked: array<mat4x4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let id = linear_workgroup(group, groups) * WG + lane;
  let row = id / params.runs;
  if (row >= params.rows) { return; }
  let i = row % params.m;
  let first = 16u * (id - row * params.runs);
  let range = visible_range(i, params.m, params.n);
  let scores = x[id];
  if (!range_has_holes() && first >= range.x && first + 16u <= range.y) {
    masked[id] = scores;
    return;
  }
  masked[id] = mat4x4f(
    visible_scores(scores[0], i, first, range),
    visible_scores(scores[1], i, first + 4u, range),
    visible_scores(scores[2], i, first + 8u, range),
    visible_scores(scores[3], i, first + 12u, range),
  );
}
