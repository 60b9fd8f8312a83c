// A softmax that reads its row once: the largest score so far and, relative to it, the sum of the exponentials so far. When a
// larger score comes, the sum shrinks by exp(old − new) (Milakov and Gimelshein 2018, "Online normalizer calculation for
// softmax", Algorithm 3). For a GPU that pays more for an access to memory than for an exponential.
// use: masked

struct Running { top: f32, sum: f32 }

const NOTHING = Running(MASKED, 0.0);

/// exp(scores − top), and 0 where there is no cell.
fn numerators(scores: vec4f, top: f32) -> vec4f {
  return select(exp(scores - top), vec4f(), scores <= vec4f(MASKED));
}

/// One over the sum, by which numerators become weights; 0 for a row without a cell.
fn share_of(row: Running) -> f32 {
  return select(0.0, 1.0 / row.sum, row.sum > 0.0);
}

fn with_four(before: Running, a: vec4f) -> Running {
  let top = max(before.top, max(max(a.x, a.y), max(a.z, a.w)));
  return Running(top, shrunk(before, top) + total_of(numerators(a, top)));
}

fn with_sixteen(before: Running, a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> Running {
  let tops = max(max(a, b), max(c, d));
  let top = max(before.top, max(max(tops.x, tops.y), max(tops.z, tops.w)));
  let more = (numerators(a, top) + numerators(b, top)) + (numerators(c, top) + numerators(d, top));
  return Running(top, shrunk(before, top) + total_of(more));
}

/// Two stretches of a row as one. The error of a running sum would grow with the row and reach the weights: long rows are
/// summed in stretches.
fn joined(a: Running, b: Running) -> Running {
  let top = max(a.top, b.top);
  return Running(top, shrunk(a, top) + shrunk(b, top));
}

/// What a sum becomes relative to a larger score.
fn shrunk(before: Running, top: f32) -> f32 {
  return before.sum * select(exp(before.top - top), 0.0, before.top <= MASKED);
}

fn total_of(four: vec4f) -> f32 {
  return (four.x + four.y) + (four.z + four.w);
}
