// scores[h, i, j] = sum_e q[h, i, e] k[h, j, e]   (Q Kᵀ, every head in one dispatch)
//   q      (heads, m, d4) vec4f: queries, rows padded with zeros to d4 = ceil(d / 4) vectors
//   k      (heads, n, d4) vec4f: keys, padded likewise
//   scores (heads, m, n)
// Register-blocked: one invocation computes 4 × 4 scores, so that each value loaded is used four times. No barriers.
struct Params { m: u32, n: u32, d4: u32 }

override WX: u32 = 8;
override WY: u32 = 8;
// Sums over this many vectors (64 products) are added up: rounding errors grow with the longer of the two, not with d.
const CHUNK = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(WX, WY)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = 4 * id.y;
  let j = 4 * id.x;
  let h = id.z;
  if (i >= params.m || j >= params.n) { return; }
  // Rows past the end repeat the last one: their scores are not stored.
  var query = (h * params.m + four_rows(i, params.m)) * params.d4;
  var key = (h * params.n + four_rows(j, params.n)) * params.d4;

  var total = mat4x4f(); // column r holds the scores of query i + r
  for (var start = 0u; start < params.d4; start += CHUNK) {
    var sum = mat4x4f();
    for (var e = start; e < min(start + CHUNK, params.d4); e++) {
      let queries = mat4x4f(q[query.x + e], q[query.y + e], q[query.z + e], q[query.w + e]);
      let keys = mat4x4f(k[key.x + e], k[key.y + e], k[key.z + e], k[key.w + e]);
      sum += transpose(keys) * queries;
    }
    total += sum;
  }

  for (var r = 0u; r < min(4u, params.m - i); r++) {
    let row = (h * params.m + i + r) * params.n + j;
    for (var s = 0u; s < min(4u, params.n - j); s++) { scores[row + s] = total[r][s]; }
  }
}

fn four_rows(first: u32, count: u32) -> vec4u {
  return min(vec4u(first, first + 1, first + 2, first + 3), vec4u(count - 1));
}
