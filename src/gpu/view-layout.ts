import { VIEWS } from './kernels.gen';

type Bindings = (typeof VIEWS)['heatmap']['bindings'];
/** A variable of shaders/views/heatmap.wgsl. */
export type Variable = keyof Bindings;
type FieldsOf<V extends Variable> = Bindings[V] extends { readonly fields: infer F } ? keyof F : never;

/** Typed arrays into the bytes of one struct, by the names of its fields. */
export type StructViews<V extends Variable> = Readonly<Record<FieldsOf<V>, Float32Array | Uint32Array | Int32Array>>;

/** What the generated table says of a variable, whichever it is. */
interface VariableLayout {
  readonly binding: number;
  readonly type: string;
  readonly visibility: number;
  readonly size?: number;
  readonly fields?: Readonly<Record<string, readonly [offset: number, scalar: string, count: number]>>;
}
const layoutOf = (variable: Variable): VariableLayout => VIEWS.heatmap.bindings[variable];

/** Bytes of a struct, or of one element of an array of structs. */
export const bytesOf = (variable: Variable): number => layoutOf(variable).size ?? 4;

/** The layout of one group, as reflected from the shader. */
export function groupLayout(device: GPUDevice, label: string, variables: readonly Variable[]): GPUBindGroupLayout {
  const entries = variables.map((variable): GPUBindGroupLayoutEntry => {
    const { binding, type, visibility } = layoutOf(variable);
    if (type === 'texture') return { binding, visibility, texture: {} };
    if (type === 'sampler') return { binding, visibility, sampler: {} };
    return { binding, visibility, buffer: { type: type as GPUBufferBindingType } };
  });
  return device.createBindGroupLayout({ label, entries });
}

/** A group of that layout, its resources by the names of the variables. */
export function group(
  device: GPUDevice,
  label: string,
  layout: GPUBindGroupLayout,
  resources: Readonly<Partial<Record<Variable, GPUBindingResource>>>,
): GPUBindGroup {
  const entries = Object.entries(resources).map(([variable, resource]) => ({ binding: layoutOf(variable as Variable).binding, resource }));
  return device.createBindGroup({ label, layout, entries });
}

const ARRAYS = { f32: Float32Array, u32: Uint32Array, i32: Int32Array } as const;

/** Views of the struct that begins `at` bytes into `bytes`. Made once and written in every frame. */
export function structViews<V extends Variable>(variable: V, bytes: ArrayBuffer, at = 0): StructViews<V> {
  const { fields = {} } = layoutOf(variable);
  const views = Object.entries(fields).map(([name, [offset, scalar, count]]) => [
    name,
    new ARRAYS[scalar as keyof typeof ARRAYS](bytes, at + offset, count),
  ]);
  return Object.fromEntries(views) as StructViews<V>;
}
