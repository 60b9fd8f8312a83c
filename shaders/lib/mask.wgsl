// Which keys a query may see. The twin is `visible` in src/reference/mask.ts; `maskUniforms` and `maskBinding` in
// src/ops/mask.ts fill what is read here. All parts that are given are ANDed.
//
// A kernel that uses this declares
//   in its uniform struct `params`: mask_flags, window, prefix, valid_keys (u32 each)
//   @group(0) @binding(…) var<storage, read> mask_bits: array<u32>;
// where mask_bits (n) holds the document of each position, or (ceil(m n / 32)) one bit per cell, or is not read at all.

const MASK_CAUSAL = 1u;
const MASK_SEGMENTS = 2u;
const MASK_BITMAP = 4u;

/// Position of query i among n keys. With n >= m the queries are the last m positions, as in decoding with a cache.
fn query_position(i: u32, m: u32, n: u32) -> u32 {
  return i + select(0u, n - m, n >= m);
}

/// Whether query i of m sees key j of n. Uniform control flow is not needed.
fn visible(i: u32, j: u32, m: u32, n: u32) -> bool {
  let flags = params.mask_flags;
  let at = query_position(i, m, n);
  let causal = (flags & MASK_CAUSAL) != 0u;
  let past = !causal || j <= at;
  let near = params.window == 0u || max(at, j) - min(at, j) < params.window;
  let in_prefix = causal && j < params.prefix;
  if (j >= params.valid_keys || !((past && near) || in_prefix)) { return false; }
  if ((flags & MASK_SEGMENTS) != 0u) { return mask_bits[at] == mask_bits[j]; }
  if ((flags & MASK_BITMAP) != 0u) {
    let cell = i * n + j;
    return ((mask_bits[cell >> 5u] >> (cell & 31u)) & 1u) != 0u;
  }
  return true;
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
