// jax-js: one jitted function; its einsum and softmax become six kernels.
import { blockUntilReady, defaultDevice, getWebGPUDevice, init, jit, nn, numpy as np } from '@jax-js/jax';
import { hiddenAbove } from './lib/mask.js';

let inputs = [];
let outputs = [];
let step = null;

const array = (data, shape) => np.array(data).reshape(shape);
async function use(tensors, body) {
  inputs = tensors;
  await blockUntilReady(inputs);
  step = jit(body);
}
function drop(list) {
  while (list.length > 0) list.pop().dispose();
}

const peer = {
  name: 'jax-js',
  async setup() {
    if (!(await init('webgpu')).includes('webgpu')) throw new Error('jax-js found no WebGPU.');
    defaultDevice('webgpu');
  },
  prepare(h, n, d, { q, k, v }, { causal = true } = {}) {
    const scale = 1 / Math.sqrt(d);
    const tensors = [q, k, v].map((x) => array(x, [h, n, d]));
    const attend = (Q, K, V, M) => {
      const scaled = np.einsum('hid,hjd->hij', Q, K).mul(scale);
      const weights = nn.softmax(M ? scaled.add(M) : scaled, -1); // an added mask fuses into the product's kernel
      return [weights.ref, np.einsum('hij,hjd->hid', weights, V)];
    };
    return causal ? use([...tensors, array(hiddenAbove(n), [n, n])], attend) : use(tensors, (Q, K, V) => attend(Q, K, V, null));
  },
  async enqueue() {
    drop(outputs);
    const made = step(...inputs.map((x) => x.ref));
    outputs = Array.isArray(made) ? made : [made];
    for (const output of outputs) await output.ref.gpuBuffer(); // dispatches what is pending
  },
  sync: () => getWebGPUDevice().queue.onSubmittedWorkDone(),
  async run() {
    await peer.enqueue();
    await peer.sync();
  },
  readWeights: () => outputs[0].ref.data(),
  readOutput: () => outputs[1].ref.data(),
  prepareMatmul: (m, k, n, { a, b }) => use([array(a, [m, k]), array(b, [k, n])], (A, B) => np.matmul(A, B)),
  runMatmul: () => peer.run(),
  readMatmul: () => outputs[0].ref.data(),
  prepareLayerNorm: (n, c, { x, gamma, beta, eps }) =>
    use([array(x, [n, c]), array(gamma, [c]), array(beta, [c])], (X, G, B) => nn.standardize(X, -1, { epsilon: eps }).mul(G).add(B)),
  runLayerNorm: () => peer.run(),
  readLayerNorm: () => outputs[0].ref.data(),
  prepareBatchNorm: (n, c, { x, gamma, beta, eps }) =>
    use([array(x, [n, c]), array(gamma, [c]), array(beta, [c])], (X, G, B) => nn.standardize(X, 0, { epsilon: eps }).mul(G).add(B)),
  runBatchNorm: () => peer.run(),
  readBatchNorm: () => outputs[0].ref.data(),
  async dispose() {
    drop(outputs);
    drop(inputs);
    step?.dispose?.();
    step = null;
  },
};
export default peer;
