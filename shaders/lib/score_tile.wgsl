// 4 SIDE × 4 SIDE scores by a workgroup of SIDE × SIDE invocations: rows of queries and keys are loaded once into workgroup
// memory and used 4 SIDE times. The kernel declares the override SIDE (4, 8 or 16), `q` and `k` (array<vec4f>), and m, n, d4
// in its uniform struct `params`.

override SCORE_TILE: u32 = 4 * SIDE;
// Vectors of a row in one step: as many loads as invocations. It divides the chunk.
override SCORE_STEP: u32 = SIDE / 4;
// Sums over this many vectors (64 products) are added up: rounding errors grow with the longer of the two, not with d.
const SCORE_CHUNK = 16u;
// Distance from one vector's column to the next; one more than the rows, so that neighbours lie in different banks.
override SCORE_PITCH: u32 = 4 * SIDE + 1;

var<workgroup> query_tile: array<vec4f, SIDE / 4 * (4 * SIDE + 1)>; // [SCORE_STEP][SCORE_PITCH]
var<workgroup> key_tile: array<vec4f, SIDE / 4 * (4 * SIDE + 1)>;

/// Column r, component s: the score of query i + y + SIDE r and key j + x + SIDE s, where lane = SIDE y + x. Scores past the ends
/// are of zeros. Every invocation of the workgroup calls it, with i, j and h the same for all.
fn score_tile(h: u32, i: u32, j: u32, lane: u32) -> mat4x4f {
  let x = lane % SIDE;
  let y = lane / SIDE;
  let row = lane / SCORE_STEP;
  let part = lane % SCORE_STEP;
  let query = (h * params.m + i + row) * params.d4;
  let key = (h * params.n + j + row) * params.d4;
  var total = mat4x4f();
  for (var chunk = 0u; chunk < params.d4; chunk += SCORE_CHUNK) {
    var sum = mat4x4f();
    for (var start = chunk; start < min(chunk + SCORE_CHUNK, params.d4); start += SCORE_STEP) {
      let e = start + part;
      var from_q = vec4f();
      var from_k = vec4f();
      if (e < params.d4 && i + row < params.m) { from_q = q[query + e]; }
      if (e < params.d4 && j + row < params.n) { from_k = k[key + e]; }
      query_tile[part * SCORE_PITCH + row] = from_q;
      key_tile[part * SCORE_PITCH + row] = from_k;
      workgroupBarrier();
      for (var p = 0u; p < SCORE_STEP; p++) {
        let at = p * SCORE_PITCH;
        let queries = mat4x4f(query_tile[at + y], query_tile[at + y + SIDE], query_tile[at + y + 2 * SIDE], query_tile[at + y + 3 * SIDE]);
        let keys = mat4x4f(key_tile[at + x], key_tile[at + x + SIDE], key_tile[at + x + 2 * SIDE], key_tile[at + x + 3 * SIDE]);
        sum += transpose(keys) * queries;
      }
      workgroupBarrier();
    }
    total += sum;
  }
  return total;
}
