// rows[i, c] = the c-th normal of token ids[i] under the key: equal tokens have equal rows, whatever stands around them
//   ids  (n)      token numbers
//   rows (n, dim) N(0, 1)
//   key  (seed, stream)
// One invocation per four columns of a row.
// use: grid, philox, normal

struct Params { key: vec2u, n: u32, dim: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let quads = (params.dim + 3u) / 4u;
  let index = linear_workgroup(group, groups) * WG + lane;
  let row = index / quads;
  let quad = index % quads;
  if (row >= params.n) { return; }
  let drawn = normals(philox(vec4u(quad, ids[row], 0u, DRAW_EMBEDDING), params.key));
  let left = min(4u, params.dim - 4u * quad);
  let start = row * params.dim + 4u * quad;
  for (var c = 0u; c < left; c++) { rows[start + c] = drawn[c]; }
}
