/** Both backends offer the same ops, and every kernel keeps the contract that its header makes. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generate, generatedFile } from '../../src/cli/kernel-types.mjs';
import type { Gpu } from '../../src/gpu';
import { KERNELS } from '../../src/gpu/kernels.gen';
import type { ShaderLayout } from '../../src/gpu/layout';
import { gpuOps, referenceOps } from '../../src/ops';

const kernels = readdirSync('shaders/kernels').filter((file) => file.endsWith('.wgsl'));
const textOf = (file: string) => readFileSync(`shaders/kernels/${file}`, 'utf8');

/** The comment lines that a file begins with. */
function headerOf(text: string): string {
  const lines = text.split('\n');
  return lines.slice(0, lines.findIndex((line) => !line.startsWith('//'))).join('\n');
}

describe('the ops', () => {
  // Making the ops records nothing, so no device is needed to name them.
  const gpu = gpuOps({ facts: { software: true }, has: () => false } as unknown as Gpu) as Readonly<Record<string, unknown>>;
  const twins = referenceOps as Readonly<Record<string, unknown>>;

  it('are the same on the GPU and on the twins', () => {
    expect(Object.keys(gpu).sort()).toEqual(Object.keys(twins).sort());
    expect(Object.keys(gpu).length).toBeGreaterThan(20);
  });

  it('take as many arguments on both', () => {
    for (const [name, op] of Object.entries(gpu)) {
      expect(typeof twins[name], name).toBe(typeof op);
      if (typeof op === 'function') expect(op.length, name).toBe((twins[name] as (...args: unknown[]) => unknown).length);
    }
  });

  it('say which backend they run on', () => {
    expect([gpu.backend, twins.backend]).toEqual(['webgpu', 'cpu']);
  });
});

describe('src/gpu/kernels.gen.ts', () => {
  it('is what `npm run kernels` makes of the shaders', () => {
    expect(readFileSync(generatedFile, 'utf8')).toBe(generate());
  });

  it('has every kernel, and no other', () => {
    expect(Object.keys(KERNELS).sort()).toEqual(kernels.map((file) => file.replace(/\.wgsl$/, '')).sort());
  });
});

describe.each(kernels)('shaders/kernels/%s', (file) => {
  const text = textOf(file);
  const header = headerOf(text);
  const { bindings, overrides } = (KERNELS as Readonly<Record<string, ShaderLayout>>)[file.replace(/\.wgsl$/, '')]!;

  it('begins with what it computes', () => {
    expect(header.split('\n')[0]).toMatch(/^\/\/ \S.{10,}/);
  });

  it('names every tensor that it binds in its header', () => {
    const tensors = Object.entries(bindings).filter(([, { type }]) => type !== 'uniform').map(([name]) => name);
    expect(tensors.filter((name) => !new RegExp(`\\b${name}\\b`).test(header))).toEqual([]);
    expect(tensors.length).toBeGreaterThan(0);
  });

  it('keeps its bindings in group 0, numbered from 0 without gaps, the uniforms first', () => {
    expect([...text.matchAll(/@group\((\d+)\)/g)].every(([, group]) => group === '0')).toBe(true);
    const all = Object.values(bindings).sort((a, b) => a.binding - b.binding);
    expect(all.map(({ binding }) => binding)).toEqual(all.map((_, index) => index));
    expect(all.slice(1).some(({ type }) => type === 'uniform')).toBe(false);
    // What every device can bind: WebGPU's default limit.
    expect(all.filter(({ type }) => type !== 'uniform').length).toBeLessThanOrEqual(8);
  });

  it('leaves its workgroup size to an override', () => {
    const size = /@workgroup_size\(([^)]*)\)/.exec(text)![1]!;
    expect(size.split(',').map((name) => name.trim()).filter((name) => !overrides.includes(name) && name !== '1')).toEqual([]);
  });

  it('names only libraries that it uses', () => {
    const body = text.slice(header.length);
    for (const library of [...header.matchAll(/^\/\/ use:(.*)$/gm)].flatMap((match) => match[1]!.split(',').map((name) => name.trim()))) {
      const names = [...readFileSync(`shaders/lib/${library}.wgsl`, 'utf8').matchAll(/^(?:fn|const|struct|override)\s+(\w+)/gm)].map((match) => match[1]!);
      expect(names.some((name) => new RegExp(`\\b${name}\\b`).test(body)), library).toBe(true);
    }
  });
});
