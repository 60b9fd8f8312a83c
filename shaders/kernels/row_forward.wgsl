// y[r, c] = x[r, c] + row[c], or x[r, c] * row[c] where OPERATION is 1
//   x, y (rows, cols) in quads of f32, across the ends of rows
//   row  (cols)
// One invocation per quad.
// use: grid

struct Params { cols: u32, quads: u32 }

override WG: u32 = 64;
/// 0 adds, 1 multiplies.
override OPERATION: u32 = 0;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> row: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let quad = linear_workgroup(group, groups) * WG + lane;
  if (quad >= params.quads) { return; }
  var c = (4u * quad) % params.cols;
  var across: vec4f;
  for (var i = 0; i < 4; i++) {
    across[i] = row[c];
    c = select(c + 1u, 0u, c + 1u == params.cols);
  }
  y[quad] = select(x[quad] + across, x[quad] * across, OPERATION == 1u);
}
