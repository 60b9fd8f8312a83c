// What one run asks of WebGPU, counted by wrapping the API's prototypes around it.
const CALLS = [
  ['dispatches', GPUComputePassEncoder, 'dispatchWorkgroups'],
  ['passes', GPUCommandEncoder, 'beginComputePass'],
  ['submits', GPUQueue, 'submit'],
  ['bind groups', GPUDevice, 'createBindGroup'],
  ['buffers', GPUDevice, 'createBuffer'],
  ['pipelines', GPUDevice, 'createComputePipeline'],
  ['uploads', GPUQueue, 'writeBuffer'],
  ['copies', GPUCommandEncoder, 'copyBufferToBuffer'],
];

/** Runs `body` and returns how often each call was made. Nothing else may use WebGPU meanwhile. */
export async function countCalls(body) {
  const counts = Object.fromEntries(CALLS.map(([name]) => [name, 0]));
  const originals = CALLS.map(([name, { prototype }, method]) => {
    const original = prototype[method];
    prototype[method] = function (...args) {
      counts[name]++;
      return original.apply(this, args);
    };
    return () => (prototype[method] = original);
  });
  try {
    await body();
  } finally {
    for (const restore of originals) restore();
  }
  return counts;
}
