// weights[h, i, j] = softmax_j(scale * sum_e q[h, i, e] k[h, j, e]) over the keys j that query i sees, zero for the others;
// a row that sees no key becomes zeros
//   q         (heads, m, d4) vec4f: queries, rows padded with zeros to d4 = ceil(d / 4) vectors
//   k         (heads, n, d4) vec4f: keys, padded likewise
//   mask_bits (n) documents, or (ceil(m n / 32)) bitmap, see lib/mask
//   weights   (heads, m, n4) vec4f: rows of n4 = ceil(n / 4) vectors, zeros past column n
// First of two passes: scores, mask and softmax at once. One invocation computes eight rows, the scores as four 4 × 4
// matrices at a time; eight rows fit into a core's cache, so that the softmax finds its scores there. No barriers.
// use: grid, weigh_row

struct Params {
  heads: u32, m: u32, n: u32, d4: u32, n4: u32, scale: f32,
  mask_flags: u32, window: u32, prefix: u32, valid_keys: u32,
}

override WG: u32 = 64;
// Sums over this many vectors (64 products) are added up: rounding errors grow with the longer of the two, not with d.
const CHUNK = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read> mask_bits: array<u32>;
@group(0) @binding(4) var<storage, read_write> weights: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let unit = linear_workgroup(group, groups) * WG + lane;
  let units = (params.m + 7) / 8;
  let h = unit / units;
  if (h >= params.heads) { return; }
  let i = 8 * (unit % units);
  let keys = keys_of_rows(i, 8u, params.m, params.n);
  for (var j = keys.x / 8 * 8; j < keys.y; j += 8) { score(h, i, j); }
  for (var r = i; r < min(i + 8, params.m); r++) { weigh_row(h * params.m + r); }
}

/// Writes the scores of queries i … i + 7 and keys j … j + 7.
fn score(h: u32, i: u32, j: u32) {
  let d4 = params.d4;
  let query = (h * params.m + i) * d4;
  let key = (h * params.n + j) * d4;
  var total00 = mat4x4f(); // column r holds the scores of query i + r
  var total01 = mat4x4f();
  var total10 = mat4x4f();
  var total11 = mat4x4f();
  for (var start = 0u; start < d4; start += CHUNK) {
    let end = min(start + CHUNK, d4);
    var sum00 = mat4x4f();
    var sum01 = mat4x4f();
    var sum10 = mat4x4f();
    var sum11 = mat4x4f();
    for (var e = start; e < end; e++) {
      // Rows past the end hold anything; their scores are not stored.
      let qe = query + e;
      let ke = key + e;
      let q0 = mat4x4f(q[qe], q[qe + d4], q[qe + 2 * d4], q[qe + 3 * d4]);
      let q1 = mat4x4f(q[qe + 4 * d4], q[qe + 5 * d4], q[qe + 6 * d4], q[qe + 7 * d4]);
      let k0 = transpose(mat4x4f(k[ke], k[ke + d4], k[ke + 2 * d4], k[ke + 3 * d4]));
      let k1 = transpose(mat4x4f(k[ke + 4 * d4], k[ke + 5 * d4], k[ke + 6 * d4], k[ke + 7 * d4]));
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
  store(h, i, j / 4, total00);
  store(h, i, j / 4 + 1, total01);
  store(h, i + 4, j / 4, total10);
  store(h, i + 4, j / 4 + 1, total11);
}

/// Scales and writes the scores of queries i … i + 3 in vector j4 of their rows.
fn store(h: u32, i: u32, j4: u32, values: mat4x4f) {
  let rows = params.scale * values;
  let at = (h * params.m + i) * params.n4 + j4;
  let count = select(0u, params.m - min(i, params.m), j4 < params.n4);
  if (count > 0) { weights[at] = rows[0]; }
  if (count > 1) { weights[at + params.n4] = rows[1]; }
  if (count > 2) { weights[at + 2 * params.n4] = rows[2]; }
  if (count > 3) { weights[at + 3 * params.n4] = rows[3]; }
}
