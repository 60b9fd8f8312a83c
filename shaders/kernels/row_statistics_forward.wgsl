// statistics[r] = max s, sum exp(s - max), entropy -sum p ln p, max p, argmax p, |diag(p) - p p^T|_F, cells, variance of s
//   masked     (rows, cols) scores s, "no cell" = MASKED
//   weights    (rows, cols) softmax p of them
//   statistics (rows, 8)    of the rows asked for; a row without cells: MASKED, 0, 0, 0, -1, 0, 0, 0
// Rows `first` … `first` + `rows` - 1, one invocation each. Without SCORES what only the scores tell (max s, sum exp(s - max),
// variance) is left out and 0. How the largest weight is kept apart is said in lib/concentration.
// use: grid, masked, concentration

struct Params { first: u32, rows: u32, cols: u32 }

override WG: u32 = 64;
override SCORES: bool = true;
const BLOCK = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> masked: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> statistics: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = (params.first + row) * params.cols;
  let end = start + params.cols;

  // Sums run over blocks, so that the rounding of a thousand equal terms does not add up.
  var top = MASKED;
  var cells = 0.0;
  var peak = 0.0;
  var peak_at = start;
  var rest = 0.0;
  for (var first = start; first < end; first += BLOCK) {
    var part = 0.0;
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let score = masked[at];
      top = max(top, score);
      cells += select(1.0, 0.0, is_masked(score));
      let p = weights[at];
      peak_at = select(peak_at, at, p > peak);
      part += min(p, peak);
      peak = max(p, peak);
    }
    rest += part;
  }
  let scale = per_rest(rest);

  var others = vec3f(); // entropy of the others, Q, sum of q_i^2 (1 - 2 p_i)
  for (var first = start; first < end; first += BLOCK) {
    var part = vec3f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let p = select(weights[at], 0.0, at == peak_at);
      let share = p * scale;
      part += vec3f(
        select(0.0, -p * log(max(p, SMALLEST_NORMAL)), p >= SMALLEST_NORMAL),
        share * share,
        share * share * (1.0 - 2.0 * p),
      );
    }
    others += part;
  }

  let out = 8u * row;
  statistics[out + 2u] = entropy_with(peak, rest, others.x);
  statistics[out + 3u] = peak;
  statistics[out + 4u] = select(-1.0, f32(peak_at - start), peak > 0.0);
  statistics[out + 5u] = jacobian_norm(peak, rest, others.y, others.z);
  statistics[out + 6u] = cells;
  if (!SCORES) {
    statistics[out] = 0.0;
    statistics[out + 1u] = 0.0;
    statistics[out + 7u] = 0.0;
    return;
  }

  // Deviations first the largest score, so that a common offset of the row costs no digits.
  var sums = vec2f(); // of exp(s - max), of (s - max)
  for (var first = start; first < end; first += BLOCK) {
    var part = vec2f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let score = masked[at];
      let shifted = select(score - top, 0.0, is_masked(score));
      part += vec2f(select(exp(shifted), 0.0, is_masked(score)), shifted);
    }
    sums += part;
  }
  let count = max(cells, 1.0);
  let mean = sums.y / count;
  var moments = vec2f(); // sum of d^2 and of d = (s - max) - mean
  for (var first = start; first < end; first += BLOCK) {
    var part = vec2f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let score = masked[at];
      let deviation = select((score - top) - mean, 0.0, is_masked(score));
      part += vec2f(deviation * deviation, deviation);
    }
    moments += part;
  }
  let drift = moments.y / count;
  statistics[out] = top;
  statistics[out + 1u] = sums.x;
  statistics[out + 7u] = moments.x / count - drift * drift;
}
