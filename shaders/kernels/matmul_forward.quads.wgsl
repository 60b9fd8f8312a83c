// c[z, i, j] = sum_p a[z, i, p] b[z, p, j] + bias[j]
//   a    (batch, m, k4) vec4f: rows padded with zeros to k4 = ceil(k / 4) vectors
//   b    (batch or 1, 4 k4, n4) vec4f: padded with zeros likewise, n4 = ceil(n / 4)
//   bias (n4) vec4f, read only where has_bias is 1
//   c    (batch, m, n4) vec4f
// A quad of invocations computes 16 × 64 elements of c in registers and shares the rows of a. No workgroup memory, no barriers.
// use: quad_block
enable subgroups;

// `first` is the matrix of the batch that the dispatch begins with.
struct Params { m: u32, k4: u32, n4: u32, b_batch: u32, has_bias: u32, first: u32 }

// Four invocations for each 16 rows.
override WG: u32 = 32;
// Sums over this many vectors (64 products) are added up: rounding errors grow with the longer of the two, not with k.
const CHUNK = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) place: u32,
) {
  let i = QUAD_ROWS * (group.y * (WG / 4) + lane / 4);
  let j4 = QUAD_VECTORS * group.x + LANE_VECTORS * (lane % 4);
  let z = params.first + group.z;
  let k4 = params.k4;
  let row = (z * params.m + i + place % 4) * k4;
  let column = z * params.b_batch + j4;

  var total: array<mat4x4f, 16>;
  for (var start = 0u; start < k4; start += CHUNK) {
    total = add_blocks(total, quad_block(row, k4, column, params.n4, start, min(start + CHUNK, k4)));
  }
  store_block(z, i, j4, total);
}

/// Writes rows i … i + 3 of vector j4.
fn store_vector(z: u32, i: u32, j4: u32, rows: mat4x4f) {
  let n4 = params.n4;
  let at = (z * params.m + i) * n4 + j4;
  let count = select(0u, params.m - min(i, params.m), j4 < n4);
  let offset = select(vec4f(), bias[j4], params.has_bias == 1);
  if (count > 0) { c[at] = rows[0] + offset; }
  if (count > 1) { c[at + n4] = rows[1] + offset; }
  if (count > 2) { c[at + 2 * n4] = rows[2] + offset; }
  if (count > 3) { c[at + 3 * n4] = rows[3] + offset; }
}

fn left_vector(at: u32) -> vec4f { return a[at]; }
fn right_vector(at: u32) -> vec4f { return b[at]; }
