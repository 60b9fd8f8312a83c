// Which parts of the weight matrix the fused attention computes.
// use: mask_range

/// Keys [x, y) outside of which none of the queries i … i + rows - 1 sees anything.
fn keys_of_rows(i: u32, rows: u32, m: u32, n: u32) -> vec2u {
  // Both ends of `visible_range` only grow with i.
  return vec2u(visible_range(i, m, n).x, visible_range(min(i + rows, m) - 1, m, n).y);
}

/// False where a query surely sees every key in its `visible_range`, so that no cell need be asked.
fn range_has_holes() -> bool {
  return (params.mask_flags & (MASK_SEGMENTS | MASK_BITMAP)) != 0u || (params.prefix > 0u && params.window > 0u);
}
