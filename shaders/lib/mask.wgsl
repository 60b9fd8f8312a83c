// Which keys a query may see. The twin is `visible` in src/reference/mask.ts; `maskUniforms` and `maskBinding` in
// src/ops/mask.ts fill what is read here. All parts that are given are ANDed.
//
// A kernel that uses this declares
//   in its uniform struct `params`: mask_flags, window, prefix, valid_keys (u32 each)
//   @group(0) @binding(…) var<storage, read> mask_bits: array<u32>;
// where mask_bits (n) holds the document of each position, or (ceil(m n / 32)) one bit per cell, or is not read at all.
// use: mask_range

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
