// Attention as one would first write it in WGSL: one thread per score, per row, per output element.
const SHADER = /* wgsl */ `
struct Params { h: u32, n: u32, d: u32, causal: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<f32>;
@group(0) @binding(2) var<storage, read> k: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read_write> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(8, 8) fn scores(@builtin(global_invocation_id) id: vec3u) {
  let n = params.n;
  if (id.x >= n || id.y >= n) { return; }
  var sum = 0.0;
  for (var e = 0u; e < params.d; e++) { sum += q[(id.z * n + id.y) * params.d + e] * k[(id.z * n + id.x) * params.d + e]; }
  let hidden = params.causal == 1 && id.x > id.y;
  weights[(id.z * n + id.y) * n + id.x] = select(sum / sqrt(f32(params.d)), -1e9, hidden);
}
@compute @workgroup_size(64) fn softmax(@builtin(global_invocation_id) id: vec3u) {
  let n = params.n;
  if (id.x >= params.h * n) { return; }
  let start = id.x * n;
  var top = weights[start];
  for (var j = 1u; j < n; j++) { top = max(top, weights[start + j]); }
  var sum = 0.0;
  for (var j = 0u; j < n; j++) {
    let e = exp(weights[start + j] - top);
    weights[start + j] = e;
    sum += e;
  }
  for (var j = 0u; j < n; j++) { weights[start + j] /= sum; }
}
@compute @workgroup_size(8, 8) fn values(@builtin(global_invocation_id) id: vec3u) {
  let n = params.n;
  if (id.x >= params.d || id.y >= n) { return; }
  var sum = 0.0;
  for (var j = 0u; j < n; j++) { sum += weights[(id.z * n + id.y) * n + j] * v[(id.z * n + j) * params.d + id.x]; }
  output[(id.z * n + id.y) * params.d + id.x] = sum;
}`;

let device = null;
let layout = null;
const pipelines = {};
let buffers = [];
let steps = [];

function makeLayout() {
  const types = ['uniform', 'read-only-storage', 'read-only-storage', 'read-only-storage', 'storage', 'storage'];
  return device.createBindGroupLayout({
    entries: types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
  });
}

function makeBuffer(content) {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const size = typeof content === 'number' ? 4 * content : content.byteLength;
  const buffer = device.createBuffer({ size, usage });
  if (typeof content !== 'number') device.queue.writeBuffer(buffer, 0, content);
  return buffer;
}

async function read(buffer) {
  const staging = device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const copy = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return copy;
}

const peer = {
  name: 'plain WGSL',
  needsDevice: true,
  async setup(given) {
    device = given;
    layout = makeLayout();
    const module = device.createShaderModule({ code: SHADER });
    const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
    for (const entryPoint of ['scores', 'softmax', 'values']) {
      pipelines[entryPoint] = await device.createComputePipelineAsync({ layout: pipelineLayout, compute: { module, entryPoint } });
    }
  },
  async prepare(h, n, d, { q, k, v }, { causal = true } = {}) {
    buffers = [Uint32Array.of(h, n, d, causal ? 1 : 0), q, k, v, h * n * n, h * n * d].map(makeBuffer);
    const group = device.createBindGroup({ layout, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) });
    const tiles = (extent) => Math.ceil(extent / 8);
    steps = [
      [pipelines.scores, group, tiles(n), tiles(n), h],
      [pipelines.softmax, group, Math.ceil((h * n) / 64), 1, 1],
      [pipelines.values, group, tiles(d), tiles(n), h],
    ];
  },
  async enqueue() {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const [pipeline, group, ...workgroups] of steps) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  },
  sync: () => device.queue.onSubmittedWorkDone(),
  async run() {
    await peer.enqueue();
    await peer.sync();
  },
  readWeights: () => read(buffers[4]),
  readOutput: () => read(buffers[5]),
  async dispose() {
    for (const buffer of buffers) buffer.destroy();
    buffers = [];
    steps = [];
  },
};
export default peer;
