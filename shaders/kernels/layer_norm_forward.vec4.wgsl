// As layer_norm_forward, for rows whose length is a multiple of 16 (four vec4 a step, twice as fast where loads are dear):
// y[r, c] = (x[r, c] - mean_r) rstd_r gamma[c] + beta[c],  mean_r = mean_c x,  rstd_r = 1 / sqrt(mean_c (x - mean_r)^2 + eps)
//   x     (rows, quads) of vec4
//   gamma (quads) of vec4, or unread (has_gamma = 0: ones)
//   beta  (quads) of vec4, or unread (has_beta = 0: zeros)
//   y     (rows, quads) of vec4
//   mean  (rows)
//   rstd  (rows)
// use: grid

struct Params { rows: u32, quads: u32, eps: f32, has_gamma: u32, has_beta: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gamma: array<vec4f>;
@group(0) @binding(3) var<storage, read> beta: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = row * params.quads;
  let end = start + params.quads;
  let per_cell = 1.0 / f32(4u * params.quads);

  var total = vec4f();
  for (var at = start; at < end; at += 4u) { total += (x[at] + x[at + 1u]) + (x[at + 2u] + x[at + 3u]); }
  let center = dot(total, vec4f(1.0)) * per_cell;

  var sum = vec4f(); // of d = x - center: its mean is what rounding took from the center
  var squares = vec4f();
  for (var at = start; at < end; at += 4u) {
    let d0 = x[at] - center;
    let d1 = x[at + 1u] - center;
    let d2 = x[at + 2u] - center;
    let d3 = x[at + 3u] - center;
    sum += (d0 + d1) + (d2 + d3);
    squares += (d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3);
  }
  let drift = dot(sum, vec4f(1.0)) * per_cell;
  let scale = 1.0 / sqrt(max(0.0, dot(squares, vec4f(1.0)) * per_cell - drift * drift) + params.eps);

  for (var c = 0u; c < params.quads; c++) {
    var value = ((x[start + c] - center) - drift) * scale;
    if (params.has_gamma != 0u) { value *= gamma[c]; }
    if (params.has_beta != 0u) { value += beta[c]; }
    y[start + c] = value;
  }
  mean[row] = center + drift;
  rstd[row] = scale;
}
