// Every WGSL file of the project, without comments (src/cli/wgsl-plugin.mjs). The bundler inlines them, so that nothing is
// fetched at run time; shader-text.ts has the files themselves.
const files = import.meta.glob<string>('../../shaders/{kernels,lib,views}/*.wgsl', {
  query: '?code',
  import: 'default',
  eager: true,
});

/** Room and name of a WGSL file, e.g. `kernels/softmax_forward`. */
export type SourceName = `${'kernels' | 'lib' | 'views'}/${string}`;

const byName = new Map(Object.entries(files).map(([path, text]) => [path.replace(/^.*shaders\//, '').replace(/\.wgsl$/, ''), text]));

/** The code of one WGSL file, line by line as in the repository, without comments. @throws when there is no such file. */
export function wgslSource(name: SourceName): string {
  const text = byName.get(name);
  if (text === undefined) throw new Error(`There is no shader file shaders/${name}.wgsl.`);
  return text;
}

/** Names of all WGSL files in one room. */
export function sourceNames(room: 'kernels' | 'lib' | 'views'): string[] {
  return [...byName.keys()].filter((name) => name.startsWith(`${room}/`)).map((name) => name.slice(room.length + 1));
}
