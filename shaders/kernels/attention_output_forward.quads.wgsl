// output[h, i, e] = sum_j weights[h, i, j] v[h, j, e]
//   weights (heads, m, n4) vec4f: rows of n4 = ceil(n / 4) vectors, zeros past column n
//   v       (heads, 4 n4, d4) vec4f: values, padded with zeros likewise, d4 = ceil(d / 4)
//   output  (heads, m, d4) vec4f
// As attention_output_forward, third of three passes: a quad of invocations computes 16 × 64 outputs in registers and shares
// the weights. Only the keys that the workgroup's queries may see are read; the others have no weight.
// use: attention, quad_block
enable subgroups;

struct Params {
  m: u32, n: u32, n4: u32, d4: u32,
  mask_flags: u32, window: u32, prefix: u32, valid_keys: u32,
}

// Four invocations for each 16 rows.
override WG: u32 = 32;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> v: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) place: u32,
) {
  let first = QUAD_ROWS * group.y * (WG / 4);
  let keys = keys_of_rows(first, QUAD_ROWS * (WG / 4), params.m, params.n);
  let h = group.z;
  let i = first + QUAD_ROWS * (lane / 4);
  let e4 = QUAD_VECTORS * group.x + LANE_VECTORS * (lane % 4);
  let row = (h * params.m + i + place % 4) * params.n4;
  let sum = quad_block(row, params.n4, h * 4 * params.n4 * params.d4 + e4, params.d4, keys.x / 4, (keys.y + 3) / 4);
  store_block(h, i, e4, sum);
}

/// Writes the outputs of queries i … i + 3 in vector e4 of their rows.
fn store_vector(h: u32, i: u32, e4: u32, rows: mat4x4f) {
  let at = (h * params.m + i) * params.d4 + e4;
  let count = select(0u, params.m - min(i, params.m), e4 < params.d4);
  if (count > 0) { output[at] = rows[0]; }
  if (count > 1) { output[at + params.d4] = rows[1]; }
  if (count > 2) { output[at + 2 * params.d4] = rows[2]; }
  if (count > 3) { output[at + 3 * params.d4] = rows[3]; }
}

fn left_vector(at: u32) -> vec4f { return weights[at]; }
fn right_vector(at: u32) -> vec4f { return v[at]; }
