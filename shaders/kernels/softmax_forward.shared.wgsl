// weights[r, c] = exp(x[r, c] - max_r) / sum_c exp(x[r, c] - max_r); a row with every cell masked becomes zeros
//   x       (rows, cols) masked scores, "no cell" = MASKED
//   weights (rows, cols) sums to 1 along each row
// One workgroup per row, so that neighbours read neighbouring cells; sums and maxima through workgroup memory.
// use: grid, masked, reduce_shared

struct Params { rows: u32, cols: u32 }

override WG: u32 = 256;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups);
  if (row >= params.rows) { return; }
  let start = row * params.cols;
  let end = start + params.cols;

  var own = MASKED;
  for (var at = start + lane; at < end; at += WG) { own = max(own, x[at]); }
  let top = workgroup_max(own, lane);

  var part = 0.0;
  for (var at = start + lane; at < end; at += WG) {
    let score = x[at];
    let e = select(exp(score - top), 0.0, is_masked(score));
    weights[at] = e;
    part += e;
  }
  let sum = workgroup_sum(vec2f(part, 0.0), lane).x;

  let share = select(0.0, 1.0 / sum, sum > 0.0);
  for (var at = start + lane; at < end; at += WG) { weights[at] *= share; }
}
