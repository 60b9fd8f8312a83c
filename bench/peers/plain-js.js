// Plain JavaScript loops on the main thread, which skip what the mask hides: what a GPU has to beat at all.
let shape = [0, 0, 0];
let data = null;
let causal = true;
let weights = new Float32Array(0);
let output = new Float32Array(0);

function attendRow(start, i, [, n, d], scale) {
  const { q, k, v } = data;
  const seen = causal ? i + 1 : n;
  const query = start * d + i * d;
  const row = start * n + i * n;
  let top = -Infinity;
  for (let j = 0; j < seen; j++) {
    let sum = 0;
    for (let e = 0, key = (start + j) * d; e < d; e++) sum += q[query + e] * k[key + e];
    weights[row + j] = sum * scale;
    top = Math.max(top, sum * scale);
  }
  let total = 0;
  for (let j = 0; j < seen; j++) total += weights[row + j] = Math.exp(weights[row + j] - top);
  output.fill(0, query, query + d);
  for (let j = 0; j < seen; j++) {
    const weight = (weights[row + j] /= total);
    for (let e = 0, value = (start + j) * d; e < d; e++) output[query + e] += weight * v[value + e];
  }
}

const peer = {
  name: 'plain JavaScript',
  async setup() {},
  async prepare(h, n, d, given, options = {}) {
    shape = [h, n, d];
    data = given;
    causal = options.causal ?? true;
    weights = new Float32Array(h * n * n);
    output = new Float32Array(h * n * d);
  },
  async run() {
    const [h, n, d] = shape;
    for (let head = 0; head < h; head++) for (let i = 0; i < n; i++) attendRow(head * n, i, shape, 1 / Math.sqrt(d));
  },
  readWeights: async () => weights.slice(),
  readOutput: async () => output.slice(),
  async dispose() {
    data = null;
    weights = output = new Float32Array(0);
  },
};
export default peer;
