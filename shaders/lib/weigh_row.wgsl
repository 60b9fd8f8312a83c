// The softmax of one row of the fused attention by one invocation, in place. The kernel declares
//   @group(0) @binding(…) var<storage, read> mask_bits: array<u32>;                 see lib/mask
//   @group(0) @binding(…) var<storage, read_write> weights: array<vec4f>;           (heads, m, n4)
//   in its uniform struct `params`: m, n, n4, mask_flags, window, prefix, valid_keys
// use: masked, mask_range, visible_scores

const WEIGH_RUN = 16u;

/// Turns row `row` = h m + i from scores into weights: softmax over the keys that query i sees, zeros elsewhere and past
/// column n. Keys outside of the row's range are not read.
fn weigh_row(row: u32) {
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

  // Sums of sums: the error of a running sum would grow with the row and reach the weights.
  var sums = vec4f();
  for (var run = first; run < end; run += WEIGH_RUN) {
    var part = vec4f();
    for (var at = run; at < min(run + WEIGH_RUN, end); at++) {
      let scores = weights[at];
      let e = select(exp(scores - top), vec4f(), scores <= vec4f(MASKED));
      weights[at] = e;
      part += e;
    }
    sums += part;
  }
  let sum = sums.x + sums.y + sums.z + sums.w;
  let share = select(0.0, 1.0 / sum, sum > 0.0);

  for (var at = start; at < first; at++) { weights[at] = vec4f(); }
  for (var at = first; at < end; at++) { weights[at] *= share; }
  for (var at = end; at < start + params.n4; at++) { weights[at] = vec4f(); }
}
