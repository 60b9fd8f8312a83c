import { expect, test } from 'vitest';

test('the test machine has a WebGPU device that computes', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  const module = device.createShaderModule({
    code: `
      @group(0) @binding(0) var<storage, read_write> x: array<f32>;
      @compute @workgroup_size(4) fn double(@builtin(global_invocation_id) id: vec3u) { x[id.x] = 2 * x[id.x]; }
    `,
  });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });

  const input = Float32Array.of(-1.5, 0, 0.25, 3e8);
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const buffer = device.createBuffer({ size: input.byteLength, usage: STORAGE | COPY_SRC | COPY_DST });
  const readback = device.createBuffer({ size: input.byteLength, usage: COPY_DST | MAP_READ });
  device.queue.writeBuffer(buffer, 0, input);

  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = [{ binding: 0, resource: { buffer } }];
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(buffer, 0, readback, 0, input.byteLength);
  device.queue.submit([encoder.finish()]);

  await readback.mapAsync(GPUMapMode.READ);
  // Doubling is exact in float32, so there is no tolerance.
  expect([...new Float32Array(readback.getMappedRange())]).toEqual([-3, 0, 0.5, 6e8]);
});
