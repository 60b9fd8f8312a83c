// c[z, i, j] = sum_p a[z, i, p] b[z, p, j] + bias[j]
//   a    (batch, m, k4) vec4f: rows padded with zeros to k4 = ceil(k / 4) vectors
//   b    (batch or 1, 4 k4, n4) vec4f: padded with zeros likewise, n4 = ceil(n / 4)
//   bias (n4) vec4f, read only where has_bias is 1
//   c    (batch, m, n4) vec4f
// Register-blocked: one invocation computes 8 × 8 elements of c as four 4 × 4 matrices, so that each value loaded is used
// eight times. No workgroup memory, no barriers.
struct Params { m: u32, k4: u32, n4: u32, b_batch: u32, has_bias: u32 }

override WX: u32 = 8;
override WY: u32 = 8;
// Sums over this many vectors (64 products) are added up: rounding errors grow with the longer of the two, not with k.
const CHUNK = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(WX, WY)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = 8 * id.y;
  let j4 = 2 * id.x;
  let z = id.z;
  if (i >= params.m || j4 >= params.n4) { return; }

  let k4 = params.k4;
  let n4 = params.n4;
  let row = (z * params.m + i) * k4;
  let column = z * params.b_batch + j4;

  var top_left = mat4x4f(); // column r holds row i + r of c
  var top_right = mat4x4f();
  var bottom_left = mat4x4f();
  var bottom_right = mat4x4f();
  for (var start = 0u; start < k4; start += CHUNK) {
    let end = min(start + CHUNK, k4);
    var sum00 = mat4x4f();
    var sum01 = mat4x4f();
    var sum10 = mat4x4f();
    var sum11 = mat4x4f();
    for (var p4 = start; p4 < end; p4++) {
      // Rows and columns past the end hold anything; their results are not stored.
      let x = row + p4;
      let top = mat4x4f(a[x], a[x + k4], a[x + 2 * k4], a[x + 3 * k4]);
      let bottom = mat4x4f(a[x + 4 * k4], a[x + 5 * k4], a[x + 6 * k4], a[x + 7 * k4]);
      let y = column + 4 * p4 * n4;
      let left = mat4x4f(b[y], b[y + n4], b[y + 2 * n4], b[y + 3 * n4]);
      let right = mat4x4f(b[y + 1], b[y + n4 + 1], b[y + 2 * n4 + 1], b[y + 3 * n4 + 1]);
      // WGSL's matrices are made of columns, and these of rows: so the factors stand the other way round.
      sum00 += left * top;
      sum01 += right * top;
      sum10 += left * bottom;
      sum11 += right * bottom;
    }
    top_left += sum00;
    top_right += sum01;
    bottom_left += sum10;
    bottom_right += sum11;
  }
  store(z, i, j4, top_left);
  store(z, i, j4 + 1, top_right);
  store(z, i + 4, j4, bottom_left);
  store(z, i + 4, j4 + 1, bottom_right);
}

/// Writes rows i … i + 3 of vector j4.
fn store(z: u32, i: u32, j4: u32, rows: mat4x4f) {
  let n4 = params.n4;
  let at = (z * params.m + i) * n4 + j4;
  let count = select(0u, params.m - min(i, params.m), j4 < n4);
  let offset = select(vec4f(), bias[j4], params.has_bias == 1);
  if (count > 0) { c[at] = rows[0] + offset; }
  if (count > 1) { c[at + n4] = rows[1] + offset; }
  if (count > 2) { c[at + 2 * n4] = rows[2] + offset; }
  if (count > 3) { c[at + 3 * n4] = rows[3] + offset; }
}
