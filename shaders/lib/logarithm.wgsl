// WGSL lets log(x) be off by 2^-21 on [0.5, 2]: near 1 that is no digit at all of a small result. These keep relative accuracy.

/// ln(1 - r) for r in [0, 1/2], within 5 ulp for any r however small: -2 atanh(s) with s = r / (2 - r) <= 1/3, whose series
/// is cut after s^15 / 15, a relative 2e-9.
fn log_one_minus(r: f32) -> f32 {
  let s = r / (2.0 - r);
  let t = s * s;
  var series = 1.0 / 15.0;
  series = series * t + 1.0 / 13.0;
  series = series * t + 1.0 / 11.0;
  series = series * t + 1.0 / 9.0;
  series = series * t + 1.0 / 7.0;
  series = series * t + 1.0 / 5.0;
  series = series * t + 1.0 / 3.0;
  return -2.0 * (s + s * t * series);
}
