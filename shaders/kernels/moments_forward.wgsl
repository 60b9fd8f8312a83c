// parts[t] = (mean, Σ(x - mean)²/count, min, max, count) over the unmasked cells among the 4 · STEPS that invocation t reads
//   x     (cells) in quads of f32
//   parts (⌈cells / (4 · WG · STEPS)⌉ · WG, 5) zeros where an invocation has no cell
// The variance takes a second pass over the cells and removes the rounding of the mean (Chan, Golub & LeVeque 1983,
// Algorithms for Computing the Sample Variance, eq. 1.7). moments_merge_forward reduces the parts to one.
// use: grid, masked

struct Params { cells: u32 }

override WG: u32 = 64;
override STEPS: u32 = 64;

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

  var sum = vec4f(0.0);
  var count = vec4f(0.0);
  var low = vec4f(-MASKED);
  var high = vec4f(MASKED);
  for (var at = first; at < end; at += WG) {
    let cells = x[at];
    let some = counted(cells, at);
    sum += select(vec4f(0.0), cells, some);
    count += select(vec4f(0.0), vec4f(1.0), some);
    low = min(low, select(vec4f(-MASKED), cells, some));
    high = max(high, select(vec4f(MASKED), cells, some));
  }
  let n = sum_of(count);
  let part = tile * WG + lane;
  if (n == 0.0) {
    parts[part] = array<f32, 5>();
    return;
  }

  let near = sum_of(sum) / n;
  var rest = vec4f(0.0);
  var squares = vec4f(0.0);
  for (var at = first; at < end; at += WG) {
    let cells = x[at];
    let distance = select(vec4f(0.0), cells - near, counted(cells, at));
    rest += distance;
    squares += distance * distance;
  }
  let correction = sum_of(rest) / n;
  parts[part] = array<f32, 5>(
    near + correction,
    max(0.0, sum_of(squares) / n - correction * correction),
    min(min(low.x, low.y), min(low.z, low.w)),
    max(max(high.x, high.y), max(high.z, high.w)),
    n,
  );
}
