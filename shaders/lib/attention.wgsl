// Which blocks of the weight matrix the fused attention computes.
// use: mask_range

/// Keys [x, y) that at least one of the queries i … i + rows - 1 may see; all of them lie inside.
fn keys_of_rows(i: u32, rows: u32, m: u32, n: u32) -> vec2u {
  // Both ends of `visible_range` only grow with i.
  return vec2u(visible_range(i, m, n).x, visible_range(min(i + rows, m) - 1, m, n).y);
}

/// True where every query i … i + size - 1 surely sees every key j … j + size - 1, so that no cell need be asked.
fn all_visible(i: u32, j: u32, size: u32, m: u32, n: u32) -> bool {
  let holes = (params.mask_flags & (MASK_SEGMENTS | MASK_BITMAP)) != 0u || (params.prefix > 0u && params.window > 0u);
  return !holes && j + size <= visible_range(i, m, n).y && j >= visible_range(min(i + size, m) - 1, m, n).x;
}

/// Rows first … first + 3 of a matrix; beyond its end the last one is repeated.
fn four_rows(first: u32, count: u32) -> vec4u {
  return min(vec4u(first, first + 1, first + 2, first + 3), vec4u(count - 1));
}
