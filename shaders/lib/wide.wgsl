// 32 × 32 → 64-bit products: WGSL has no 64-bit integers, and its `*` keeps the low half only.

/// The high 32 bits of a · b, from four 16-bit products; no step exceeds 32 bits.
fn mul_high(a: u32, b: u32) -> u32 {
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let middle = a_high * b_low + ((a_low * b_low) >> 16u);
  let carry = a_low * b_high + (middle & 0xffffu);
  return a_high * b_high + (middle >> 16u) + (carry >> 16u);
}
