// Cosine and sine of angles counted in turns. WGSL promises sin and cos only to 2⁻¹¹, and only within ±π. Here an angle is
// a u32 in units of 2⁻³² turn, so whole turns vanish by overflow and the reduction to an eighth of a turn is exact.
// use: wide

/// Angle at `position` for a speed of (hi · 2⁻³² + lo · 2⁻⁶⁴) turns per position; within 2⁻³² turn for every position.
fn turned(position: u32, turns: vec2u) -> u32 {
  return position * turns.x + mul_high(position, turns.y);
}

/// (cos, sin) of an angle in units of 2⁻³² turn, within 2e-7: Taylor series on ±π/4, cut off below 3e-8.
fn circle(angle: u32) -> vec2f {
  let quarter = (angle + 0x20000000u) >> 30u;
  let rest = f32(bitcast<i32>(angle - (quarter << 30u))) * (6.283185307179586 / 4294967296.0);
  let z = rest * rest;
  let sine = rest * (1.0 + z * (-1.0 / 6.0 + z * (1.0 / 120.0 + z * (-1.0 / 5040.0 + z * (1.0 / 362880.0)))));
  let cosine = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * (-1.0 / 720.0 + z * (1.0 / 40320.0))));
  let swapped = select(vec2f(cosine, sine), vec2f(sine, cosine), (quarter & 1u) == 1u);
  // Quarters 1 and 2 have a negative cosine, 2 and 3 a negative sine.
  let signs = select(vec2f(1.0), vec2f(-1.0), vec2<bool>(((quarter + 1u) & 2u) != 0u, (quarter & 2u) != 0u));
  return signs * swapped;
}
