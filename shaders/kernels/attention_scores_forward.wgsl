// scores[h, i, j] = scale * sum_e q[h, i, e] k[h, j, e] where query i sees key j, MASKED elsewhere
//   q         (heads, m, d4) vec4f: queries, rows padded with zeros to d4 = ceil(d / 4) vectors
//   k         (heads, n, d4) vec4f: keys, padded likewise
//   mask_bits (n) documents, or (ceil(m n / 32)) bitmap, see lib/mask
//   scores    (heads, m, n4) vec4f: rows of n4 = ceil(n / 4) vectors, MASKED past column n
// First of three passes of the fused attention. One invocation computes 8 × 8 scores as four 4 × 4 matrices; a block in
// which no query sees a key is left out altogether, and its scores stay undefined.
// use: masked, mask, attention

struct Params { m: u32, n: u32, d4: u32, n4: u32, scale: f32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

override WX: u32 = 8;
override WY: u32 = 8;
// Sums over this many vectors (64 products) are added up: rounding errors grow with the longer of the two, not with d.
const CHUNK = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read> mask_bits: array<u32>;
@group(0) @binding(4) var<storage, read_write> scores: array<vec4f>;

@compute @workgroup_size(WX, WY)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = 8 * id.y;
  let j = 8 * id.x;
  let h = id.z;
  if (i >= params.m) { return; }
  let keys = keys_of_rows(i, 8u, params.m, params.n);
  if (j >= keys.y || j + 8 <= keys.x) { return; }

  // Rows past the end repeat the last one.
  let upper = (h * params.m + four_rows(i, params.m)) * params.d4;
  let lower = (h * params.m + four_rows(i + 4, params.m)) * params.d4;
  let left = (h * params.n + four_rows(j, params.n)) * params.d4;
  let right = (h * params.n + four_rows(j + 4, params.n)) * params.d4;

  var total00 = mat4x4f(); // column r holds the scores of query i + r
  var total01 = mat4x4f();
  var total10 = mat4x4f();
  var total11 = mat4x4f();
  for (var start = 0u; start < params.d4; start += CHUNK) {
    let end = min(start + CHUNK, params.d4);
    var sum00 = mat4x4f();
    var sum01 = mat4x4f();
    var sum10 = mat4x4f();
    var sum11 = mat4x4f();
    for (var e = start; e < end; e++) {
      let q0 = mat4x4f(q[upper.x + e], q[upper.y + e], q[upper.z + e], q[upper.w + e]);
      let q1 = mat4x4f(q[lower.x + e], q[lower.y + e], q[lower.z + e], q[lower.w + e]);
      let k0 = transpose(mat4x4f(k[left.x + e], k[left.y + e], k[left.z + e], k[left.w + e]));
      let k1 = transpose(mat4x4f(k[right.x + e], k[right.y + e], k[right.z + e], k[right.w + e]));
      sum00 += k0 * q0;
      sum01 += k1 * q0;
      sum10 += k0 * q1;
      sum11 += k1 * q1;
    }
    total00 += sum00;
    total01 += sum01;
    total10 += sum10;
    total11 += sum11;
  }
  store(h, i, j, total00);
  store(h, i, j + 4, total01);
  store(h, i + 4, j, total10);
  store(h, i + 4, j + 4, total11);
}

/// Scales, masks and writes the scores of queries i … i + 3 and keys j … j + 3.
fn store(h: u32, i: u32, j: u32, values: mat4x4f) {
  if (j >= 4 * params.n4) { return; }
  var rows = params.scale * values; // what is indexed at run time must lie in a variable
  let whole = all_visible(i, j, 4u, params.m, params.n);
  for (var r = 0u; r < min(4u, max(i, params.m) - i); r++) {
    var row = rows[r];
    if (!whole) {
      for (var s = 0u; s < 4; s++) {
        if (!visible(i + r, j + s, params.m, params.n)) { row[s] = MASKED; }
      }
    }
    scores[(h * params.m + i + r) * params.n4 + j / 4] = row;
  }
}
