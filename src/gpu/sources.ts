// Every WGSL file of the project, without comments (src/cli/wgsl-plugin.mjs); shader-text.ts has the files themselves.

/** Libraries, views, and the kernels that the workbench begins with, in the variants for small sizes: these come with the page. */
const atOnce = import.meta.glob<string>(
  [
    '../../shaders/{lib,views}/*.wgsl',
    '../../shaders/kernels/{embedding,heads,mask,matmul,moments,moments_merge,pack,random_normal,row,row_norms,row_statistics,scale,scores,softmax,unpack}_{forward,backward}{,.vec4}.wgsl',
  ],
  { query: '?code', import: 'default', eager: true },
);

/** The other kernels, loaded when one is first run; vite.config.ts keeps them together in a few files. */
const later = import.meta.glob<string>(
  [
    '../../shaders/kernels/*.wgsl',
    '!../../shaders/kernels/{embedding,heads,mask,matmul,moments,moments_merge,pack,random_normal,row,row_norms,row_statistics,scale,scores,softmax,unpack}_{forward,backward}{,.vec4}.wgsl',
  ],
  { query: '?code', import: 'default' },
);

/** Room and name of a WGSL file, e.g. `kernels/softmax_forward`. */
export type SourceName = `${'kernels' | 'lib' | 'views'}/${string}`;

const nameOf = (path: string) => path.replace(/^.*shaders\//, '').replace(/\.wgsl$/, '');
const loaded = new Map(Object.entries(atOnce).map(([path, text]) => [nameOf(path), text]));
const loaders = new Map(Object.entries(later).map(([path, load]) => [nameOf(path), load]));

/** Makes sure that `wgslSource` has a file. @throws when there is none, or it cannot be fetched; asking again tries again. */
export async function loadSource(name: SourceName): Promise<void> {
  if (loaded.has(name)) return;
  const load = loaders.get(name);
  if (!load) throw new Error(`There is no shader file shaders/${name}.wgsl.`);
  const text = await load().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The file shaders/${name}.wgsl could not be loaded (${reason}): look at the connection and reload the page.`, { cause: error });
  });
  loaded.set(name, text);
}

/** The code of one WGSL file, line by line as in the repository, without comments. @throws when it is not there, or not yet */
export function wgslSource(name: SourceName): string {
  const text = loaded.get(name);
  if (text === undefined) throw new Error(`There is no shader file shaders/${name}.wgsl.`);
  return text;
}

/** Names of all WGSL files in one room, loaded or not. */
export function sourceNames(room: 'kernels' | 'lib' | 'views'): string[] {
  return [...loaded.keys(), ...loaders.keys()].filter((name) => name.startsWith(`${room}/`)).map((name) => name.slice(room.length + 1));
}
