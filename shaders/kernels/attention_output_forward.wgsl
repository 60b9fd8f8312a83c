// output[h, i, e] = sum_j weights[h, i, j] v[h, j, e]
//   weights (heads, m, n4) vec4f: rows of n4 = ceil(n / 4) vectors, zeros past column n
//   v       (heads, 4 n4, d4) vec4f: values, padded with zeros likewise, d4 = ceil(d / 4)
//   output  (heads, m, d4) vec4f
// Third of three passes of the fused attention. One invocation computes 8 × 8 outputs as four 4 × 4 matrices and reads
// only the keys that its queries may see; the others have no weight.
// use: attention

struct Params {
  m: u32, n: u32, n4: u32, d4: u32,
  mask_flags: u32, window: u32, prefix: u32, valid_keys: u32,
}

override WX: u32 = 8;
override WY: u32 = 8;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> v: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(WX, WY)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = 8 * id.y;
  let e4 = 2 * id.x;
  let h = id.z;
  if (i >= params.m || e4 >= params.d4) { return; }
  let keys = keys_of_rows(i, 8u, params.m, params.n);
  let n4 = params.n4;
  let d4 = params.d4;
  let row = (h * params.m + i) * n4;
  let column = h * 4 * n4 * d4 + e4;

  var sum00 = mat4x4f(); // column r holds the outputs of query i + r
  var sum01 = mat4x4f();
  var sum10 = mat4x4f();
  var sum11 = mat4x4f();
  for (var j4 = keys.x / 4; 4 * j4 < keys.y; j4++) {
    // Rows and columns past the end hold anything; their outputs are not stored.
    let w = row + j4;
    let w0 = mat4x4f(weights[w], weights[w + n4], weights[w + 2 * n4], weights[w + 3 * n4]);
    let w1 = mat4x4f(weights[w + 4 * n4], weights[w + 5 * n4], weights[w + 6 * n4], weights[w + 7 * n4]);
    let x = column + 4 * j4 * d4;
    let v0 = mat4x4f(v[x], v[x + d4], v[x + 2 * d4], v[x + 3 * d4]);
    let v1 = mat4x4f(v[x + 1], v[x + d4 + 1], v[x + 2 * d4 + 1], v[x + 3 * d4 + 1]);
    sum00 += v0 * w0;
    sum01 += v1 * w0;
    sum10 += v0 * w1;
    sum11 += v1 * w1;
  }
  store(h, i, e4, sum00);
  store(h, i, e4 + 1, sum01);
  store(h, i + 4, e4, sum10);
  store(h, i + 4, e4 + 1, sum11);
}

/// Writes the outputs of queries i … i + 3 in vector e4 of their rows.
fn store(h: u32, i: u32, e4: u32, rows: mat4x4f) {
  let at = (h * params.m + i) * params.d4 + e4;
  let count = select(0u, params.m - min(i, params.m), e4 < params.d4);
  if (count > 0) { output[at] = rows[0]; }
  if (count > 1) { output[at + params.d4] = rows[1]; }
  if (count > 2) { output[at + 2 * params.d4] = rows[2]; }
  if (count > 3) { output[at + 3 * params.d4] = rows[3]; }
}
