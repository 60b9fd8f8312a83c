import {
  makeBindGroupLayoutDescriptors,
  makeShaderDataDefinitions,
  makeStructuredView,
  type ShaderDataDefinitions,
  type StructuredView,
} from 'webgpu-utils';
import { assemble, type AssembledShader } from './assemble';
import { KernelError } from './errors';

/** A compute shader on one device: its layouts, reflected from the WGSL, and its pipelines, one per set of overrides. */
export interface Kernel {
  readonly name: string;
  readonly layout: GPUBindGroupLayout;
  /** Binding index by the name of the WGSL variable. */
  readonly bindingIndex: ReadonlyMap<string, number>;
  /** Name, index and scratch view of the one uniform struct, if the kernel has one. */
  readonly uniform: { readonly name: string; readonly index: number; readonly view: StructuredView } | null;
  /** The compiled pipeline, or a promise of it. @throws KernelError (the promise rejects with it). */
  pipeline(overrides: Readonly<Record<string, number>>): GPUComputePipeline | Promise<GPUComputePipeline>;
}

const perDevice = new WeakMap<GPUDevice, Map<string, Kernel>>();

/** The kernel `shaders/kernels/<name>.wgsl` on `device`, reflected once and kept as long as the device. */
export function kernelOn(device: GPUDevice, name: string): Kernel {
  let kernels = perDevice.get(device);
  if (!kernels) perDevice.set(device, (kernels = new Map()));
  let kernel = kernels.get(name);
  if (!kernel) kernels.set(name, (kernel = createKernel(device, name)));
  return kernel;
}

function createKernel(device: GPUDevice, name: string): Kernel {
  const shader = assemble(`kernels/${name}`);
  const definitions = makeShaderDataDefinitions(shader.code);
  const uniform = uniformOf(definitions);
  const layout = layoutOf(device, name, definitions, uniform?.index);
  const pipelineLayout = device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] });

  const bindingIndex = new Map<string, number>();
  for (const [variable, definition] of Object.entries(definitions.storages)) bindingIndex.set(variable, definition.binding);

  let module: GPUShaderModule | null = null;
  const pipelines = new Map<string, GPUComputePipeline | Promise<GPUComputePipeline>>();
  return {
    name,
    layout,
    bindingIndex,
    uniform,
    pipeline(overrides) {
      const key = JSON.stringify(overrides);
      const known = pipelines.get(key);
      if (known) return known;
      module ??= device.createShaderModule({ label: name, code: shader.code });
      const compiling = device
        .createComputePipelineAsync({
          label: `${name} ${key}`,
          layout: pipelineLayout,
          compute: { module, entryPoint: 'main', constants: { ...overrides } },
        })
        .then(
          (pipeline) => {
            pipelines.set(key, pipeline);
            return pipeline;
          },
          async (error: unknown) => {
            pipelines.delete(key);
            throw await explain(shader, name, module!, error);
          },
        );
      compiling.catch(() => undefined); // whoever waits for it is told; a dispatch that is never flushed is nobody's error
      pipelines.set(key, compiling);
      return compiling;
    },
  };
}

function uniformOf(definitions: ShaderDataDefinitions) {
  const uniforms = Object.entries(definitions.uniforms);
  if (uniforms.length > 1) throw new Error('A kernel has at most one uniform struct.');
  const entry = uniforms[0];
  return entry ? { name: entry[0], index: entry[1].binding, view: makeStructuredView(entry[1]) } : null;
}

/** The reflected layout of group 0, with the uniform struct read through a dynamic offset. */
function layoutOf(device: GPUDevice, name: string, definitions: ShaderDataDefinitions, uniformIndex: number | undefined) {
  const descriptor = makeBindGroupLayoutDescriptors(definitions, { compute: { entryPoint: 'main' } })[0] ?? { entries: [] };
  const entries = [...descriptor.entries].map((entry) =>
    entry.binding === uniformIndex ? { ...entry, buffer: { ...entry.buffer, hasDynamicOffset: true } } : entry,
  );
  return device.createBindGroupLayout({ label: name, entries });
}

/** Turns a failed pipeline into one sentence with file and line. */
async function explain(shader: AssembledShader, name: string, module: GPUShaderModule, error: unknown): Promise<Error> {
  const info = await module.getCompilationInfo();
  const first = info.messages.find((message) => message.type === 'error');
  if (first) {
    const { file, line } = shader.locate(first.lineNum);
    return new KernelError(name, file, line, first.message);
  }
  return new KernelError(name, `shaders/kernels/${name}.wgsl`, 1, error instanceof Error ? error.message : String(error));
}
