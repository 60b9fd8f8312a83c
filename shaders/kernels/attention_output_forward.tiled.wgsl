// output[h, i, e] = sum_j weights[h, i, j] v[h, j, e]
//   weights (heads, m, n4) vec4f: rows of n4 = ceil(n / 4) vectors, zeros past column n
//   v       (heads, 4 n4, d4) vec4f: values, padded with zeros likewise, d4 = ceil(d / 4)
//   output  (heads, m, d4) vec4f
// As attention_output_forward, third of three passes, by tiles of 4 SIDE × 4 SIDE in workgroup memory. Only the keys that the
// tile's queries may see are read; the others have no weight.
// use: attention, product_tile

struct Params {
  m: u32, n: u32, n4: u32, d4: u32,
  mask_flags: u32, window: u32, prefix: u32, valid_keys: u32,
}

override SIDE: u32 = 16;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> v: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = PRODUCT_TILE * group.y;
  let e4 = PRODUCT_TILE / 4 * group.x;
  let keys = keys_of_rows(i, PRODUCT_TILE, params.m, params.n);
  let rows = product_tile(group.z, i, e4, keys.x / 4, (keys.y + 3) / 4, lane);
  let vector = e4 + lane % SIDE;
  for (var r = 0u; r < 4; r++) {
    let row = i + lane / SIDE + SIDE * r;
    if (row < params.m && vector < params.d4) { output[(group.z * params.m + row) * params.d4 + vector] = rows[r]; }
  }
}

fn left_vector(h: u32, i: u32, j4: u32) -> vec4f {
  if (i >= params.m || j4 >= params.n4) { return vec4f(); }
  return weights[(h * params.m + i) * params.n4 + j4];
}

fn right_vector(h: u32, j: u32, e4: u32) -> vec4f {
  if (j >= 4 * params.n4 || e4 >= params.d4) { return vec4f(); }
  return v[(h * 4 * params.n4 + j) * params.d4 + e4];
}
