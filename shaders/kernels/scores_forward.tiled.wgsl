// scores[h, i, j] = sum_e q[h, i, e] k[h, j, e]   (Q Kᵀ, every head in one dispatch)
//   q      (heads, m, d4) vec4f: queries, rows padded with zeros to d4 = ceil(d / 4) vectors
//   k      (heads, n, d4) vec4f: keys, padded likewise
//   scores (heads, m, n)
// Tiled: a workgroup computes 4 SIDE × 4 SIDE scores from tiles of q and k in workgroup memory, 4 × 4 of them per invocation.
// use: score_tile
struct Params { m: u32, n: u32, d4: u32 }

override SIDE: u32 = 16;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = SCORE_TILE * group.y;
  let j = SCORE_TILE * group.x;
  let rows = score_tile(group.z, i, j, lane);
  for (var r = 0u; r < 4; r++) {
    let row = i + lane / SIDE + SIDE * r;
    for (var s = 0u; s < 4; s++) {
      let column = j + lane % SIDE + SIDE * s;
      if (row < params.m && column < params.n) { scores[(group.z * params.m + row) * params.n + column] = rows[r][s]; }
    }
  }
}
