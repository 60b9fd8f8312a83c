// dgamma[c] = sum_p parts[0, p, c],  dbeta[c] = sum_p parts[1, p, c],  means[:, c] = (dgamma[c], dbeta[c]) / sum_p parts[2, p, c]
//   parts  (3, chunks, cols) from norm_parameters_backward
//   dgamma (cols)
//   dbeta  (cols)
//   means  (2, cols) what batch_norm_backward subtracts
// One invocation per column.
// use: grid

struct Params { cols: u32, chunks: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> dgamma: array<f32>;
@group(0) @binding(3) var<storage, read_write> dbeta: array<f32>;
@group(0) @binding(4) var<storage, read_write> means: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = linear_workgroup(group, groups) * WG + lane;
  if (c >= params.cols) { return; }
  let plane = params.chunks * params.cols;
  var sum = vec3f();
  for (var at = c; at < plane; at += params.cols) { sum += vec3f(parts[at], parts[plane + at], parts[2u * plane + at]); }
  let count = max(sum.z, 1.0);
  dgamma[c] = sum.x;
  dbeta[c] = sum.y;
  means[c] = sum.x / count;
  means[params.cols + c] = sum.y / count;
}
