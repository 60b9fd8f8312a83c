// As layer_norm_backward, for rows whose length is a multiple of 4:
// dx[r, c] = rstd_r (g[r, c] - mean_c g - xhat[r, c] mean_c (g xhat)),  g = dy gamma,  xhat = (x - mean_r) rstd_r,
// of y[r, c] = (x[r, c] - mean_r) rstd_r gamma[c] + beta[c]
//   x     (rows, quads) of vec4
//   dy    (rows, quads) of vec4, gradient of the loss with respect to y
//   mean  (rows)
//   rstd  (rows)
//   gamma (quads) of vec4, or unread (has_gamma = 0: ones)
//   dx    (rows, quads) of vec4
// use: grid

struct Params { rows: u32, quads: u32, has_gamma: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gamma: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = row * params.quads;
  let center = mean[row];
  let scale = rstd[row];
  let per_cell = 1.0 / f32(4u * params.quads);

  var sum = vec4f();
  var along = vec4f();
  for (var c = 0u; c < params.quads; c++) {
    let g = gradient(start, c);
    sum += g;
    along += g * ((x[start + c] - center) * scale);
  }
  let mean_g = dot(sum, vec4f(1.0)) * per_cell;
  let mean_along = dot(along, vec4f(1.0)) * per_cell;

  for (var c = 0u; c < params.quads; c++) {
    let normal = (x[start + c] - center) * scale;
    dx[start + c] = scale * ((gradient(start, c) - mean_g) - normal * mean_along);
  }
}

fn gradient(start: u32, c: u32) -> vec4f {
  let g = dy[start + c];
  if (params.has_gamma != 0u) { return g * gamma[c]; }
  return g;
}
