// @ts-check
// How the built page is cut into files. Left to itself the bundler makes one for every set of modules that some exhibits
// share: 36 files before the first heat-map, each compressed by itself. Here what every visit needs is one file.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder src, with a slash at its end. */
const source = `${dirname(dirname(fileURLToPath(import.meta.url))).replaceAll('\\', '/')}/`;

/** @typedef {{ getModuleInfo(id: string): { importedIds: readonly string[] } | null }} Graph */

/**
 * All that comes with some modules: what they import, at any depth, but not what they load later.
 * @param {Graph} graph
 * @param {readonly string[]} roots paths below src
 * @returns {Set<string>} module ids
 */
function comesWith(graph, roots) {
  const found = new Set(roots.map((root) => source + root));
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** @type {WeakMap<Graph, { page: Set<string>, lesson: Set<string> }>} */
const known = new WeakMap();

/** @param {Graph} graph */
function sharesOf(graph) {
  let shares = known.get(graph);
  if (!shares) {
    const page = comesWith(graph, ['main.ts', 'exhibits/workbench/index.ts', 'exhibits/workbench/View.svelte']);
    shares = { page, lesson: comesWith(graph, ['exhibits/Lesson.svelte']) };
    known.set(graph, shares);
  }
  return shares;
}

/**
 * Whether a module belongs to one of the files below.
 * @typedef {(path: string, id: string, graph: Graph) => boolean} Belongs
 */

/** @type {Readonly<Record<string, Belongs>>} in order: a module belongs to the first that takes it, and so does what it imports */
const FILES = {
  // What asks for the GPU's device, evaluated before the page.
  early: (path) => [`${source}lab/early.ts`, `${source}lab/marks.ts`, `${source}gpu/device.ts`].includes(path),
  // The frame, and what the workbench shares with other exhibits. Comes with `index.html`.
  page: (path, id, graph) => (sharesOf(graph).page.has(id) && !isWorkbench(path) && path !== `${source}main.ts`) || path.includes('preload-helper'),
  // The workbench at its start.
  workbench: (path, id, graph) => sharesOf(graph).page.has(id) && isWorkbench(path),
  // What the exhibits share beyond the page.
  lesson: (_path, id, graph) => sharesOf(graph).lesson.has(id),
  // Kernels that are loaded when first run.
  'shaders-norm': (path) => /\/shaders\/kernels\/\w*norm\w*(\.\w+)?\.wgsl\?code$/.test(path),
  shaders: (path) => /\/shaders\/kernels\/[^/]*\.wgsl\?code$/.test(path),
};

const isWorkbench = (/** @type {string} */ path) => path.startsWith(`${source}exhibits/workbench/`) && !path.endsWith('/card.ts');

/** For `output.codeSplitting.groups`. What belongs to none of the files is left to the bundler. */
export const chunkGroups = Object.entries(FILES).map(([name, belongs], place, { length }) => ({
  name: (/** @type {string} */ id, /** @type {Graph} */ graph) => (belongs(id.replaceAll('\\', '/'), id, graph) ? name : null),
  priority: length - place,
}));
