// Philox4x32-10, a counter-based generator (Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3, §3.3): four
// random words are a function of a counter and a key, so any element can be drawn alone, on any device, in any order.
// Twin: `philox` in src/reference/random.ts.
// use: wide

/// Counters end in one of these, so that different uses of one key never meet.
const DRAW_TENSOR = 0u;
const DRAW_EMBEDDING = 1u;

/// Four uniformly distributed words for a counter under a key (seed, stream).
fn philox(start: vec4u, seed_and_stream: vec2u) -> vec4u {
  var counter = start;
  var key = seed_and_stream;
  for (var round = 0; round < 10; round++) {
    counter = vec4u(
      mul_high(0xcd9e8d57u, counter.z) ^ counter.y ^ key.x,
      0xcd9e8d57u * counter.z,
      mul_high(0xd2511f53u, counter.x) ^ counter.w ^ key.y,
      0xd2511f53u * counter.x,
    );
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return counter;
}

/// Words 4·quad … 4·quad + 3 of the tensor that a key stands for.
fn tensor_words(quad: u32, key: vec2u) -> vec4u {
  return philox(vec4u(quad, 0u, 0u, DRAW_TENSOR), key);
}
