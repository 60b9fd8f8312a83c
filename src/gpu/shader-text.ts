// The WGSL files as they stand in the repository, for readers. Import this module lazily: a page that shows no shader needs
// none of it.
const files = import.meta.glob<string>('../../shaders/{kernels,lib}/*.wgsl', { query: '?raw', import: 'default', eager: true });

const byName = new Map(Object.entries(files).map(([path, text]) => [path.replace(/^.*shaders\//, '').replace(/\.wgsl$/, ''), text]));

/** The whole text of one WGSL file. @throws when there is no such file. */
export function shaderText(name: `${'kernels' | 'lib'}/${string}`): string {
  const text = byName.get(name);
  if (text === undefined) throw new Error(`There is no shader file shaders/${name}.wgsl.`);
  return text;
}
