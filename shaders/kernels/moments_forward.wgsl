// parts[t] = (mean, Σ(x - mean)²/count, min, max, count) over the unmasked cells among the 4 · STEPS that invocation t reads
//   x     (cells) in quads of f32
//   parts (⌈cells / (4 · WG · STEPS)⌉ · WG, 5) zeros where an invocation has no cell
// Each cell is read once, sixteen at a time: their mean and squares, without the rounding of that mean (Chan, Golub & LeVeque
// 1983, Algorithms for Computing the Sample Variance, eq. 1.7), join those of the cells before (the same 1979, Updating
// Formulae and a Pairwise Algorithm for Computing Sample Variances).
// moments_merge_forward reduces the parts to one.
// use: grid, masked

struct Params { cells: u32 }

override WG: u32 = 64;
override STEPS: u32 = 64; // a multiple of 4

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> parts: array<array<f32, 5>>;

/// True for the cells of quad `at` that exist and are not masked.
fn counted(cells: vec4f, at: u32) -> vec4<bool> {
  let index = 4u * at + vec4u(0u, 1u, 2u, 3u);
  let end = vec4u(params.cells);
  return (index < end) & (cells > vec4f(MASKED));
}

fn sum_of(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

fn only(cells: vec4f, some: vec4<bool>, other: f32) -> vec4f { return select(vec4f(other), cells, some); }

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = linear_workgroup(group, groups);
  let first = tile * WG * STEPS + lane;
  let quads = (params.cells + 3u) / 4u;
  if (tile > 0u && tile * WG * STEPS >= quads) { return; }
  let end = min(quads, (tile + 1u) * WG * STEPS);

  var n = 0.0;
  var mean = 0.0;
  var squares = 0.0;
  var low = vec4f(-MASKED);
  var high = vec4f(MASKED);
  for (var at = first; at < end; at += 4 * WG) {
    let a = x[at];
    let b = x[at + WG];
    let c = x[at + 2 * WG];
    let d = x[at + 3 * WG];
    let in_a = counted(a, at);
    let in_b = counted(b, at + WG);
    let in_c = counted(c, at + 2 * WG);
    let in_d = counted(d, at + 3 * WG);
    let ones = vec4f(1.0);
    let more = sum_of((only(ones, in_a, 0.0) + only(ones, in_b, 0.0)) + (only(ones, in_c, 0.0) + only(ones, in_d, 0.0)));
    if (more == 0.0) { continue; }
    low = min(low, min(min(only(a, in_a, -MASKED), only(b, in_b, -MASKED)), min(only(c, in_c, -MASKED), only(d, in_d, -MASKED))));
    high = max(high, max(max(only(a, in_a, MASKED), only(b, in_b, MASKED)), max(only(c, in_c, MASKED), only(d, in_d, MASKED))));

    let near = sum_of((only(a, in_a, 0.0) + only(b, in_b, 0.0)) + (only(c, in_c, 0.0) + only(d, in_d, 0.0))) / more;
    let far_a = only(a - near, in_a, 0.0);
    let far_b = only(b - near, in_b, 0.0);
    let far_c = only(c - near, in_c, 0.0);
    let far_d = only(d - near, in_d, 0.0);
    let rest = sum_of((far_a + far_b) + (far_c + far_d)) / more;
    let own = sum_of((far_a * far_a + far_b * far_b) + (far_c * far_c + far_d * far_d)) - more * rest * rest;

    let total = n + more;
    let apart = near + rest - mean;
    mean = select(mean + apart * (more / total), near + rest, n == 0.0);
    squares += own + select(apart * apart * (n * more / total), 0.0, n == 0.0);
    n = total;
  }
  let part = tile * WG + lane;
  if (n == 0.0) {
    parts[part] = array<f32, 5>();
    return;
  }
  parts[part] = array<f32, 5>(
    mean,
    max(0.0, squares / n),
    min(min(low.x, low.y), min(low.z, low.w)),
    max(max(high.x, high.y), max(high.z, high.w)),
    n,
  );
}
