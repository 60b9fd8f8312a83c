// c[z, i, j] = sum_p a[z, i, p] b[z, p, j] + bias[j]
//   a    (batch, m, k4) vec4f: rows padded with zeros to k4 = ceil(k / 4) vectors
//   b    (batch or 1, 4 k4, n4) vec4f: padded with zeros likewise, n4 = ceil(n / 4)
//   bias (n4) vec4f, read only where has_bias is 1
//   c    (batch, m, n4) vec4f
// Register-blocked: one invocation computes 4 × 4 elements of c, so that each value loaded is used four times. No workgroup
// memory, no barriers. Larger blocks use each value more often, but take a CPU three times as long to compile.
// `first` is the matrix of the batch that the dispatch begins with.
struct Params { m: u32, k4: u32, n4: u32, b_batch: u32, has_bias: u32, first: u32 }

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
  let i = 4 * id.y;
  let j4 = id.x;
  let z = params.first + id.z;
  if (i >= params.m || j4 >= params.n4) { return; }

  let k4 = params.k4;
  let n4 = params.n4;
  let row = (z * params.m + i) * k4;
  let column = z * params.b_batch + j4;

  var total = mat4x4f(); // column r holds row i + r of c
  for (var start = 0u; start < k4; start += CHUNK) {
    let end = min(start + CHUNK, k4);
    var sum = mat4x4f();
    for (var p4 = start; p4 < end; p4++) {
      // Rows past the end hold anything; their results are not stored.
      let x = row + p4;
      let rows = mat4x4f(a[x], a[x + k4], a[x + 2 * k4], a[x + 3 * k4]);
      let y = column + 4 * p4 * n4;
      let columns = mat4x4f(b[y], b[y + n4], b[y + 2 * n4], b[y + 3 * n4]);
      // WGSL's matrices are made of columns, and these of rows: so the factors stand the other way round.
      sum += columns * rows;
    }
    total += sum;
  }

  let at = (z * params.m + i) * n4 + j4;
  let count = params.m - i;
  let offset = select(vec4f(), bias[j4], params.has_bias == 1);
  c[at] = total[0] + offset;
  if (count > 1) { c[at + n4] = total[1] + offset; }
  if (count > 2) { c[at + 2 * n4] = total[2] + offset; }
  if (count > 3) { c[at + 3 * n4] = total[3] + offset; }
}
