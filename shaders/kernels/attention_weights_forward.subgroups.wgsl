// weights[h, i, j] = exp(scores[h, i, j] - max_i) / sum_j exp(scores[h, i, j] - max_i) over the keys j that query i sees,
// zero for the others; a row that sees no key becomes zeros
//   mask_bits (n) documents, or (ceil(m n / 32)) bitmap, see lib/mask
//   weights   (heads, m, n4) vec4f: on entry the scores of attention_scores_forward, on exit the weights, zeros past column n
// As attention_weights_forward, second of three passes, in place. One workgroup per row, so that neighbours read
// neighbouring cells; sums and maxima by subgroup operations.
// use: grid, masked, mask_range, visible_scores, reduce_subgroups
enable subgroups;

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
  @builtin(subgroup_invocation_id) place: u32,
  @builtin(subgroup_size) places: u32,
) {
  let row = linear_workgroup(group, groups);
  if (row >= params.heads * params.m) { return; }
  let i = row % params.m;
  let keys = visible_range(i, params.m, params.n);
  let start = row * params.n4;
  let first = keys.x / 4;
  let end = select(first, (keys.y + 3) / 4, keys.y > keys.x);

  // An invocation comes back to the same vectors, so that it reads what it wrote itself.
  var tops = vec4f(MASKED);
  for (var j4 = first + lane; j4 < end; j4 += WG) {
    let scores = visible_scores(weights[start + j4], i, 4 * j4, keys);
    weights[start + j4] = scores;
    tops = max(tops, scores);
  }
  let top = workgroup_max(max(max(tops.x, tops.y), max(tops.z, tops.w)), lane, vec2u(place, places));

  var sums = vec4f();
  for (var j4 = first + lane; j4 < end; j4 += WG) {
    let scores = weights[start + j4];
    let e = select(exp(scores - top), vec4f(), scores <= vec4f(MASKED));
    weights[start + j4] = e;
    sums += e;
  }
  let sum = workgroup_sum(sums.xy + sums.zw, lane, vec2u(place, places));
  let all = sum.x + sum.y;
  let share = select(0.0, 1.0 / all, all > 0.0);

  for (var j4 = lane; j4 < first; j4 += WG) { weights[start + j4] = vec4f(); }
  for (var j4 = first + lane; j4 < end; j4 += WG) { weights[start + j4] *= share; }
  for (var j4 = end + lane; j4 < params.n4; j4 += WG) { weights[start + j4] = vec4f(); }
}
