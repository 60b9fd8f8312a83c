// (mean, variance) of each column from those of its chunks (Chan, Golub and LeVeque 1983), variance biased, with
// rstd = 1 / sqrt(variance + eps) and the running statistics
//   next_mean = (1 - momentum) running_mean + momentum mean
//   next_var  = (1 - momentum) running_var + momentum variance count / (count - 1)
//   parts        (3, chunks, cols) from batch_norm_parts_forward
//   running_mean (cols) or unread (has_running = 0)
//   running_var  (cols) or unread
//   mean         (cols)
//   variance     (cols)
//   rstd         (cols)
//   next_mean    (cols) unwritten with has_running = 0
//   next_var     (cols) likewise
// One invocation per column. A column with fewer than two cells leaves its running variance as it is.
// use: grid

struct Params { cols: u32, chunks: u32, eps: f32, momentum: f32, has_running: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read> running_mean: array<f32>;
@group(0) @binding(3) var<storage, read> running_var: array<f32>;
@group(0) @binding(4) var<storage, read_write> mean: array<f32>;
@group(0) @binding(5) var<storage, read_write> variance: array<f32>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(7) var<storage, read_write> next_mean: array<f32>;
@group(0) @binding(8) var<storage, read_write> next_var: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = linear_workgroup(group, groups) * WG + lane;
  if (c >= params.cols) { return; }
  let plane = params.chunks * params.cols;
  var center = 0.0;
  var squares = 0.0;
  var count = 0.0;
  for (var at = c; at < plane; at += params.cols) {
    let more = parts[2u * plane + at];
    let both = count + more;
    if (more > 0.0) {
      let delta = parts[at] - center;
      center += delta * (more / both);
      squares += parts[plane + at] + delta * delta * (count * more / both);
      count = both;
    }
  }
  let biased = squares / max(count, 1.0);
  mean[c] = center;
  variance[c] = biased;
  rstd[c] = 1.0 / sqrt(biased + params.eps);
  if (params.has_running != 0u) {
    let unbiased = select(running_var[c], squares / max(count - 1.0, 1.0), count > 1.0);
    next_mean[c] = mix(running_mean[c], center, select(0.0, params.momentum, count > 0.0));
    next_var[c] = mix(running_var[c], unbiased, params.momentum);
  }
}
