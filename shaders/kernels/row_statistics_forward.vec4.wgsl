// As row_statistics_forward, for rows whose length is a multiple of 4, four cells a step:
// statistics[r] = max s, sum exp(s - max), entropy -sum p ln p, max p, argmax p, |diag(p) - p p^T|_F, cells, variance of s
//   masked     (rows, quads) of vec4: scores s, "no cell" = MASKED
//   weights    (rows, quads) of vec4: softmax p of them
//   statistics (rows, 8)     a row without cells: MASKED, 0, 0, 0, -1, 0, 0, 0
// One invocation per row, three passes; how the largest weight is kept apart is said in row_statistics_forward.
// use: grid, masked, logarithm

struct Params { rows: u32, quads: u32 }

override WG: u32 = 64;
const BLOCK = 8u;
const SMALLEST_NORMAL = 1.1754944e-38;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> masked: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> statistics: array<f32>;

fn sum_of(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

/// The weights of quad `at`, without the largest of the row.
fn others(at: u32, peak_cell: u32) -> vec4f {
  return select(weights[at], vec4f(), 4u * at + vec4u(0u, 1u, 2u, 3u) == vec4u(peak_cell));
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.rows) { return; }
  let start = row * params.quads;
  let end = start + params.quads;

  var tops = vec4f(MASKED);
  var counts = vec4f();
  var peak = 0.0;
  var peak_cell = 4u * start;
  for (var at = start; at < end; at++) {
    let scores = masked[at];
    tops = max(tops, scores);
    counts += select(vec4f(1.0), vec4f(), scores <= vec4f(MASKED));
    let p = weights[at];
    if (any(p > vec4f(peak))) {
      for (var s = 0u; s < 4u; s++) {
        if (p[s] > peak) {
          peak = p[s];
          peak_cell = 4u * at + s;
        }
      }
    }
  }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));
  let cells = sum_of(counts);

  // Deviations first the largest score, so that a common offset of the row costs no digits. Sums run over blocks, so that
  // the rounding of a thousand equal terms does not add up.
  var exponentials = vec4f();
  var shifts = vec4f();
  var rests = vec4f();
  var entropies = vec4f(); // of the others
  for (var first = start; first < end; first += BLOCK) {
    var e = vec4f();
    var d = vec4f();
    var r = vec4f();
    var h = vec4f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let scores = masked[at];
      let hidden = scores <= vec4f(MASKED);
      let shifted = select(scores - top, vec4f(), hidden);
      let p = others(at, peak_cell);
      e += select(exp(shifted), vec4f(), hidden);
      d += shifted;
      r += p;
      h += select(vec4f(), -p * log(max(p, vec4f(SMALLEST_NORMAL))), p >= vec4f(SMALLEST_NORMAL));
    }
    exponentials += e;
    shifts += d;
    rests += r;
    entropies += h;
  }

  let count = max(cells, 1.0);
  let mean = sum_of(shifts) / count;
  let rest = sum_of(rests);
  let per_rest = select(0.0, 1.0 / rest, rest >= SMALLEST_NORMAL);
  var squares = vec4f(); // sum of d^2, d = (s - max) - mean
  var drifts = vec4f(); // sum of d
  var shares = vec4f(); // Q
  var rises = vec4f(); // sum of q_i^2 (1 - 2 p_i)
  for (var first = start; first < end; first += BLOCK) {
    var d2 = vec4f();
    var d1 = vec4f();
    var q2 = vec4f();
    var qp = vec4f();
    for (var at = first; at < min(first + BLOCK, end); at++) {
      let scores = masked[at];
      let deviation = select((scores - top) - mean, vec4f(), scores <= vec4f(MASKED));
      let p = others(at, peak_cell);
      let share = p * per_rest;
      d2 += deviation * deviation;
      d1 += deviation;
      q2 += share * share;
      qp += share * share * (1.0 - 2.0 * p);
    }
    squares += d2;
    drifts += d1;
    shares += q2;
    rises += qp;
  }

  let largest = peak * peak;
  let q = sum_of(shares);
  let norm = rest * sqrt(largest * (1.0 + q) + sum_of(rises) + (largest + rest * rest * q) * q);
  let peak_log = select(log(max(peak, SMALLEST_NORMAL)), log_one_minus(min(rest, 0.5)), peak > 0.5);
  let drift = sum_of(drifts) / count;

  let out = 8u * row;
  statistics[out] = top;
  statistics[out + 1u] = sum_of(exponentials);
  statistics[out + 2u] = sum_of(entropies) - peak * peak_log;
  statistics[out + 3u] = peak;
  statistics[out + 4u] = select(-1.0, f32(peak_cell - 4u * start), peak > 0.0);
  statistics[out + 5u] = norm;
  statistics[out + 6u] = cells;
  statistics[out + 7u] = sum_of(squares) / count - drift * drift;
}
