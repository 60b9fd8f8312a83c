// scores[h, i, j] = scale * sum_e q[h, i, e] kt[h, e, j], where a query of the block sees a key of the block
//   q      (heads, m, d4) vec4f: queries, rows padded with zeros to d4 = ceil(d / 4) vectors
//   kt     (heads, 4 d4, n4) vec4f: keys, transposed, padded with zeros likewise, n4 = ceil(n / 4)
//   scores (heads, m, n4) vec4f
// As attention_scores_forward, first of three passes: a quad of invocations computes 16 × 64 scores in registers and shares
// the queries. A block in which no query sees a key is left out: its scores stay undefined, and so does what lies past
// column n.
// use: attention, quad_block
enable subgroups;

struct Params { m: u32, n: u32, d4: u32, n4: u32, scale: f32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

// Four invocations for each 16 rows.
override WG: u32 = 32;
// Sums over this many vectors (64 products) are added up: rounding errors grow with the longer of the two, not with d.
const CHUNK = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> kt: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scores: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) place: u32,
) {
  let first = QUAD_ROWS * group.y * (WG / 4);
  let keys = keys_of_rows(first, QUAD_ROWS * (WG / 4), params.m, params.n);
  let start4 = QUAD_VECTORS * group.x;
  if (4 * start4 >= keys.y || 4 * (start4 + QUAD_VECTORS) <= keys.x) { return; }

  let h = group.z;
  let i = first + QUAD_ROWS * (lane / 4);
  let j4 = start4 + LANE_VECTORS * (lane % 4);
  let query = (h * params.m + i + place % 4) * params.d4;
  let key = h * 4 * params.d4 * params.n4 + j4;
  var total: array<mat4x4f, 16>;
  for (var e = 0u; e < params.d4; e += CHUNK) {
    total = add_blocks(total, quad_block(query, params.d4, key, params.n4, e, min(e + CHUNK, params.d4)));
  }
  store_block(h, i, j4, total);
}

/// Scales and writes the scores of queries i … i + 3 in vector j4 of their rows.
fn store_vector(h: u32, i: u32, j4: u32, values: mat4x4f) {
  let rows = params.scale * values;
  let at = (h * params.m + i) * params.n4 + j4;
  let count = select(0u, params.m - min(i, params.m), j4 < params.n4);
  if (count > 0) { scores[at] = rows[0]; }
  if (count > 1) { scores[at + params.n4] = rows[1]; }
  if (count > 2) { scores[at + 2 * params.n4] = rows[2]; }
  if (count > 3) { scores[at + 3 * params.n4] = rows[3]; }
}

fn left_vector(at: u32) -> vec4f { return q[at]; }
fn right_vector(at: u32) -> vec4f { return kt[at]; }
