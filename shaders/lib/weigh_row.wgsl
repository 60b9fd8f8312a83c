// The softmax of one row of the fused attention by one invocation, in place. The kernel declares
//   @group(0) @binding(…) var<storage, read> mask_bits: array<u32>;                 see lib/mask
//   @group(0) @binding(…) var<storage, read_write> weights: array<vec4f>;           (heads, m, n4)
//   in its uniform struct `params`: m, n, n4, mask_flags, window, prefix, valid_keys
// use: mask_range, visible_scores, running_softmax

const WEIGH_STRETCH = 32u;

/// Turns row `row` = h m + i from scores into weights: softmax over the keys that query i sees, zeros elsewhere and past
/// column n. Keys outside of the row's range are not read.
fn weigh_row(row: u32) {
  let i = row % params.m;
  let keys = visible_range(i, params.m, params.n);
  let start = row * params.n4;
  let first = start + keys.x / 4;
  let end = select(first, start + (keys.y + 3) / 4, keys.y > keys.x);

  // Between the two, a row without holes shows every key of its vectors.
  let whole = select(vec2u(start + (keys.x + 3) / 4, start + keys.y / 4), vec2u(end), range_has_holes());

  var running = NOTHING;
  var at = first;
  for (; at < min(whole.x, end); at++) { running = with_four(running, visible_scores(weights[at], i, 4 * (at - start), keys)); }
  while (at + 4 <= whole.y) {
    let stop = min(at + WEIGH_STRETCH, whole.y);
    var part = NOTHING;
    for (; at + 4 <= stop; at += 4) { part = with_sixteen(part, weights[at], weights[at + 1], weights[at + 2], weights[at + 3]); }
    running = joined(running, part);
  }
  for (; at < end; at++) { running = with_four(running, visible_scores(weights[at], i, 4 * (at - start), keys)); }

  let share = share_of(running);
  for (at = start; at < first; at++) { weights[at] = vec4f(); }
  for (; at < min(whole.x, end); at++) { weights[at] = share * numerators(visible_scores(weights[at], i, 4 * (at - start), keys), running.top); }
  for (; at < whole.y; at++) { weights[at] = share * numerators(weights[at], running.top); }
  for (; at < end; at++) { weights[at] = share * numerators(visible_scores(weights[at], i, 4 * (at - start), keys), running.top); }
  for (; at < start + params.n4; at++) { weights[at] = vec4f(); }
}
