// As softmax_forward, for rows whose length is a multiple of 4:
// weights[r, c] = exp(x[r, c] - max_r) / sum_c exp(x[r, c] - max_r); a row with every cell masked becomes zeros
//   x       (rows, quads) of vec4: masked scores, "no cell" = MASKED
//   weights (rows, quads) of vec4: sums to 1 along each row
// One invocation per row: reads x twice, writes once, no barriers.
// use: grid, running_softmax

struct Params { rows: u32, quads: u32 }

const STRETCH = 32u;

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec4f>;

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

  var running = NOTHING;
  var at = start;
  while (at + 4 <= end) {
    let stop = min(at + STRETCH, end);
    var part = NOTHING;
    for (; at + 4 <= stop; at += 4) { part = with_sixteen(part, x[at], x[at + 1], x[at + 2], x[at + 3]); }
    running = joined(running, part);
  }
  for (; at < end; at++) { running = with_four(running, x[at]); }

  let share = share_of(running);
  for (at = start; at < end; at++) { weights[at] = numerators(x[at], running.top) * share; }
}
