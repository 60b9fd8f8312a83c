// c[z, i, j] = sum_p a[z, i, p] b[z, p, j] + bias[j]
//   a    (batch, m, k), or (batch, k, m) where it is transposed: the strides in `params` say which
//   b    (batch or 1, k, n), or transposed likewise
//   bias (n), read only where has_bias is 1
//   c    (batch, m, n)
// The plain version: one invocation per element, one multiply per two loads.
// use: grid
struct Params {
  m: u32, n: u32, k: u32, batch: u32,
  a_batch: u32, a_row: u32, a_col: u32, // distance in `a` from one matrix, row or column to the next
  b_batch: u32, b_row: u32, b_col: u32,
  has_bias: u32,
  first: u32, // matrix of the batch that the dispatch begins with
}

override WG: u32 = 64;
// Sums of this many products are added up: rounding errors grow with the longer of the two sums, not with k.
const CHUNK = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = linear_workgroup(group, groups) * WG + lane;
  if (at >= params.batch * params.m * params.n) { return; }
  let j = at % params.n;
  let i = at / params.n % params.m;
  let z = params.first + at / params.n / params.m;

  var from_a = z * params.a_batch + i * params.a_row;
  var from_b = z * params.b_batch + j * params.b_col;
  var total = 0.0;
  for (var start = 0u; start < params.k; start += CHUNK) {
    let count = min(CHUNK, params.k - start);
    var sum = 0.0;
    for (var p = 0u; p < count; p++) {
      sum = fma(a[from_a], b[from_b], sum);
      from_a += params.a_col;
      from_b += params.b_row;
    }
    total += sum;
  }
  if (params.has_bias == 1) { total += bias[j]; }
  c[params.first * params.m * params.n + at] = total;
}
