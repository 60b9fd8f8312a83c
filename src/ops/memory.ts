import type { Gpu } from '../gpu';
import { emptyOn, host, sizeOf, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';

/** Uploads, downloads and the life of tensors. */
export interface MemoryOps<T extends Tensor> {
  /** 'webgpu': f32 on the visitor's GPU; 'cpu': the float64 twins. */
  readonly backend: 'webgpu' | 'cpu';
  /** A tensor with the given data (C order); Uint32Array makes a u32 tensor, anything else f32. @throws when sizes disagree. */
  tensor(data: Float32Array | Float64Array | Uint32Array | readonly number[], shape: Shape): T;
  /** The values of an f32 tensor. Flushes. */
  read(tensor: T): Promise<Float32Array>;
  /** The values of a u32 tensor. Flushes. */
  readIntegers(tensor: T): Promise<Uint32Array>;
  /** Gives tensors back to the pool; they must not be used afterwards. Recorded commands that use them still run. */
  free(...tensors: (T | null | undefined)[]): void;
  /** Submits what was recorded, without waiting for the GPU to finish it. */
  flush(): Promise<void>;
  /** Commands recorded in `body` are timed together under `name` where the device can time. */
  stage<R>(name: string, body: () => R): R;
}

function checkSize(length: number, shape: Shape): void {
  if (length !== sizeOf(shape)) {
    throw new Error(`${length} values do not fill the shape [${shape.join(', ')}], which holds ${sizeOf(shape)}.`);
  }
}

export function gpuMemory(gpu: Gpu): MemoryOps<GpuTensor> {
  return {
    backend: 'webgpu',
    tensor(data, shape) {
      checkSize(data.length, shape);
      const dtype = data instanceof Uint32Array ? 'u32' : 'f32';
      const tensor = emptyOn(gpu, shape, 'memory/tensor', dtype);
      gpu.write(tensor.buffer, data instanceof Uint32Array ? new Uint32Array(data) : Float32Array.from(data));
      return tensor;
    },
    async read(tensor) {
      return new Float32Array(await gpu.read(tensor.buffer, 4 * sizeOf(tensor.shape)));
    },
    async readIntegers(tensor) {
      return new Uint32Array(await gpu.read(tensor.buffer, 4 * sizeOf(tensor.shape)));
    },
    free(...tensors) {
      for (const tensor of tensors) if (tensor) gpu.release(tensor.buffer);
    },
    flush: () => gpu.flush(),
    stage: (name, body) => gpu.stage(name, body),
  };
}

export const referenceMemory: MemoryOps<HostTensor> = {
  backend: 'cpu',
  tensor(data, shape) {
    checkSize(data.length, shape);
    return data instanceof Uint32Array ? { shape, dtype: 'u32', data: new Uint32Array(data) } : host(shape, Float64Array.from(data));
  },
  read: async (tensor) => Float32Array.from(tensor.data),
  readIntegers: async (tensor) => Uint32Array.from(tensor.data),
  free: () => undefined,
  flush: async () => undefined,
  stage: (_name, body) => body(),
};
