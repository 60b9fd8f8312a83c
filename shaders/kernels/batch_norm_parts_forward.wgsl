// parts[:, p, c] = (mean, sum of squared deviations from it, count) of x[r, c] over the rows r of chunk p
//   x         (rows, cols), rows = batch x tokens
//   row_valid (rows) 1 = counts, 0 = padding, or unread (has_valid = 0: all count)
//   parts     (3, chunks, cols), merged by batch_norm_merge_forward
// One invocation per chunk and column; the mean first, then the deviations, whose own mean corrects both.
// use: grid

struct Params { rows: u32, cols: u32, chunk: u32, chunks: u32, has_valid: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> row_valid: array<u32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let id = linear_workgroup(group, groups) * WG + lane;
  let plane = params.chunks * params.cols;
  if (id >= plane) { return; }
  let c = id % params.cols;
  let first = (id / params.cols) * params.chunk;
  let stop = min(first + params.chunk, params.rows);

  var sum = vec2f(); // sum, count
  for (var row = first; row < stop; row++) {
    if (counts(row)) { sum += vec2f(x[row * params.cols + c], 1.0); }
  }
  let count = max(sum.y, 1.0);
  let center = sum.x / count;
  var moments = vec2f(); // sum of d, sum of d^2
  for (var row = first; row < stop; row++) {
    let d = x[row * params.cols + c] - center;
    if (counts(row)) { moments += vec2f(d, d * d); }
  }
  parts[id] = center + moments.x / count;
  parts[plane + id] = max(0.0, moments.y - moments.x * moments.x / count);
  parts[2u * plane + id] = sum.y;
}

fn counts(row: u32) -> bool {
  if (params.has_valid == 0u) { return true; }
  return row_valid[row] != 0u;
}
