// What a mask says about whole rows, without looking at single cells: fields of the kernel's uniform struct `params` only,
//   mask_flags, window, prefix, valid_keys (u32 each, filled by `maskUniforms` in src/ops/mask.ts).

const MASK_CAUSAL = 1u;
const MASK_SEGMENTS = 2u;
const MASK_BITMAP = 4u;

/// Position of query i among n keys. With n >= m the queries are the last m positions, as in decoding with a cache.
fn query_position(i: u32, m: u32, n: u32) -> u32 {
  return i + select(0u, n - m, n >= m);
}

/// Keys [x, y) outside of which query i sees nothing, so that a kernel may leave them out; inside, ask `visible`.
fn visible_range(i: u32, m: u32, n: u32) -> vec2u {
  let at = query_position(i, m, n);
  var first = 0u;
  var end = n;
  if (params.window > 0u) {
    first = select(0u, at + 1u - params.window, at + 1u > params.window);
    end = select(n, at + params.window, n - min(n, at) > params.window);
  }
  if ((params.mask_flags & MASK_CAUSAL) != 0u) {
    end = min(end, at + 1u);
    if (params.prefix > 0u) {
      first = 0u;
      end = max(end, params.prefix);
    }
  }
  end = min(end, min(n, params.valid_keys));
  return vec2u(min(first, end), end);
}
