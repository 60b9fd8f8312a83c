/** Watches the page's GPU devices from outside; give these to `openLab` as `initScript`. */

/** Keeps every device that the page is given in `testDevices`, newest last. */
export const REMEMBER_DEVICES = `
  globalThis.testDevices = [];
  const requestDevice = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...given) {
    const device = await requestDevice.apply(this, given);
    globalThis.testDevices.push(device);
    return device;
  };`;

/** After `testNoMoreDevices = true` the browser offers no adapter. */
export const REFUSE_DEVICES = `
  const requestAdapter = GPU.prototype.requestAdapter;
  GPU.prototype.requestAdapter = async function (...given) {
    return globalThis.testNoMoreDevices ? null : requestAdapter.apply(this, given);
  };`;

/** Counts buffers and textures that were made and not yet destroyed, and their bytes, in `testLive`. */
export const COUNT_BUFFERS = `
  globalThis.testLive = { buffers: 0, bytes: 0, textures: 0, made: 0 };
  for (const [create, kind] of [['createBuffer', 'buffers'], ['createTexture', 'textures']]) {
    const make = GPUDevice.prototype[create];
    GPUDevice.prototype[create] = function (descriptor) {
      const resource = make.call(this, descriptor);
      const { destroy } = resource;
      let alive = true;
      globalThis.testLive[kind]++;
      globalThis.testLive.made++;
      globalThis.testLive.bytes += descriptor.size > 0 ? descriptor.size : 0;
      resource.destroy = () => {
        if (alive) {
          globalThis.testLive[kind]--;
          globalThis.testLive.bytes -= descriptor.size > 0 ? descriptor.size : 0;
        }
        alive = false;
        destroy.call(resource);
      };
      return resource;
    };
  }`;

export interface LiveBuffers {
  readonly buffers: number;
  readonly textures: number;
  readonly bytes: number;
  readonly made: number;
}

declare global {
  var testDevices: GPUDevice[];
  var testNoMoreDevices: boolean;
  var testLive: LiveBuffers;
}
