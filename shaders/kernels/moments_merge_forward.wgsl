// merged[t] = (mean, variance, min, max, count) of parts t · PARTS … (t+1) · PARTS - 1 taken together:
//   n = Σ n_k,  mean = Σ n_k mean_k / n,  variance = Σ n_k (variance_k + (mean_k - mean)²) / n
//   parts  (count, 5)            a part without cells has n_k = 0
//   merged (⌈count / PARTS⌉, 5)  zeros where no part has a cell
// One invocation per merged part.
// use: grid, masked

struct Params { count: u32 }

override WG: u32 = 64;
override PARTS: u32 = 256;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parts: array<array<f32, 5>>;
@group(0) @binding(2) var<storage, read_write> merged: array<array<f32, 5>>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = linear_workgroup(group, groups) * WG + lane;
  let first = index * PARTS;
  if (first >= params.count) { return; }
  let end = min(params.count, first + PARTS);

  // Means are summed as distances from one of them, so that a large common offset costs no digits.
  var origin = 0.0;
  var n = 0.0;
  var offset = 0.0;
  var low = -MASKED;
  var high = MASKED;
  for (var at = first; at < end; at++) {
    let size = parts[at][4];
    if (size == 0.0) { continue; }
    if (n == 0.0) { origin = parts[at][0]; }
    n += size;
    offset += size * (parts[at][0] - origin);
    low = min(low, parts[at][2]);
    high = max(high, parts[at][3]);
  }
  if (n == 0.0) {
    merged[index] = array<f32, 5>();
    return;
  }

  let mean = origin + offset / n;
  var squares = 0.0;
  for (var at = first; at < end; at++) {
    let distance = parts[at][0] - mean;
    squares += parts[at][4] * (parts[at][1] + distance * distance);
  }
  merged[index] = array<f32, 5>(mean, squares / n, low, high, n);
}
