// As softmax_forward, for rows whose length is a multiple of 4:
// weights[r, c] = exp(x[r, c] - max_r) / sum_c exp(x[r, c] - max_r); a row with every cell masked becomes zeros
//   x       (rows, quads) of vec4: masked scores, "no cell" = MASKED
//   weights (rows, quads) of vec4: sums to 1 along each row
// One invocation per row, four cells a step, no barriers.
// use: grid, masked

struct Params { rows: u32, quads: u32 }

override WG: u32 = 64;

const RUN = 8u;

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

  var tops = vec4f(MASKED);
  for (var at = start; at < end; at++) { tops = max(tops, x[at]); }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));

  // Sums of sums: the error of a running sum would grow with the row and reach the weights.
  var sums = vec4f();
  for (var first = start; first < end; first += RUN) {
    var part = vec4f();
    for (var at = first; at < min(first + RUN, end); at++) {
      let scores = x[at];
      let e = select(exp(scores - top), vec4f(), scores <= vec4f(MASKED));
      weights[at] = e;
      part += e;
    }
    sums += part;
  }
  let sum = (sums.x + sums.y) + (sums.z + sums.w);

  let share = select(0.0, 1.0 / sum, sum > 0.0);
  for (var at = start; at < end; at++) { weights[at] *= share; }
}
