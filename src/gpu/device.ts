/** What the visitor reads about the device, and what the variants are chosen by. */
export interface AdapterFacts {
  /** A name fit for a sentence, e.g. "NVIDIA ampere" or "SwiftShader (software)". */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly software: boolean;
  readonly features: readonly string[];
}

/** Why no device could be had; the page turns the code into a sentence. */
export type NoGpuReason = 'no-webgpu' | 'no-adapter' | 'no-device' | 'disabled';

export class NoGpuError extends Error {
  override readonly name = 'NoGpuError';
  constructor(
    readonly reason: NoGpuReason,
    detail = '',
  ) {
    super(`No WebGPU device: ${reason}${detail && ` (${detail})`}`);
  }
}

const OPTIONAL_FEATURES: GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

/** The largest tensor the page offers: queries [16, 1024, 4096] in f32. */
const LARGEST_TENSOR_BYTES = 16 * 1024 * 4096 * 4;

interface OpenedDevice {
  readonly device: GPUDevice;
  readonly facts: AdapterFacts;
}

/** A device that was asked for before anybody needed one. */
let ahead: Promise<OpenedDevice> | null = null;

/** Asks for the device that the first `requestDevice` will get: a browser may have to start its GPU process for it. */
export function requestDeviceAhead(): void {
  ahead ??= tryOnce();
  ahead.catch(() => undefined); // whoever takes it is told
}

/**
 * Asks for an adapter and a device with the optional features that exist and the limits that the page can use, no more.
 * A second time where the first fails: a browser whose GPU process has just restarted refuses once.
 * @throws NoGpuError when there is none.
 */
export async function requestDevice(): Promise<OpenedDevice> {
  const first = ahead ?? tryOnce();
  ahead = null;
  try {
    return await first;
  } catch (error) {
    if (error instanceof NoGpuError && error.reason === 'no-device') return tryOnce();
    throw error;
  }
}

async function tryOnce(): Promise<OpenedDevice> {
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  if (!gpu) throw new NoGpuError('no-webgpu');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) throw new NoGpuError('no-adapter');

  const requiredLimits: Record<string, number> = {};
  for (const limit of ['maxBufferSize', 'maxStorageBufferBindingSize'] as const) {
    requiredLimits[limit] = Math.min(adapter.limits[limit], LARGEST_TENSOR_BYTES);
  }
  const requiredFeatures = OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature));
  try {
    const device = await adapter.requestDevice({ label: 'attention-lab', requiredFeatures, requiredLimits });
    return { device, facts: factsOf(adapter.info, device) };
  } catch (error) {
    throw new NoGpuError('no-device', error instanceof Error ? error.message : String(error));
  }
}

/** The facts of a device, which somebody else may have opened. */
export function factsOf(info: GPUAdapterInfo, device: GPUDevice): AdapterFacts {
  const { vendor, architecture, description, device: model } = info;
  const software = /swiftshader|llvmpipe|lavapipe|softpipe|warp|basic render/i.test(`${architecture} ${description} ${model}`);
  const words = description || [vendor, model || architecture].filter(Boolean).join(' ') || 'unnamed adapter';
  return {
    name: software && !/software/i.test(words) ? `${words} (software)` : words,
    vendor,
    architecture,
    software,
    features: [...device.features].sort(),
  };
}
