// The product's own ops behind the interface that every implementation in the bench has (bench/README.md).
import { factsOf, Gpu } from '../../src/gpu';
import { gpuOps, type GpuTensor } from '../../src/ops';

interface AttentionData { q: Float32Array; k: Float32Array; v: Float32Array }
interface LayerNormData { x: Float32Array; gamma: Float32Array; beta: Float32Array; eps: number }

let gpu: Gpu;
let ops: ReturnType<typeof gpuOps>;
let inputs: GpuTensor[] = [];
let outputs: GpuTensor[] = [];
/** Records one run and returns what it made; the outputs of the run before are given back first, so that they are reused. */
let record: () => GpuTensor[] = () => [];

/** @param body records one run and returns what it made */
async function prepareRun(tensors: GpuTensor[], body: () => GpuTensor[]): Promise<void> {
  inputs = tensors;
  record = body;
  // The kernels that take long to compile are stood in for until they are there: a run is measured when they are.
  ops.free(...body());
  await gpu.finish();
  await gpu.compiled();
}

const peer = {
  name: 'attention-lab',
  needsDevice: true,

  async setup(device: GPUDevice) {
    gpu = new Gpu(device, factsOf(device.adapterInfo, device));
    ops = gpuOps(gpu);
  },

  /** Float32Array [h, n, d] each; causal, scaled by 1/√d. */
  async prepare(h: number, n: number, d: number, data: AttentionData, { causal = true } = {}) {
    const [q, k, v] = [data.q, data.k, data.v].map((x) => ops.tensor(x, [h, n, d])) as [GpuTensor, GpuTensor, GpuTensor];
    await prepareRun([q, k, v], () => {
      const { weights, output } = ops.attention({ q, k, v, scale: 1 / Math.sqrt(d), mask: { causal } });
      return [weights, output];
    });
  },

  async enqueue() {
    ops.free(...outputs);
    outputs = record();
    await gpu.flush();
  },
  sync: () => gpu.device.queue.onSubmittedWorkDone(),
  async run() {
    await peer.enqueue();
    await peer.sync();
  },
  /** [h, n, n] */
  readWeights: () => ops.read(outputs[0]!),
  /** [h, n, d] */
  readOutput: () => ops.read(outputs[1]!),

  async prepareMatmul(m: number, k: number, n: number, data: { a: Float32Array; b: Float32Array }) {
    const a = ops.tensor(data.a, [m, k]);
    const b = ops.tensor(data.b, [k, n]);
    await prepareRun([a, b], () => [ops.matmul(a, b)]);
  },
  runMatmul: () => peer.run(),
  readMatmul: () => ops.read(outputs[0]!),

  async prepareLayerNorm(n: number, c: number, data: LayerNormData) {
    const x = ops.tensor(data.x, [n, c]);
    const gamma = ops.tensor(data.gamma, [c]);
    const beta = ops.tensor(data.beta, [c]);
    await prepareRun([x, gamma, beta], () => {
      const { y, mean, rstd } = ops.layerNorm(x, { gamma, beta, eps: data.eps });
      return [y, mean, rstd];
    });
  },
  runLayerNorm: () => peer.run(),
  readLayerNorm: () => ops.read(outputs[0]!),

  /** Statistics of the batch, as in training. */
  async prepareBatchNorm(n: number, c: number, data: LayerNormData) {
    const x = ops.tensor(data.x, [n, c]);
    const gamma = ops.tensor(data.gamma, [c]);
    const beta = ops.tensor(data.beta, [c]);
    await prepareRun([x, gamma, beta], () => {
      const { y, mean, variance, rstd } = ops.batchNorm(x, { mode: 'train', gamma, beta, eps: data.eps });
      return [y, mean, variance, rstd];
    });
  },
  runBatchNorm: () => peer.run(),
  readBatchNorm: () => ops.read(outputs[0]!),

  async dispose() {
    ops.free(...inputs, ...outputs);
    inputs = [];
    outputs = [];
    record = () => [];
    await gpu.finish();
  },
};

export default peer;
