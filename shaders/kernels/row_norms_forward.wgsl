// norms[r] = √ Σ_c x[r, c]²
//   x     (rows, cols)
//   norms (rows)
// One invocation per row; sums of 64 squares are summed, so that long rows keep their digits.
// use: grid

struct Params { rows: u32, cols: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> norms: array<f32>;

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
  var total = 0.0;
  for (var span = start; span < end; span += 64u) {
    var sum = 0.0;
    for (var at = span; at < min(end, span + 64u); at++) { sum += x[at] * x[at]; }
    total += sum;
  }
  // Zero is kept from sqrt, which WGSL defines by way of 1 / √x.
  norms[row] = select(0.0, sqrt(max(total, 1e-37)), total > 0.0);
}
