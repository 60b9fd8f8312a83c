import { assemble, type AssembledShader } from './assemble';
import { KernelError } from './errors';
import { KERNELS } from './kernels.gen';
import { bindGroupLayout, type BindingLayout, type ShaderLayout } from './layout';
import { loadSource } from './sources';

/** A compute shader on one device: its layouts, reflected from the WGSL, and its pipelines, one per set of overrides. */
export interface Kernel {
  readonly name: string;
  readonly layout: GPUBindGroupLayout;
  /** Binding index by the name of the WGSL variable. */
  readonly bindingIndex: ReadonlyMap<string, number>;
  /** The one uniform struct, if the kernel has one. */
  readonly uniform: BindingLayout | null;
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
  const shape: ShaderLayout | undefined = (KERNELS as Readonly<Record<string, ShaderLayout>>)[name];
  if (!shape) throw new Error(`There is no kernel "${name}"; run \`npm run kernels\` after adding one.`);
  const uniforms = Object.values(shape.bindings).filter((binding) => binding.type === 'uniform');
  if (uniforms.length > 1) throw new Error(`Kernel ${name} has ${uniforms.length} uniform structs; it may have one.`);
  const uniform = uniforms[0] ?? null;
  const layout = bindGroupLayout(device, name, shape, uniform?.binding);
  const pipelineLayout = device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] });
  const bindingIndex = new Map(Object.entries(shape.bindings).filter(([, binding]) => binding !== uniform).map(([variable, { binding }]) => [variable, binding]));

  let loading: Promise<{ shader: AssembledShader; module: GPUShaderModule }> | null = null;
  const load = async () => {
    await loadSource(`kernels/${name}`);
    const shader = assemble(`kernels/${name}`);
    return { shader, module: device.createShaderModule({ label: name, code: shader.code }) };
  };
  const compile = async (key: string, overrides: Readonly<Record<string, number>>) => {
    loading ??= load();
    loading.catch(() => (loading = null)); // the next dispatch tries again
    const { shader, module } = await loading;
    const constants = { ...overrides };
    return device
      .createComputePipelineAsync({ label: `${name} ${key}`, layout: pipelineLayout, compute: { module, entryPoint: 'main', constants } })
      .catch(async (error: unknown) => Promise.reject(await explain(shader, name, module, error)));
  };

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
      const compiling = compile(key, overrides);
      compiling.then(
        (pipeline) => pipelines.set(key, pipeline),
        () => pipelines.delete(key),
      );
      compiling.catch(() => undefined); // whoever waits for it is told; a dispatch that is never flushed is nobody's error
      pipelines.set(key, compiling);
      return compiling;
    },
  };
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
