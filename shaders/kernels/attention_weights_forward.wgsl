// weights[h, i, j] = exp(scores[h, i, j] - max_i) / sum_j exp(scores[h, i, j] - max_i) over the keys j that query i sees,
// zero for the others; a row that sees no key becomes zeros
//   mask_bits (n) documents, or (ceil(m n / 32)) bitmap, see lib/mask
//   weights   (heads, m, n4) vec4f: on entry the scores of attention_scores_forward, on exit the weights, zeros past column n
// Second of three passes of the fused attention, in place. One invocation per row; keys outside of the row's range are
// not read, only set to zero.
// use: grid, masked, mask, attention

struct Params { heads: u32, m: u32, n: u32, n4: u32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> mask_bits: array<u32>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.heads * params.m) { return; }
  let i = row % params.m;
  let keys = visible_range(i, params.m, params.n);
  let start = row * params.n4;
  let first = start + keys.x / 4;
  let end = select(first, start + (keys.y + 3) / 4, keys.y > keys.x);

  var tops = vec4f(MASKED);
  for (var at = first; at < end; at++) {
    let scores = visible_scores(weights[at], i, 4 * (at - start), keys);
    weights[at] = scores;
    tops = max(tops, scores);
  }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));

  var sums = vec4f();
  for (var at = first; at < end; at++) {
    let scores = weights[at];
    let e = select(exp(scores - top), vec4f(), scores <= vec4f(MASKED));
    weights[at] = e;
    sums += e;
  }
  let sum = sums.x + sums.y + sums.z + sums.w;
  let share = select(0.0, 1.0 / sum, sum > 0.0);

  for (var at = start; at < first; at++) { weights[at] = vec4f(); }
  for (var at = first; at < end; at++) { weights[at] *= share; }
  for (var at = end; at < start + params.n4; at++) { weights[at] = vec4f(); }
}

/// The scores of keys j … j + 3, MASKED where query i does not see the key.
fn visible_scores(scores: vec4f, i: u32, j: u32, keys: vec2u) -> vec4f {
  let js = vec4u(j, j + 1, j + 2, j + 3);
  var seen = select(vec4f(MASKED), scores, (js >= vec4u(keys.x)) & (js < vec4u(keys.y)));
  let asked = select(0u, 4u, range_has_holes());
  for (var s = 0u; s < asked; s++) {
    if (!visible(i, j + s, params.m, params.n)) { seen[s] = MASKED; }
  }
  return seen;
}
