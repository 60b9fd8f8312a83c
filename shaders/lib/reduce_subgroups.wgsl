// Sums and maxima over the WG invocations of a workgroup: within each subgroup at once, then over the subgroups' results,
// whatever the size of a subgroup. Every invocation calls them; `place` is its (subgroup_invocation_id, subgroup_size).
// They end with a barrier, so that they may follow each other. The kernel has `enable subgroups;` above.

var<workgroup> reduce_parts: array<vec2f, WG>;

/// The sum of `value` over the workgroup, the same in every invocation.
fn workgroup_sum(value: vec2f, lane: u32, place: vec2u) -> vec2f {
  let own = subgroupAdd(value);
  // One invocation of each subgroup, its lowest, speaks for it.
  reduce_parts[lane] = select(vec2f(), own, lane == subgroupMin(lane));
  workgroupBarrier();
  // Neighbours together: most parts are zeros between those of two subgroups, and few terms make a short sum.
  let share = (WG + place.y - 1) / place.y;
  var sum = vec2f();
  for (var at = place.x * share; at < min((place.x + 1) * share, WG); at++) { sum += reduce_parts[at]; }
  let total = subgroupAdd(sum);
  workgroupBarrier();
  return total;
}

/// The largest `value` of the workgroup, the same in every invocation.
fn workgroup_max(value: f32, lane: u32, place: vec2u) -> f32 {
  reduce_parts[lane].x = subgroupMax(value);
  workgroupBarrier();
  var top = reduce_parts[0].x;
  for (var at = place.x; at < WG; at += place.y) { top = max(top, reduce_parts[at].x); }
  let total = subgroupMax(top);
  workgroupBarrier();
  return total;
}
