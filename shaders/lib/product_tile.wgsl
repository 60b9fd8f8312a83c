// 4 SIDE × 4 SIDE elements of a product left · right by a workgroup of SIDE × SIDE invocations: what is loaded goes through
// workgroup memory and is used 4 SIDE times. The kernel declares the override SIDE (4, 8 or 16) and
//   fn left_vector(z: u32, i: u32, p4: u32) -> vec4f   elements 4 p4 … 4 p4 + 3 of row i of the left matrix, zeros outside
//   fn right_vector(z: u32, p: u32, j4: u32) -> vec4f  columns 4 j4 … 4 j4 + 3 of row p of the right matrix, zeros outside

override PRODUCT_TILE: u32 = 4 * SIDE;
// Vectors of a left row in one step: as many loads as invocations. It divides the chunk.
override PRODUCT_STEP: u32 = SIDE / 4;
// Sums over this many vectors (64 products) are added up: rounding errors grow with the longer of the two, not with k.
const PRODUCT_CHUNK = 16u;
// One more than the rows, so that neighbours lie in different banks.
override PRODUCT_PITCH: u32 = 4 * SIDE + 1;

var<workgroup> left_tile: array<vec4f, SIDE / 4 * (4 * SIDE + 1)>; // [PRODUCT_STEP][PRODUCT_PITCH]
var<workgroup> right_tile: array<vec4f, SIDE * SIDE>; // [4 PRODUCT_STEP][SIDE]

/// Column r: vector j4 + x of row i + y + SIDE r of the product over the vectors [first, end) of the left rows, where
/// lane = SIDE y + x. Every invocation of the workgroup calls it, with all but `lane` the same for all.
fn product_tile(z: u32, i: u32, j4: u32, first: u32, end: u32, lane: u32) -> mat4x4f {
  let x = lane % SIDE;
  let y = lane / SIDE;
  var total = mat4x4f();
  for (var chunk = first; chunk < end; chunk += PRODUCT_CHUNK) {
    var sum = mat4x4f();
    for (var start = chunk; start < min(chunk + PRODUCT_CHUNK, end); start += PRODUCT_STEP) {
      let part = lane % PRODUCT_STEP;
      left_tile[part * PRODUCT_PITCH + lane / PRODUCT_STEP] = left_vector(z, i + lane / PRODUCT_STEP, start + part);
      right_tile[lane] = right_vector(z, 4 * start + y, j4 + x);
      workgroupBarrier();
      for (var p = 0u; p < PRODUCT_STEP; p++) {
        let at = p * PRODUCT_PITCH + y;
        let rows = mat4x4f(left_tile[at], left_tile[at + SIDE], left_tile[at + 2 * SIDE], left_tile[at + 3 * SIDE]);
        let place = 4 * SIDE * p + x;
        let columns = mat4x4f(right_tile[place], right_tile[place + SIDE], right_tile[place + 2 * SIDE], right_tile[place + 3 * SIDE]);
        // WGSL's matrices are made of columns, and these of rows: so the factors stand the other way round.
        sum += columns * rows;
      }
      workgroupBarrier();
    }
    total += sum;
  }
  return total;
}
