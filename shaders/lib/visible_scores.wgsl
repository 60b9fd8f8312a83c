// Four scores at once as a row kernel of the fused attention reads them. It asks `visible` only where the range has holes.
// use: masked, mask, attention

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
