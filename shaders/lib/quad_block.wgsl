// 16 × 64 elements of a product left · right by a quad, four invocations that see each other's registers. Each loads every
// fourth row of the left block once and gets the other rows from its neighbours; the 64 columns are shared out among them,
// 16 each. So a value loaded is used 16 times by one invocation and 64 times by the quad, without workgroup memory or barriers.
// The kernel declares `enable subgroups;` and
//   fn left_vector(at: u32) -> vec4f    vector `at` of the left matrix, whose rows are vectors of four
//   fn right_vector(at: u32) -> vec4f   vector `at` of the right matrix, likewise
//   fn store_vector(z: u32, i: u32, j4: u32, rows: mat4x4f)   writes rows i … i + 3 of vector j4 of the product, where they exist
// It may run with subgroups of any size that holds a quad; quads are taken to be four consecutive invocations of a workgroup
// with one dimension.

const QUAD_ROWS = 16u;
/// Vectors of a row of the block, and those of one invocation.
const QUAD_VECTORS = 16u;
const LANE_VECTORS = 4u;

/// Element 4 g + q, column r: vector q of this invocation in row 4 g + r of the block, summed over the vectors [first, end) of
/// the left rows.
///   left, left_row:   the left matrix's vector 0 in this invocation's first row (row `subgroup_invocation_id & 3` of the
///                     block), and vectors from one row to the next
///   right, right_row: this invocation's first vector in row 0 of the right matrix, and likewise
/// Every invocation of the workgroup calls it, with `first` and `end` the same for all.
fn quad_block(left: u32, left_row: u32, right: u32, right_row: u32, first: u32, end: u32) -> array<mat4x4f, 16> {
  var s00 = mat4x4f();
  var s01 = mat4x4f();
  var s02 = mat4x4f();
  var s03 = mat4x4f();
  var s10 = mat4x4f();
  var s11 = mat4x4f();
  var s12 = mat4x4f();
  var s13 = mat4x4f();
  var s20 = mat4x4f();
  var s21 = mat4x4f();
  var s22 = mat4x4f();
  var s23 = mat4x4f();
  var s30 = mat4x4f();
  var s31 = mat4x4f();
  var s32 = mat4x4f();
  var s33 = mat4x4f();
  for (var p4 = first; p4 < end; p4++) {
    // Rows and columns past the end hold anything; their elements are not stored.
    let rows0 = rows_of_quad(left_vector(left + p4));
    let rows1 = rows_of_quad(left_vector(left + 4 * left_row + p4));
    let rows2 = rows_of_quad(left_vector(left + 8 * left_row + p4));
    let rows3 = rows_of_quad(left_vector(left + 12 * left_row + p4));
    let y = right + 4 * p4 * right_row;
    let columns0 = four_rows_down(y, right_row);
    let columns1 = four_rows_down(y + 1, right_row);
    let columns2 = four_rows_down(y + 2, right_row);
    let columns3 = four_rows_down(y + 3, right_row);
    // WGSL's matrices are made of columns, and these of rows: so the factors stand the other way round.
    s00 += columns0 * rows0;
    s01 += columns1 * rows0;
    s02 += columns2 * rows0;
    s03 += columns3 * rows0;
    s10 += columns0 * rows1;
    s11 += columns1 * rows1;
    s12 += columns2 * rows1;
    s13 += columns3 * rows1;
    s20 += columns0 * rows2;
    s21 += columns1 * rows2;
    s22 += columns2 * rows2;
    s23 += columns3 * rows2;
    s30 += columns0 * rows3;
    s31 += columns1 * rows3;
    s32 += columns2 * rows3;
    s33 += columns3 * rows3;
  }
  return array<mat4x4f, 16>(s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33);
}

/// The sum of two blocks, element by element.
fn add_blocks(a: array<mat4x4f, 16>, b: array<mat4x4f, 16>) -> array<mat4x4f, 16> {
  return array<mat4x4f, 16>(
    a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5], a[6] + b[6], a[7] + b[7],
    a[8] + b[8], a[9] + b[9], a[10] + b[10], a[11] + b[11], a[12] + b[12], a[13] + b[13], a[14] + b[14], a[15] + b[15],
  );
}

/// Writes a block whose first row is i, and this invocation's first vector j4.
fn store_block(z: u32, i: u32, j4: u32, rows: array<mat4x4f, 16>) {
  store_vector(z, i, j4, rows[0]);
  store_vector(z, i, j4 + 1, rows[1]);
  store_vector(z, i, j4 + 2, rows[2]);
  store_vector(z, i, j4 + 3, rows[3]);
  store_vector(z, i + 4, j4, rows[4]);
  store_vector(z, i + 4, j4 + 1, rows[5]);
  store_vector(z, i + 4, j4 + 2, rows[6]);
  store_vector(z, i + 4, j4 + 3, rows[7]);
  store_vector(z, i + 8, j4, rows[8]);
  store_vector(z, i + 8, j4 + 1, rows[9]);
  store_vector(z, i + 8, j4 + 2, rows[10]);
  store_vector(z, i + 8, j4 + 3, rows[11]);
  store_vector(z, i + 12, j4, rows[12]);
  store_vector(z, i + 12, j4 + 1, rows[13]);
  store_vector(z, i + 12, j4 + 2, rows[14]);
  store_vector(z, i + 12, j4 + 3, rows[15]);
}

/// The vectors that the four invocations of the quad loaded, as columns.
fn rows_of_quad(own: vec4f) -> mat4x4f {
  return mat4x4f(quadBroadcast(own, 0u), quadBroadcast(own, 1u), quadBroadcast(own, 2u), quadBroadcast(own, 3u));
}

/// Four rows of one vector column of the right matrix.
fn four_rows_down(at: u32, row: u32) -> mat4x4f {
  return mat4x4f(right_vector(at), right_vector(at + row), right_vector(at + 2 * row), right_vector(at + 3 * row));
}
