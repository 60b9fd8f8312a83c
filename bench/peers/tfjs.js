// TensorFlow.js on its WebGPU backend: composed from core operations, since it has no fused attention.
import {
  add, backend, matMul, mean, mul, ready, rsqrt, setBackend, softmax, square, sub, tensor, tidy,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import { hiddenAbove } from './lib/mask.js';

let inputs = [];
let outputs = [];
let step = null;

function use(tensors, body) {
  inputs = tensors;
  step = () => body(...tensors);
}
function drop(list) {
  while (list.length > 0) list.pop().dispose();
}

const peer = {
  name: 'TensorFlow.js',
  async setup() {
    if (!(await setBackend('webgpu'))) throw new Error('TensorFlow.js found no WebGPU.');
    await ready();
  },
  async prepare(h, n, d, { q, k, v }, { causal = true } = {}) {
    const tensors = [...[q, k, v].map((x) => tensor(x, [h, n, d])), tensor(1 / Math.sqrt(d))];
    if (causal) tensors.push(tensor(hiddenAbove(n), [n, n]));
    use(tensors, (Q, K, V, scale, M) => {
      const scaled = matMul(mul(Q, scale), K, false, true);
      const weights = softmax(M ? add(scaled, M) : scaled, -1);
      return [weights, matMul(weights, V)];
    });
  },
  async enqueue() {
    drop(outputs);
    const made = tidy(step);
    outputs = Array.isArray(made) ? made : [made];
    // Dispatches gather in an open pass; this is how its own read-back flushes them.
    backend().endComputePassEncoder();
    backend().submitQueue();
  },
  sync: () => backend().device.queue.onSubmittedWorkDone(),
  async run() {
    await peer.enqueue();
    await peer.sync();
  },
  readWeights: () => outputs[0].data(),
  readOutput: () => outputs[1].data(),
  async prepareMatmul(m, k, n, { a, b }) {
    use([tensor(a, [m, k]), tensor(b, [k, n])], (A, B) => matMul(A, B));
  },
  runMatmul: () => peer.run(),
  readMatmul: () => outputs[0].data(),
  async prepareLayerNorm(n, c, { x, gamma, beta, eps }) {
    use([tensor(x, [n, c]), tensor(gamma, [c]), tensor(beta, [c]), tensor(eps)], (X, G, B, E) => {
      const centred = sub(X, mean(X, -1, true));
      return add(mul(mul(centred, rsqrt(add(mean(square(centred), -1, true), E))), G), B);
    });
  },
  runLayerNorm: () => peer.run(),
  readLayerNorm: () => outputs[0].data(),
  async prepareBatchNorm(n, c, { x, gamma, beta, eps }) {
    use([tensor(x, [n, c]), tensor(gamma, [c]), tensor(beta, [c]), tensor(eps)], (X, G, B, E) => {
      const centred = sub(X, mean(X, 0, true));
      return add(mul(mul(centred, rsqrt(add(mean(square(centred), 0, true), E))), G), B);
    });
  },
  runBatchNorm: () => peer.run(),
  readBatchNorm: () => outputs[0].data(),
  async dispose() {
    drop(outputs);
    drop(inputs);
    step = null;
  },
};
export default peer;
