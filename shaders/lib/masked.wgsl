// The value that stands for "no cell". WGSL lets a compiler assume that infinities do not occur, so a masked score is the
// lowest finite f32; whoever reads it as a number turns it into -Infinity.

const MASKED: f32 = -3.40282346638528859812e38;

/// True where a score is masked.
fn is_masked(score: f32) -> bool {
  return score <= MASKED;
}
