import { uniformBytes } from './commands';
import type { Kernel } from './kernel';
import type { PooledBuffer } from './pool';

/** A step uses some twenty. Which buffers meet in a kernel varies without end while sizes change, so the least recently used go. */
const MAX_BIND_GROUPS = 1024;

/** Bind groups by kernel and buffers, kept from step to step. Uniforms are read through a dynamic offset into `arena`. */
export class BindGroups {
  readonly #groups = new Map<string, { readonly group: GPUBindGroup; readonly buffers: readonly number[] }>();
  readonly #keysOfBuffer = new Map<number, Set<string>>();

  constructor(
    private readonly device: GPUDevice,
    private readonly arena: GPUBuffer,
  ) {}

  get size(): number {
    return this.#groups.size;
  }

  /** The group of a dispatch. @throws when a binding has no buffer */
  of(kernel: Kernel, bindings: Readonly<Record<string, PooledBuffer>>): GPUBindGroup {
    const key = `${kernel.name}|${[...kernel.bindingIndex.keys()].map((name) => bindings[name]?.id).join(',')}`;
    const known = this.#groups.get(key);
    if (known) {
      this.#groups.delete(key); // and to the end: the map is in order of use
      this.#groups.set(key, known);
      return known.group;
    }
    const group = this.#create(kernel, bindings);
    const buffers = Object.values(bindings).map((bound) => bound.id);
    this.#groups.set(key, { group, buffers });
    for (const id of buffers) {
      const keys = this.#keysOfBuffer.get(id);
      if (keys) keys.add(key);
      else this.#keysOfBuffer.set(id, new Set([key]));
    }
    if (this.#groups.size > MAX_BIND_GROUPS) this.#forget(this.#groups.keys().next().value!);
    return group;
  }

  /** Forgets the groups of a buffer that is about to be destroyed. */
  drop(buffer: PooledBuffer): void {
    for (const key of [...(this.#keysOfBuffer.get(buffer.id) ?? [])]) this.#forget(key);
  }

  #create(kernel: Kernel, bindings: Readonly<Record<string, PooledBuffer>>): GPUBindGroup {
    const entries: GPUBindGroupEntry[] = [...kernel.bindingIndex].map(([name, binding]) => {
      const bound = bindings[name];
      if (!bound) throw new Error(`Kernel ${kernel.name} needs a buffer for "${name}".`);
      return { binding, resource: { buffer: bound.buffer } };
    });
    if (kernel.uniform) {
      entries.push({ binding: kernel.uniform.binding, resource: { buffer: this.arena, size: uniformBytes(kernel) } });
    }
    return this.device.createBindGroup({ label: kernel.name, layout: kernel.layout, entries });
  }

  #forget(key: string): void {
    for (const id of this.#groups.get(key)?.buffers ?? []) {
      const keys = this.#keysOfBuffer.get(id);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysOfBuffer.delete(id);
    }
    this.#groups.delete(key);
  }
}
