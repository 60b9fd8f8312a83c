// scores[h, i, j] = sum_e q[h, i, e] k[h, j, e]   (Q Kᵀ, every head in one dispatch)
//   q      (heads, m, d) queries
//   k      (heads, n, d) keys
//   scores (heads, m, n)
// The plain version: one invocation per score.
// use: grid
struct Params { heads: u32, m: u32, n: u32, d: u32 }

override WG: u32 = 64;
// Sums of this many products are added up: rounding errors grow with the longer of the two sums, not with d.
const CHUNK = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<f32>;
@group(0) @binding(2) var<storage, read> k: array<f32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = linear_workgroup(group, groups) * WG + lane;
  if (at >= params.heads * params.m * params.n) { return; }
  let j = at % params.n;
  let row = at / params.n; // h * m + i
  let query = row * params.d;
  let key = (row / params.m * params.n + j) * params.d;
  var total = 0.0;
  for (var start = 0u; start < params.d; start += CHUNK) {
    var sum = 0.0;
    for (var e = start; e < min(start + CHUNK, params.d); e++) { sum = fma(q[query + e], k[key + e], sum); }
    total += sum;
  }
  scores[at] = total;
}
