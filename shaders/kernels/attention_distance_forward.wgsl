// distance[r] = sum_j weights[r, j] |i + cols - m - j| / sum_j weights[r, j],  i = r mod m
//   weights  (rows, cols) with rows = matrices · m; the m queries are the last m of the positions that the keys count
//   distance (rows)       0 for a row without weight
// One invocation per row; sums in blocks, so that the rounding of a thousand terms does not add up.
// use: grid

struct Params { rows: u32, m: u32, cols: u32 }

override WG: u32 = 64;
const BLOCK = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> distance: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let position = f32(i32(row % params.m) + i32(params.cols) - i32(params.m));
  var total = vec2f(); // weight times distance, weight
  for (var first = 0u; first < params.cols; first += BLOCK) {
    var part = vec2f();
    for (var j = first; j < min(first + BLOCK, params.cols); j++) {
      let weight = weights[row * params.cols + j];
      part += weight * vec2f(abs(position - f32(j)), 1.0);
    }
    total += part;
  }
  distance[row] = select(0.0, total.x / total.y, total.y > 0.0);
}
