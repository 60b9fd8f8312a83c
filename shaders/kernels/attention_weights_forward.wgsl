// weights[h, i, j] = exp(scores[h, i, j] - max_i) / sum_j exp(scores[h, i, j] - max_i); a row that sees no key becomes zeros
//   weights (heads, m, n4) vec4f: on entry the scores of attention_scores_forward, on exit the weights, zeros past column n
// Second of three passes of the fused attention, in place. One invocation per row; keys that the row cannot see are not
// read, only set to zero.
// use: grid, masked, mask_range

struct Params { heads: u32, m: u32, n: u32, n4: u32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> weights: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.heads * params.m) { return; }
  let keys = visible_range(row % params.m, params.m, params.n);
  let start = row * params.n4;
  let first = start + keys.x / 4;
  let end = select(first, start + (keys.y + 3) / 4, keys.y > keys.x);

  var tops = vec4f(MASKED);
  for (var at = first; at < end; at++) { tops = max(tops, weights[at]); }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));

  var sums = vec4f();
  for (var at = first; at < end; at++) {
    let score = weights[at];
    let e = select(exp(score - top), vec4f(), score <= vec4f(MASKED));
    weights[at] = e;
    sums += e;
  }
  let sum = sums.x + sums.y + sums.z + sums.w;
  let share = select(0.0, 1.0 / sum, sum > 0.0);

  for (var at = start; at < first; at++) { weights[at] = vec4f(); }
  for (var at = first; at < end; at++) { weights[at] *= share; }
  for (var at = end; at < start + params.n4; at++) { weights[at] = vec4f(); }
}
