// onnxruntime-web on WebGPU with graph capture: inputs stay in GPU buffers of ours, outputs in its own.
import * as ort from 'onnxruntime-web/webgpu';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { hiddenAbove } from './lib/mask.js';
import { model, node } from './lib/onnx.js';

let session = null;
let previous = null;
let feeds = {};
let buffers = [];
let outputs = null;

function upload(device, data) {
  const buffer = device.createBuffer({ size: data.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

async function open(bytes, inputs) {
  session = await ort.InferenceSession.create(bytes, {
    executionProviders: [{ name: 'webgpu', validationMode: 'wgpuOnly' }],
    graphOptimizationLevel: 'all',
    enableGraphCapture: true,
    preferredOutputLocation: 'gpu-buffer',
  });
  // The library destroys its device with its last session, so the old one goes only after the new one has come.
  await previous?.release();
  previous = null;
  const device = await ort.env.webgpu.device;
  buffers = inputs.map(({ data }) => upload(device, data));
  feeds = Object.fromEntries(
    inputs.map(({ name, dims }, at) => [name, ort.Tensor.fromGpuBuffer(buffers[at], { dataType: 'float32', dims })]),
  );
}

async function read(name) {
  const device = await ort.env.webgpu.device;
  const { gpuBuffer, dims } = outputs[name];
  const size = 4 * dims.reduce((product, extent) => product * extent, 1);
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(gpuBuffer, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const copy = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return copy;
}

function drop() {
  for (const tensor of Object.values(outputs ?? {})) tensor.dispose();
  outputs = null;
}

const peer = {
  name: 'onnxruntime-web',
  async setup() {
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = { wasm: new URL(wasmUrl, location.href).href };
    ort.env.logLevel = 'error';
  },
  async prepare(h, n, d, { q, k, v }, { causal = true } = {}) {
    const dims = [h, n, d];
    const inputs = [{ name: 'q', data: q, dims }, { name: 'k', data: k, dims }, { name: 'v', data: v, dims }];
    if (causal) inputs.push({ name: 'mask', data: hiddenAbove(n), dims: [n, n] });
    const bytes = model({
      inputs: Object.fromEntries(inputs.map((input) => [input.name, input.dims])),
      outputs: { weights: [h, n, n], output: dims },
      constants: { scale: 1 / Math.sqrt(d) },
      nodes: [
        node('Mul', ['q', 'scale'], ['scaledQ']),
        node('Transpose', ['k'], ['kT'], { perm: { ints: [0, 2, 1] } }),
        node('MatMul', ['scaledQ', 'kT'], ['scores']),
        ...(causal ? [node('Add', ['scores', 'mask'], ['masked'])] : []),
        node('Softmax', [causal ? 'masked' : 'scores'], ['weights'], { axis: { int: 2 } }),
        node('MatMul', ['weights', 'v'], ['output']),
      ],
    });
    await open(bytes, inputs);
  },
  async enqueue() {
    drop();
    outputs = await session.run(feeds);
  },
  sync: async () => (await ort.env.webgpu.device).queue.onSubmittedWorkDone(),
  async run() {
    await peer.enqueue();
    await peer.sync();
  },
  readWeights: () => read('weights'),
  readOutput: () => read('output'),
  async prepareMatmul(m, k, n, { a, b }) {
    const inputs = [{ name: 'a', data: a, dims: [m, k] }, { name: 'b', data: b, dims: [k, n] }];
    await open(model({ inputs: { a: [m, k], b: [k, n] }, outputs: { c: [m, n] }, nodes: [node('MatMul', ['a', 'b'], ['c'])] }), inputs);
  },
  runMatmul: () => peer.run(),
  readMatmul: () => read('c'),
  async prepareLayerNorm(n, c, { x, gamma, beta, eps }) {
    const normalise = node('LayerNormalization', ['x', 'gamma', 'beta'], ['y'], { axis: { int: 1 }, epsilon: { float: eps } });
    await open(model({ inputs: { x: [n, c], gamma: [c], beta: [c] }, outputs: { y: [n, c] }, nodes: [normalise] }), [
      { name: 'x', data: x, dims: [n, c] }, { name: 'gamma', data: gamma, dims: [c] }, { name: 'beta', data: beta, dims: [c] },
    ]);
  },
  runLayerNorm: () => peer.run(),
  readLayerNorm: () => read('y'),
  async dispose() {
    drop();
    previous = session;
    session = null;
    for (const buffer of buffers) buffer.destroy();
    buffers = [];
  },
};
export default peer;
