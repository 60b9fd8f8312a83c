// Writes src/gpu/kernels.gen.ts: the layouts of every shader, reflected from the WGSL by webgpu-utils. Reflecting here and
// not in the browser keeps a WGSL parser out of the page, and lets TypeScript refuse a dispatch that names a binding wrongly.
// Run `npm run kernels` after adding or changing a shader; a test fails when the file is stale.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// webgpu-utils expects a browser: Node 20 has neither of these.
globalThis.Float16Array ??= class Float16Array extends Uint16Array {};
globalThis.GPUShaderStage ??= { VERTEX: 1, FRAGMENT: 2, COMPUTE: 4 };
const { makeBindGroupLayoutDescriptors, makeShaderDataDefinitions } = await import('webgpu-utils');

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const generatedFile = join(root, 'src/gpu/kernels.gen.ts');

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

/** `{ field: [offset, type, number of elements] }` of a struct whose fields are scalars, vectors or arrays of them. */
function fieldsOf(definition, name) {
  return Object.fromEntries(
    Object.entries(definition.fields ?? {}).map(([field, { offset, type }]) => {
      const scalar = /^vec[234]|^mat/.test(type.type ?? '') ? type.type.match(/[fiu]/g).at(-1) : (type.type ?? '')[0];
      if (!'fiu'.includes(scalar) || scalar === '') throw new Error(`${name}: field ${field} of type ${type.type ?? 'struct'} cannot be written by name.`);
      return [field, [offset, `${scalar}32`, type.size / 4]];
    }),
  );
}

/** What the page needs to know of one shader. */
function layoutOf(name, text, stages) {
  let definitions;
  try {
    definitions = makeShaderDataDefinitions(withLibraries(text));
  } catch (error) {
    throw new Error(
      `webgpu-utils cannot read shaders/${name}.wgsl (${String(error.message ?? error).split('\n')[0]}). ` +
        'Its parser knows some words as keywords that WGSL does not reserve, such as block, workgroup, function, private, storage and uniform: rename such a variable.',
      { cause: error },
    );
  }
  const [group] = makeBindGroupLayoutDescriptors(definitions, stages);
  const buffers = Object.fromEntries((group?.entries ?? []).map(({ binding, buffer, visibility }) => [binding, { type: buffer?.type ?? 'uniform', visibility }]));
  const bindings = Object.fromEntries(
    Object.entries({ ...definitions.uniforms, ...definitions.storages })
      .filter(([, { binding }]) => buffers[binding])
      .map(([variable, { binding, typeDefinition, size }]) => {
        const { type, visibility } = buffers[binding];
        const element = typeDefinition.elementType ?? typeDefinition;
        const fields = element.fields ? fieldsOf(element, `${name}.${variable}`) : null;
        return [variable, { binding, type, visibility, ...(fields && { size: element.size ?? size, fields }) }];
      }),
  );
  const overrides = [...text.matchAll(/^\s*(?:@id\(\d+\)\s*)?override\s+(\w+)/gm)].map((match) => match[1]);
  return { bindings, overrides };
}

/** The same of a render shader, whose entry points may differ in what they read: every binding with its group. */
function viewLayoutOf(name, text) {
  const definitions = makeShaderDataDefinitions(withLibraries(text));
  const variables = { ...definitions.uniforms, ...definitions.storages, ...definitions.textures, ...definitions.samplers };
  const entries = Object.fromEntries(
    Object.entries(definitions.entryPoints).map(([entry, { resources }]) => [entry, resources.map((resource) => resource.name)]),
  );
  const bindings = {};
  for (const { stage, resources } of Object.values(definitions.entryPoints)) {
    for (const { name: variable, group, entry } of resources) {
      const { binding, typeDefinition, size } = variables[variable];
      const type = entry.buffer ? (entry.buffer.type ?? 'uniform') : entry.sampler ? 'sampler' : 'texture';
      const element = typeDefinition?.elementType ?? typeDefinition;
      const fields = element?.fields ? fieldsOf(element, `${name}.${variable}`) : null;
      const known = bindings[variable]?.visibility ?? 0;
      bindings[variable] = { group, binding, type, visibility: known | stage, ...(fields && { size: element.size ?? size, fields }) };
    }
  }
  return { bindings, entries };
}

const layoutsIn = (room, layout) => {
  const folder = join(root, 'shaders', room);
  const files = readdirSync(folder).filter((file) => file.endsWith('.wgsl')).sort();
  return Object.fromEntries(
    files.map((file) => {
      const name = file.replace(/\.wgsl$/, '');
      return [name, layout(`${room}/${name}`, read(join(folder, file)))];
    }),
  );
};

const table = (layouts) => Object.entries(layouts).map(([name, layout]) => `  ${JSON.stringify(name)}: ${JSON.stringify(layout)},`);

/** The whole generated module. */
export function generate() {
  const kernels = layoutsIn('kernels', (name, text) => layoutOf(name, text, { compute: { entryPoint: 'main' } }));
  const views = layoutsIn('views', viewLayoutOf);
  return [
    '// Generated from shaders/ by `npm run kernels`; do not edit.',
    '',
    '/** The bindings and override constants of every compute shader. */',
    'export const KERNELS = {',
    ...table(kernels),
    '} as const;',
    '',
    '/** The bindings of every render shader, and which of them its entry points read. */',
    'export const VIEWS = {',
    ...table(views),
    '} as const;',
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(generatedFile, generate());
  console.log('src/gpu/kernels.gen.ts is up to date.');
}
