// As batch_norm_parts_forward, four columns at once, where their number is a multiple of 4:
// parts[:, p, c] = (mean, sum of squared deviations from it, count) of x[r, c] over the rows r of chunk p
//   x         (rows, quads) of vec4, rows = batch x tokens
//   row_valid (rows) 1 = counts, 0 = padding, or unread (has_valid = 0: all count)
//   parts     (3, chunks, quads) of vec4, merged by batch_norm_merge_forward
// One invocation per chunk and quad; the mean first, then the deviations, whose own mean corrects both.
// use: grid

struct Params { rows: u32, quads: u32, chunk: u32, chunks: u32, has_valid: u32 }

override WG: u32 = 64;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> row_valid: array<u32>;
@group(0) @binding(3) var<storage, read_write> parts: array<vec4f>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let id = linear_workgroup(group, groups) * WG + lane;
  let plane = params.chunks * params.quads;
  if (id >= plane) { return; }
  let chunk = id / params.quads;
  let c = id - chunk * params.quads;
  let first = chunk * params.chunk;
  let stop = min(first + params.chunk, params.rows);

  var sum = vec4f();
  var cells = 0.0;
  for (var row = first; row < stop; row++) {
    if (counts(row)) {
      sum += x[row * params.quads + c];
      cells += 1.0;
    }
  }
  let count = max(cells, 1.0);
  let center = sum / count;
  var drift = vec4f(); // sum of d
  var squares = vec4f(); // sum of d^2
  for (var row = first; row < stop; row++) {
    if (counts(row)) {
      let d = x[row * params.quads + c] - center;
      drift += d;
      squares += d * d;
    }
  }
  parts[id] = center + drift / count;
  parts[plane + id] = max(vec4f(), squares - drift * drift / count);
  parts[2u * plane + id] = vec4f(cells);
}

fn counts(row: u32) -> bool {
  if (params.has_valid == 0u) { return true; }
  return row_valid[row] != 0u;
}
