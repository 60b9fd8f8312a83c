// masked[b, i, j] = x[b, i, j] where query i sees key j, MASKED elsewhere
//   x         (batch, m, n) scores
//   mask_bits (n) documents, or (ceil(m n / 32)) bitmap, see lib/mask
//   masked    (batch, m, n)
// One invocation per RUN cells of a row. Inside the range of keys that a row sees, single cells are asked for only where the
// mask has holes: documents, a bitmap, or a window apart from its prefix.
// use: grid, masked, mask

struct Params { rows: u32, m: u32, n: u32, runs: u32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

override WG: u32 = 64;
override RUN: u32 = 16;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> mask_bits: array<u32>;
@group(0) @binding(3) var<storage, read_write> masked: array<f32>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let id = linear_workgroup(group, groups) * WG + lane;
  let row = id / params.runs;
  if (row >= params.rows) { return; }
  let i = row % params.m;
  let first = (id - row * params.runs) * RUN;
  let stop = min(first + RUN, params.n);
  let range = visible_range(i, params.m, params.n);
  let holes = (params.mask_flags & (MASK_SEGMENTS | MASK_BITMAP)) != 0u || (params.window > 0u && params.prefix > 0u);
  let start = row * params.n;
  if (holes) {
    for (var j = first; j < stop; j++) {
      let seen = j >= range.x && j < range.y && visible(i, j, params.m, params.n);
      masked[start + j] = select(MASKED, x[start + j], seen);
    }
  } else {
    for (var j = first; j < stop; j++) {
      masked[start + j] = select(MASKED, x[start + j], j >= range.x && j < range.y);
    }
  }
}
