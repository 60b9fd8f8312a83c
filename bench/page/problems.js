// What is measured: seeded inputs, the float64 answer, and how a peer is asked for it.
import { attention } from '../../src/reference/attention';
import { batchNorm, batchStatistics, layerNorm } from '../../src/reference/norm';
import { matmul } from '../../src/reference/matmul';

/** Seeded normals (mulberry32, Box–Muller): every peer and every run sees the same numbers. */
function normals(length, seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return Float32Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
}
const doubles = (values) => Float64Array.from(values);

/** BatchNorm with the batch's own statistics. */
function batchNormOf({ x, gamma, beta, eps }, n, c) {
  const values = doubles(x);
  const { mean, variance } = batchStatistics(values, n, c, null);
  const rstd = variance.map((v) => 1 / Math.sqrt(v + eps));
  return batchNorm(values, n, c, mean, rstd, { gamma: doubles(gamma), beta: doubles(beta) }, null);
}

const attentionProblem = (causal) => ({
  /** Weights and outputs are of the order of 1. f32 gives 1e-6; a wrong mask or scale gives 1e-1. */
  tolerance: 2e-5,
  make([h, n, d]) {
    const data = { q: normals(h * n * d, 11), k: normals(h * n * d, 12), v: normals(h * n * d, 13) };
    const extents = { heads: h, m: n, n, d, dv: d };
    const { weights, output } = attention(doubles(data.q), doubles(data.k), doubles(data.v), 1 / Math.sqrt(d), { causal }, extents);
    return { data, expected: [weights, output] };
  },
  offeredBy: (peer) => Boolean(peer.prepare),
  prepare: (peer, [h, n, d], data) => peer.prepare(h, n, d, data, { causal }),
  run: (peer) => peer.run(),
  read: async (peer) => [await peer.readWeights(), await peer.readOutput()],
  readFirst: (peer) => peer.readWeights(),
});

export const problems = {
  'causal attention': attentionProblem(true),
  'full attention': attentionProblem(false),
  LayerNorm: {
    tolerance: 2e-5,
    make([n, c]) {
      const data = { x: normals(n * c, 31), gamma: normals(c, 32), beta: normals(c, 33), eps: 1e-5 };
      const { y } = layerNorm(doubles(data.x), n, c, { gamma: doubles(data.gamma), beta: doubles(data.beta) }, data.eps);
      return { data, expected: [y] };
    },
    offeredBy: (peer) => Boolean(peer.prepareLayerNorm),
    prepare: (peer, [n, c], data) => peer.prepareLayerNorm(n, c, data),
    run: (peer) => peer.runLayerNorm(),
    read: async (peer) => [await peer.readLayerNorm()],
    readFirst: (peer) => peer.readLayerNorm(),
  },
  BatchNorm: {
    tolerance: 2e-5,
    make([n, c]) {
      const data = { x: normals(n * c, 41), gamma: normals(c, 42), beta: normals(c, 43), eps: 1e-5 };
      return { data, expected: [batchNormOf(data, n, c)] };
    },
    offeredBy: (peer) => Boolean(peer.prepareBatchNorm),
    prepare: (peer, [n, c], data) => peer.prepareBatchNorm(n, c, data),
    run: (peer) => peer.runBatchNorm(),
    read: async (peer) => [await peer.readBatchNorm()],
    readFirst: (peer) => peer.readBatchNorm(),
  },
  matmul: {
    /** Elements are of the order of 30 at k = 1024, and peers sum plainly. */
    tolerance: 2e-3,
    make([m, k, n]) {
      const data = { a: normals(m * k, 21), b: normals(k * n, 22) };
      const extents = { batch: 1, m, n, k, transposeA: false, transposeB: false, sharedB: false };
      return { data, expected: [matmul(doubles(data.a), doubles(data.b), null, extents)] };
    },
    offeredBy: (peer) => Boolean(peer.prepareMatmul),
    prepare: (peer, [m, k, n], data) => peer.prepareMatmul(m, k, n, data),
    run: (peer) => peer.runMatmul(),
    read: async (peer) => [await peer.readMatmul()],
    readFirst: (peer) => peer.readMatmul(),
  },
};

/** Largest absolute difference, over all results; NaN where lengths differ or a result holds one. */
export function largestError(actual, expected) {
  let largest = 0;
  expected.forEach((wanted, at) => {
    const got = actual[at];
    if (got.length !== wanted.length) largest = NaN;
    for (let i = 0; i < wanted.length; i++) {
      const error = Math.abs(got[i] - wanted[i]);
      if (!(error <= largest)) largest = Number.isNaN(largest) ? NaN : error;
    }
  });
  return largest;
}
