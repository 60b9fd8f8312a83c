// scores[h, i, j] = scale * sum_e q[h, i, e] k[h, j, e], where a query of the tile sees a key of the tile
//   q      (heads, m, d4) vec4f: queries, rows padded with zeros to d4 = ceil(d / 4) vectors
//   k      (heads, n, d4) vec4f: keys, padded likewise
//   scores (heads, m, 4 n4): rows of n4 = ceil(n / 4) vectors
// As attention_scores_forward, first of three passes, by tiles of 4 SIDE × 4 SIDE in workgroup memory. A tile in which no query
// sees a key is left out: its scores stay undefined, and so does what lies past column n.
// use: attention, score_tile

struct Params { m: u32, n: u32, d4: u32, n4: u32, scale: f32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

override SIDE: u32 = 16;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = SCORE_TILE * group.y;
  let j = SCORE_TILE * group.x;
  let keys = keys_of_rows(i, SCORE_TILE, params.m, params.n);
  if (j >= keys.y || j + SCORE_TILE <= keys.x) { return; }
  let rows = params.scale * score_tile(group.z, i, j, lane);
  for (var r = 0u; r < 4; r++) {
    let row = i + lane / SIDE + SIDE * r;
    for (var s = 0u; s < 4; s++) {
      let column = j + lane % SIDE + SIDE * s;
      if (row < params.m && column < params.n) { scores[(group.z * params.m + row) * 4 * params.n4 + column] = rows[r][s]; }
    }
  }
}
