// bins[1 + ⌊(x[i] - low) · scale⌋] += 1, scale = inner / (high - low); below low: bins[0]; above high: bins[inner + 1]
//   x    (cells)      masked cells are not counted; x = high counts in the last inner bin
//   bins (inner + 2)  zeros before
// One invocation per STEPS cells, WG apart. Equal bins in a row are added at once: a softmax puts most cells in one bin,
// and one addition each would queue up at it.
// use: grid, masked

struct Params { cells: u32, inner: u32, low: f32, high: f32, scale: f32 }

override WG: u32 = 64;
override STEPS: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> bins: array<atomic<u32>>;

fn bin_of(cell: f32) -> u32 {
  if (cell < params.low) { return 0u; }
  if (cell > params.high) { return params.inner + 1u; }
  return 1u + min(params.inner - 1u, u32((cell - params.low) * params.scale));
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let start = linear_workgroup(group, groups) * WG * STEPS;
  let end = min(params.cells, start + WG * STEPS);
  var bin = 0u;
  var run = 0u;
  for (var at = start + lane; at < end; at += WG) {
    let cell = x[at];
    if (is_masked(cell)) { continue; }
    let next = bin_of(cell);
    if (next != bin && run > 0u) {
      atomicAdd(&bins[bin], run);
      run = 0u;
    }
    bin = next;
    run++;
  }
  if (run > 0u) { atomicAdd(&bins[bin], run); }
}
