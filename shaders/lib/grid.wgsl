// Folded grids: a count of workgroups beyond 65 535 is spread over x, y and z; this is the way back to one index.

/// Linear index of a workgroup in a grid folded by `foldGrid` (src/gpu/gpu.ts). It may lie past the end: check it.
fn linear_workgroup(id: vec3u, count: vec3u) -> u32 {
  return id.x + count.x * (id.y + count.y * id.z);
}
