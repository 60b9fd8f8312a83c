/**
 * Vitest set-up for kernel tests: gives Node a `navigator.gpu` (Dawn), so that the product's own
 * device code runs unchanged. The Vulkan driver is chosen in vite.config.ts, through the worker's
 * environment, because the loader reads it once, when the process starts.
 *
 * Where no adapter can be had this throws, and every kernel test fails. They are never skipped.
 */
import { create, globals } from 'webgpu';
import { afterAll } from 'vitest';

/** webgpu-utils reads `Float16Array` when it is imported; Node has had one only since version 24. */
if (!('Float16Array' in globalThis)) {
  Object.defineProperty(globalThis, 'Float16Array', {
    value: class Float16Array extends Uint16Array {},
    configurable: true,
    writable: true,
  });
}

declare global {
  // Kept on the global object: Dawn's instance must outlive every device, or the process crashes when
  // it is collected; and with `isolate: false` all test files of a worker share this one.
  var dawnInstance: GPU | undefined;
}

Object.assign(globalThis, globals);
globalThis.dawnInstance ??= create([]);
if (!('navigator' in globalThis)) {
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true, writable: true });
}
Object.defineProperty(globalThis.navigator, 'gpu', { value: globalThis.dawnInstance, configurable: true });

const adapter = await navigator.gpu.requestAdapter();
if (!adapter) {
  throw new Error(
    'No WebGPU device can be had, so the kernel tests fail: install Chromium, whose software GPU they use ' +
      '(Debian: apt-get install chromium), or set VK_DRIVER_FILES to the driver file of a real GPU.',
  );
}

/** Devices handed out in this file, so that none outlives it. */
const devices = new Set<GPUDevice>();
const requestDevice = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (descriptor?: GPUDeviceDescriptor) {
  const device = await requestDevice.call(this, descriptor);
  devices.add(device);
  return device;
};

afterAll(() => {
  GPUAdapter.prototype.requestDevice = requestDevice;
  for (const device of devices) device.destroy();
  devices.clear();
});
