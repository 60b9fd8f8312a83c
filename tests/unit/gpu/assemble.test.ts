import { describe, expect, it } from 'vitest';
import { assemble, librariesOf } from '../../../src/gpu/assemble';
import { loadSource, sourceNames, wgslSource, type SourceName } from '../../../src/gpu/sources';

const reader = (files: Record<string, string>) => (name: SourceName) => {
  const text = files[name];
  if (text === undefined) throw new Error(`There is no shader file shaders/${name}.wgsl.`);
  return text;
};

describe('assemble', () => {
  const files = {
    'kernels/k': '// y = x\n// use: a, b\nenable f16;\nfn main() {}\n',
    'lib/a': '// a\n// use: c\nfn a() {}\n',
    'lib/b': '// use: c , a\nfn b() {}',
    'lib/c': '// use: a\nfn c() {}\n\n',
  };

  it('puts the file first and each library once after it, libraries of libraries too, circles or not', () => {
    const { code } = assemble('kernels/k', reader(files));
    expect(code.startsWith(files['kernels/k'])).toBe(true);
    for (const name of ['main', 'a', 'b', 'c']) expect(code.split(`fn ${name}()`)).toHaveLength(2);
  });

  it('maps every line back to the file that it stands in', () => {
    const { code, locate } = assemble('kernels/k', reader(files));
    const textOf = (file: string) => files[file.replace(/^shaders\/(.*)\.wgsl$/, '$1') as keyof typeof files].split('\n');
    const seen = new Set<string>();
    code.split('\n').forEach((text, index) => {
      const { file, line } = locate(index + 1);
      expect(`${file}:${line} ${textOf(file)[line - 1]}`).toBe(`${file}:${line} ${text}`);
      seen.add(file);
    });
    expect(seen.size).toBe(4);
  });

  it('leaves a file without libraries as it is', () => {
    expect(assemble('lib/x', reader({ 'lib/x': 'fn x() {}' })).code).toBe('fn x() {}');
  });

  it('says which library is missing', () => {
    expect(() => assemble('kernels/k', reader({ 'kernels/k': '// use: nosuch' }))).toThrow('There is no shader file shaders/lib/nosuch.wgsl.');
  });
});

describe('librariesOf', () => {
  it('reads only lines of their own', () => {
    expect(librariesOf('// use: a, b\n//use: c\nlet x = 1; // use: d\n// use:\n// use: e\n')).toEqual(['a', 'b', 'e']);
  });
});

describe('loadSource', () => {
  it('says which file there is not', async () => {
    await expect(loadSource('kernels/nosuch')).rejects.toThrow('There is no shader file shaders/kernels/nosuch.wgsl.');
  });

  it('is needed before a kernel that does not come with the page is read', async () => {
    expect(() => wgslSource('kernels/layer_norm_forward')).toThrow('There is no shader file');
    await loadSource('kernels/layer_norm_forward');
    expect(wgslSource('kernels/layer_norm_forward')).toContain('fn main');
  });
});

describe('the shaders of the project', () => {
  it.each((['kernels', 'views'] as const).flatMap((room) => sourceNames(room).map((name) => `${room}/${name}` as const)))('%s maps each line back', async (name) => {
    await loadSource(name);
    const { code, locate } = assemble(name);
    code.split('\n').forEach((text, index) => {
      const { file, line } = locate(index + 1);
      expect(wgslSource(file.replace(/^shaders\/(.*)\.wgsl$/, '$1') as SourceName).split('\n')[line - 1]).toBe(text);
    });
  });
});
