// rstd[c] = 1 / sqrt(variance[c] + eps), for batch_norm_forward with running statistics
//   variance (cols)
//   rstd     (cols)
// use: grid

struct Params { cols: u32, eps: f32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> variance: array<f32>;
@group(0) @binding(2) var<storage, read_write> rstd: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = linear_workgroup(group, groups) * WG + lane;
  if (c >= params.cols) { return; }
  rstd[c] = 1.0 / sqrt(variance[c] + params.eps);
}
