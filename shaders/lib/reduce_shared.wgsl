// Sums and maxima over the WG invocations of a workgroup, halving through workgroup memory. WG is a power of two, and every
// invocation calls them. They end with a barrier, so that they may follow each other.

var<workgroup> reduce_parts: array<vec2f, WG>;

/// The sum of `value` over the workgroup, the same in every invocation.
fn workgroup_sum(value: vec2f, lane: u32) -> vec2f {
  reduce_parts[lane] = value;
  for (var width = WG / 2; width > 0; width /= 2) {
    workgroupBarrier();
    if (lane < width) { reduce_parts[lane] += reduce_parts[lane + width]; }
  }
  return workgroupUniformLoad(&reduce_parts[0]);
}

/// The largest `value` of the workgroup, the same in every invocation.
fn workgroup_max(value: f32, lane: u32) -> f32 {
  reduce_parts[lane] = vec2f(value);
  for (var width = WG / 2; width > 0; width /= 2) {
    workgroupBarrier();
    if (lane < width) { reduce_parts[lane] = max(reduce_parts[lane], reduce_parts[lane + width]); }
  }
  return workgroupUniformLoad(&reduce_parts[0]).x;
}
