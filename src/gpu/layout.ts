import type { KERNELS } from './kernels.gen';

/** Where a field of a struct lies, its scalar type and how many scalars it has. */
export type FieldLayout = readonly [offset: number, scalar: string, count: number];

/** One binding of a shader, as reflected from its WGSL. Structs (and elements of arrays of structs) carry their fields. */
export interface BindingLayout {
  readonly binding: number;
  readonly type: string;
  readonly visibility: number;
  /** Bytes of the struct, or of one element. */
  readonly size?: number;
  readonly fields?: Readonly<Record<string, FieldLayout>>;
}

export interface ShaderLayout {
  readonly bindings: Readonly<Record<string, BindingLayout>>;
  readonly overrides: readonly string[];
}

type Bindings<K extends keyof typeof KERNELS> = (typeof KERNELS)[K]['bindings'];
type NamesOfType<B, Type extends string> = { [N in keyof B]: B[N] extends { readonly type: Type } ? N : never }[keyof B];
type FieldsOf<B> = { [N in keyof B]: B[N] extends { readonly type: 'uniform'; readonly fields: infer F } ? keyof F : never }[keyof B];

/** For every kernel the names that a dispatch uses: its storage bindings, the fields of its uniform struct, its overrides. */
export type KernelTable = {
  readonly [K in keyof typeof KERNELS]: {
    readonly bindings: NamesOfType<Bindings<K>, 'storage' | 'read-only-storage'>;
    readonly uniforms: FieldsOf<Bindings<K>>;
    readonly overrides: (typeof KERNELS)[K]['overrides'][number];
  };
};

/** The bind group layout of group 0. @param dynamic binding that is read through a dynamic offset */
export function bindGroupLayout(device: GPUDevice, label: string, { bindings }: ShaderLayout, dynamic?: number): GPUBindGroupLayout {
  const entries = Object.values(bindings).map(({ binding, type, visibility }) => ({
    binding,
    visibility,
    buffer: { type: type as GPUBufferBindingType, hasDynamicOffset: binding === dynamic },
  }));
  return device.createBindGroupLayout({ label, entries });
}

/** Writes fields by name into one struct. @throws for a name that the struct lacks, or a field left out */
export function writeStruct(view: DataView, at: number, layout: BindingLayout, values: Readonly<Record<string, number | ArrayLike<number>>>): void {
  const { fields } = layout;
  if (!fields) throw new Error('This binding is no struct.');
  for (const name of Object.keys(values)) if (!(name in fields)) throw new Error(`The struct has no field "${name}"; it has ${Object.keys(fields).join(', ')}.`);
  for (const [name, [offset, scalar, count]] of Object.entries(fields)) {
    const value = values[name];
    if (value === undefined) throw new Error(`The struct's field "${name}" was given no value.`);
    for (let i = 0; i < count; i++) {
      const number = typeof value === 'number' ? value : value[i]!;
      const place = at + offset + 4 * i;
      if (scalar === 'f32') view.setFloat32(place, number, true);
      else if (scalar === 'i32') view.setInt32(place, number, true);
      else view.setUint32(place, number, true);
    }
  }
}
