// Writes src/gpu/kernels.gen.ts: for every compute shader the names of its bindings, uniform fields and overrides, so that
// TypeScript refuses a dispatch that names one wrongly. Run `npm run kernels` after adding or changing a kernel.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// webgpu-utils expects a browser: Node 20 has neither of these.
globalThis.Float16Array ??= class Float16Array extends Uint16Array {};
globalThis.GPUShaderStage ??= { VERTEX: 1, FRAGMENT: 2, COMPUTE: 4 };
const { makeShaderDataDefinitions } = await import('webgpu-utils');

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const kernels = join(root, 'shaders/kernels');
export const generatedFile = join(root, 'src/gpu/kernels.gen.ts');

const union = (names) => (names.length ? names.map((name) => `'${name}'`).join(' | ') : 'never');
const read = (path) => readFileSync(path, 'utf8');

/** A shader with the libraries of its `// use:` lines, as src/gpu/assemble.ts puts it together. */
function withLibraries(text, seen = new Set()) {
  const names = [...text.matchAll(/^\/\/ use:(.*)$/gm)].flatMap((match) => match[1].split(',').map((name) => name.trim())).filter(Boolean);
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    text += '\n' + withLibraries(read(join(root, `shaders/lib/${name}.wgsl`)), seen);
  }
  return text;
}

/** The TypeScript declaration of one kernel. */
function declaration(name, text) {
  const definitions = makeShaderDataDefinitions(withLibraries(text));
  const storages = Object.keys(definitions.storages);
  const uniforms = Object.values(definitions.uniforms).flatMap((uniform) => Object.keys(uniform.typeDefinition.fields ?? {}));
  const overrides = [...text.matchAll(/^\s*(?:@id\(\d+\)\s*)?override\s+(\w+)/gm)].map((match) => match[1]);
  return `  ${JSON.stringify(name).replaceAll('"', "'")}: { bindings: ${union(storages)}; uniforms: ${union(uniforms)}; overrides: ${union(overrides)} };`;
}

/** The whole generated module. */
export function generate() {
  const files = readdirSync(kernels).filter((file) => file.endsWith('.wgsl')).sort();
  const lines = files.map((file) => declaration(file.replace(/\.wgsl$/, ''), read(join(kernels, file))));
  return [
    '// Generated from shaders/kernels by `npm run kernels`; do not edit.',
    '',
    '/** For every kernel: its storage bindings, the fields of its uniform struct, its override constants. */',
    'export interface KernelTable {',
    ...lines,
    '}',
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(generatedFile, generate());
  console.log('src/gpu/kernels.gen.ts is up to date.');
}
