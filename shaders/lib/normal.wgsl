// Standard normals from random words (Box & Muller 1958), with a logarithm and a circle of our own: WGSL leaves the
// accuracy of log, sin and cos too loose for equal numbers on every device. Twin: `normal` in src/reference/random.ts.
// use: circle

/// Natural logarithm of a positive normal f32, within 2 ULP: x = m · 2^e with m in [√½, √2), and log m = 2 artanh(s) by its
/// series, cut off below 2e-9 of the result.
fn natural_log(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let exponent = bitcast<i32>(bits - 0x3f3504f3u) >> 23u;
  let f = bitcast<f32>(bits - (bitcast<u32>(exponent) << 23u)) - 1.0;
  let s = f / (2.0 + f);
  let z = s * s;
  let tail = z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0)))));
  return f32(exponent) * 0.6931471805599453 + 2.0 * (s + s * tail);
}

/// Two independent normals from two words: the first gives the radius by 24 bits in (0, 1], the second the angle by all 32.
fn normal_pair(radius_word: u32, angle_word: u32) -> vec2f {
  let uniform_above_zero = f32((radius_word >> 8u) + 1u) * 0x1p-24;
  // Kept off zero, because WGSL defines sqrt by way of 1 / √x.
  let radius = sqrt(max(-2.0 * natural_log(uniform_above_zero), 1e-30));
  return radius * circle(angle_word);
}

/// Four independent normals from four words.
fn normals(words: vec4u) -> vec4f {
  return vec4f(normal_pair(words.x, words.y), normal_pair(words.z, words.w));
}
