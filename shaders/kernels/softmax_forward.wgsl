// weights[r, c] = exp(x[r, c] - max_r) / sum_c exp(x[r, c] - max_r); a row with every cell masked becomes zeros
//   x       (rows, cols) masked scores, "no cell" = MASKED
//   weights (rows, cols) sums to 1 along each row
// One invocation per row: reads x twice, writes once, no barriers.
// use: grid, masked

struct Params { rows: u32, cols: u32 }

override WG: u32 = 64;

const RUN = 16u;
const RUNS = 8u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = row * params.cols;
  let end = start + params.cols;

  var top = MASKED;
  for (var at = start; at < end; at++) { top = max(top, x[at]); }

  // Sums of sums of sums: the error of a running sum would grow with the row and reach the weights.
  var sum = 0.0;
  for (var outer = start; outer < end; outer += RUNS * RUN) {
    var middle = 0.0;
    for (var first = outer; first < min(outer + RUNS * RUN, end); first += RUN) {
      var part = 0.0;
      for (var at = first; at < min(first + RUN, end); at++) {
        let score = x[at];
        let e = select(exp(score - top), 0.0, is_masked(score));
        weights[at] = e;
        part += e;
      }
      middle += part;
    }
    sum += middle;
  }

  let share = select(0.0, 1.0 / sum, sum > 0.0);
  for (var at = start; at < end; at++) { weights[at] *= share; }
}
