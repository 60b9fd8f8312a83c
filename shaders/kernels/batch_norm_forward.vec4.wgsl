// As batch_norm_forward, four channels at once, where their number is a multiple of 4:
// y[r, c] = (x[r, c] - mean[c]) rstd[c] gamma[c] + beta[c], 0 in rows that do not count
//   x         (rows, quads) of vec4, rows = batch x tokens
//   mean      (quads) of vec4, of the batch, or running
//   rstd      (quads) of vec4, likewise
//   gamma     (quads) of vec4, or unread (has_gamma = 0: ones)
//   beta      (quads) of vec4, or unread (has_beta = 0: zeros)
//   row_valid (rows) 1 = counts, 0 = padding, or unread (has_valid = 0: all count)
//   y         (rows, quads) of vec4
// One invocation per quad and RUN rows: what belongs to the channels is loaded once.
// use: grid

struct Params { rows: u32, quads: u32, has_gamma: u32, has_beta: u32, has_valid: u32 }

override WG: u32 = 64;
override RUN: u32 = 16;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> mean: array<vec4f>;
@group(0) @binding(3) var<storage, read> rstd: array<vec4f>;
@group(0) @binding(4) var<storage, read> gamma: array<vec4f>;
@group(0) @binding(5) var<storage, read> beta: array<vec4f>;
@group(0) @binding(6) var<storage, read> row_valid: array<u32>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let id = linear_workgroup(group, groups) * WG + lane;
  let run = id / params.quads;
  let first = run * RUN;
  if (first >= params.rows) { return; }
  let c = id - run * params.quads;
  let center = mean[c];
  let scale = rstd[c];
  var gain = vec4f(1.0);
  var offset = vec4f();
  if (params.has_gamma != 0u) { gain = gamma[c]; }
  if (params.has_beta != 0u) { offset = beta[c]; }
  for (var row = first; row < min(first + RUN, params.rows); row++) {
    let at = row * params.quads + c;
    var value = vec4f();
    if (counts(row)) { value = (x[at] - center) * scale * gain + offset; }
    y[at] = value;
  }
}

fn counts(row: u32) -> bool {
  if (params.has_valid == 0u) { return true; }
  return row_valid[row] != 0u;
}
