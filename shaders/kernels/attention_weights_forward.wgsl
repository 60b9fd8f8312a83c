// weights[h, i, j] = exp(scores[h, i, j] - max_i) / sum_j exp(scores[h, i, j] - max_i) over the keys j that query i sees,
// zero for the others; a row that sees no key becomes zeros
//   mask_bits (n) documents, or (ceil(m n / 32)) bitmap, see lib/mask
//   weights   (heads, m, n4) vec4f: on entry the scores of attention_scores_forward, on exit the weights, zeros past column n
// Second of three passes of the fused attention, in place. One invocation per row; keys outside of the row's range are
// not read, only set to zero.
// use: grid, weigh_row

struct Params { heads: u32, m: u32, n: u32, n4: u32, mask_flags: u32, window: u32, prefix: u32, valid_keys: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> mask_bits: array<u32>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = linear_workgroup(group, groups) * WG + lane;
  if (row >= params.heads * params.m) { return; }
  weigh_row(row);
}
