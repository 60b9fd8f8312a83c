// c[z, i, j] = sum_p a[z, i, p] b[z, p, j] + bias[j]
//   a    (batch, m, k4) vec4f: rows padded with zeros to k4 = ceil(k / 4) vectors
//   b    (batch or 1, 4 k4, n4) vec4f: padded with zeros likewise, n4 = ceil(n / 4)
//   bias (n4) vec4f, read only where has_bias is 1
//   c    (batch, m, n4) vec4f
// Tiled: a workgroup computes 4 SIDE × 4 SIDE elements of c from tiles of a and b in workgroup memory, 4 × 4 of them per invocation.
// use: product_tile
// `first` is the matrix of the batch that the dispatch begins with.
struct Params { m: u32, k4: u32, n4: u32, b_batch: u32, has_bias: u32, first: u32 }

override SIDE: u32 = 16;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let z = params.first + group.z;
  let i = PRODUCT_TILE * group.y;
  let j4 = PRODUCT_TILE / 4 * group.x;
  let rows = product_tile(z, i, j4, 0, params.k4, lane);
  let vector = j4 + lane % SIDE;
  if (vector >= params.n4) { return; }
  let offset = select(vec4f(), bias[vector], params.has_bias == 1);
  for (var r = 0u; r < 4; r++) {
    let row = i + lane / SIDE + SIDE * r;
    if (row < params.m) { c[(z * params.m + row) * params.n4 + vector] = rows[r] + offset; }
  }
}

fn left_vector(z: u32, i: u32, p4: u32) -> vec4f {
  if (i >= params.m || p4 >= params.k4) { return vec4f(); }
  return a[(z * params.m + i) * params.k4 + p4];
}

fn right_vector(z: u32, p: u32, j4: u32) -> vec4f {
  if (p >= 4 * params.k4 || j4 >= params.n4) { return vec4f(); }
  return b[z * params.b_batch + p * params.n4 + j4];
}
