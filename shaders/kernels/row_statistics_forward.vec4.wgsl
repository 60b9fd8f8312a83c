// As row_statistics_forward, for rows whose length is a multiple of 4, four cells a step:
// statistics[r] = max s, sum exp(s - max), entropy -sum p ln p, max p, argmax p, |diag(p) - p p^T|_F, cells, variance of s
//   masked     (rows, quads) of vec4: scores s, "no cell" = MASKED
//   weights    (rows, quads) of vec4: softmax p of them
//   statistics (rows, 8)     of the rows asked for; a row without cells: MASKED, 0, 0, 0, -1, 0, 0, 0
// Rows `first` … `first` + `rows` - 1, one invocation each; what is left out without SCORES is said in row_statistics_forward.
// use: grid, masked, concentration

struct Params { first: u32, rows: u32, quads: u32 }

override WG: u32 = 64;
override SCORES: bool = true;
const BLOCK = 8u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> masked: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> statistics: array<f32>;

fn sum_of(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn largest_of(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = (params.first + row) * params.quads;
  let end = start + params.quads;

  // Each of the four lanes keeps its own largest weight, and where it is. Sums run over blocks, so that the rounding of a
  // thousand equal terms does not add up.
  var tops = vec4f(MASKED);
  var counts = vec4f();
  var peaks = vec4f();
  var places = vec4u(start);
  var rests = vec4f(); // of the others
  for (var first = start; first < end; first += BLOCK) {
    var r = vec4f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let scores = masked[at];
      if (SCORES) { tops = max(tops, scores); }
      counts += select(vec4f(1.0), vec4f(), scores <= vec4f(MASKED));
      let p = weights[at];
      places = select(places, vec4u(at), p > peaks);
      r += min(p, peaks);
      peaks = max(p, peaks);
    }
    rests += r;
  }
  let cells = sum_of(counts);
  let peak = largest_of(peaks);
  let places_of_peak = select(vec4u(0xffffffffu), 4u * places + vec4u(0u, 1u, 2u, 3u), peaks == vec4f(peak));
  let peak_cell = min(min(places_of_peak.x, places_of_peak.y), min(places_of_peak.z, places_of_peak.w));
  let lanes = vec4u(0u, 1u, 2u, 3u) == vec4u(peak_cell % 4u);
  let rest = sum_of(rests) + sum_of(select(peaks, vec4f(), lanes));
  let scale = per_rest(rest);

  var entropies = vec4f(); // of the others
  var shares = vec4f(); // Q
  var rises = vec4f(); // sum of q_i^2 (1 - 2 p_i)
  for (var first = start; first < end; first += BLOCK) {
    var h = vec4f();
    var q2 = vec4f();
    var qp = vec4f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let p = select(weights[at], vec4f(), 4u * at + vec4u(0u, 1u, 2u, 3u) == vec4u(peak_cell));
      let share = p * scale;
      h += select(vec4f(), -p * log(max(p, vec4f(SMALLEST_NORMAL))), p >= vec4f(SMALLEST_NORMAL));
      q2 += share * share;
      qp += share * share * (1.0 - 2.0 * p);
    }
    entropies += h;
    shares += q2;
    rises += qp;
  }

  let out = 8u * row;
  statistics[out + 2u] = entropy_with(peak, rest, sum_of(entropies));
  statistics[out + 3u] = peak;
  statistics[out + 4u] = select(-1.0, f32(peak_cell - 4u * start), peak > 0.0);
  statistics[out + 5u] = jacobian_norm(peak, rest, sum_of(shares), sum_of(rises));
  statistics[out + 6u] = cells;
  if (!SCORES) {
    statistics[out] = 0.0;
    statistics[out + 1u] = 0.0;
    statistics[out + 7u] = 0.0;
    return;
  }

  // Deviations first the largest score, so that a common offset of the row costs no digits.
  let top = largest_of(tops);
  var exponentials = vec4f();
  var shifts = vec4f();
  for (var first = start; first < end; first += BLOCK) {
    var e = vec4f();
    var d = vec4f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let scores = masked[at];
      let hidden = scores <= vec4f(MASKED);
      let shifted = select(scores - top, vec4f(), hidden);
      e += select(exp(shifted), vec4f(), hidden);
      d += shifted;
    }
    exponentials += e;
    shifts += d;
  }
  let count = max(cells, 1.0);
  let mean = sum_of(shifts) / count;
  var squares = vec4f(); // sum of d^2, d = (s - max) - mean
  var drifts = vec4f(); // sum of d
  for (var first = start; first < end; first += BLOCK) {
    var d2 = vec4f();
    var d1 = vec4f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let scores = masked[at];
      let deviation = select((scores - top) - mean, vec4f(), scores <= vec4f(MASKED));
      d2 += deviation * deviation;
      d1 += deviation;
    }
    squares += d2;
    drifts += d1;
  }
  let drift = sum_of(drifts) / count;
  statistics[out] = top;
  statistics[out + 1u] = sum_of(exponentials);
  statistics[out + 7u] = sum_of(squares) / count - drift * drift;
}
