/**
 * The architecture as data, and a checker that holds a tree of files against it. Everything here is a
 * pure function of a file map, so that planted trees can be checked as well as the real one.
 */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';

/** Path from the top level, with forward slashes → text. */
export type Files = Map<string, string>;

/** One import as written in a file. */
export interface Import {
  file: string;
  line: number;
  /** As written: `./softmax`, `d3-scale`, `../../shaders/kernels/*.wgsl`. */
  specifier: string;
  /** From `import.meta.glob`: the specifier is a pattern. */
  glob: boolean;
}

/** What the files of one room may import besides each other. */
export interface Room {
  rooms: readonly string[];
  /** npm packages; `d3-*` stands for every package that starts so, `node:*` for what Node brings. */
  packages: readonly string[];
  /** Files of other rooms, as regular expressions, for what is allowed only in part. */
  files?: readonly RegExp[];
}

/** Who may import whom. A room is a folder under src; `app` is src itself; `shaders` the top-level folder. */
export const ROOMS: Readonly<Record<string, Room>> = {
  reference: { rooms: [], packages: [] },
  text: { rooms: [], packages: [] },
  formats: { rooms: [], packages: ['fflate'] },
  gpu: { rooms: ['shaders'], packages: ['webgpu-utils'] },
  ops: { rooms: ['gpu', 'reference'], packages: [] },
  model: { rooms: ['ops'], packages: [] },
  lab: { rooms: ['gpu', 'ops', 'model'], packages: ['svelte'] },
  // Only the pipelines that draw; never the device or the buffers.
  ui: { rooms: [], packages: ['svelte', 'd3-*', 'uqr'], files: [/^src\/gpu\/views?\b/] },
  exhibits: { rooms: ['lab', 'ui', 'model', 'ops', 'reference', 'text', 'formats'], packages: ['svelte'] },
  // Draws figures and writes files; loaded when the first menu is opened.
  export: { rooms: ['formats', 'lab', 'ui'], packages: ['svelte', 'd3-*'] },
  app: { rooms: ['exhibits', 'export', 'lab', 'ui'], packages: ['svelte'] },
  // Commands that Node runs; no part of the page.
  cli: { rooms: [], packages: ['vite', 'webgpu-utils', 'd3-color', 'd3-scale-chromatic', 'node:*'] },
};

const CODE = /\.(ts|js|mjs|cjs|svelte)$/;

/** The room of a file, or undefined outside src and shaders. */
export function roomOf(file: string): string | undefined {
  if (file.startsWith('shaders/')) return 'shaders';
  if (!file.startsWith('src/')) return undefined;
  const rest = file.slice('src/'.length);
  return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : 'app';
}

/** The exhibit's own folder, or undefined for what all exhibits share. */
function exhibitOf(file: string): string | undefined {
  return /^src\/exhibits\/([^/]+)\//.exec(file)?.[1];
}

/** The parts of a file that are TypeScript, blanked to keep line numbers. */
function scriptOf(file: string, text: string): string {
  if (!file.endsWith('.svelte')) return text;
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  let script = '';
  let end = 0;
  for (const match of text.matchAll(/(<script\b[^>]*>)([^]*?)<\/script>/g)) {
    const start = match.index + match[1].length;
    script += blank(text.slice(end, start)) + match[2];
    end = start + match[2].length;
  }
  return script + blank(text.slice(end));
}

/** Every import of a file: static, `import type`, re-export, dynamic, glob, and `new URL(…, import.meta.url)`. */
export function importsOf(file: string, text: string): Import[] {
  const script = scriptOf(file, text);
  const source = ts.createSourceFile(file, script, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: string, glob = false) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    found.push({ file, line, specifier, glob });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteralLike(node.moduleSpecifier)) add(node, node.moduleSpecifier.text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      add(node, node.argument.literal.text);
    } else if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(source);
      const [first] = node.arguments;
      if ((callee === 'import' || callee === 'require') && first) {
        // A computed specifier cannot be checked, so it counts as an import of its own text.
        add(node, ts.isStringLiteralLike(first) ? first.text : first.getText(source));
      } else if (callee === 'import.meta.glob' && first) {
        const patterns = ts.isArrayLiteralExpression(first) ? [...first.elements] : [first];
        for (const pattern of patterns) if (ts.isStringLiteralLike(pattern)) add(node, pattern.text, true);
      }
    } else if (ts.isNewExpression(node) && node.expression.getText(source) === 'URL' && node.arguments?.length === 2) {
      const [path, base] = node.arguments;
      if (base.getText(source) === 'import.meta.url' && ts.isStringLiteralLike(path)) add(node, path.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (file.endsWith('.svelte')) found.push(...markupImports(file, text, script));
  return found;
}

/** `{#await import('./Chart.svelte')}` and the like in the markup of a component. */
function markupImports(file: string, text: string, script: string): Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(/\bimport\(\s*(['"])([^'"]+)\1/g)) {
    if (script[match.index] !== ' ') continue; // inside the script, and counted there
    found.push({ file, line: text.slice(0, match.index).split('\n').length, specifier: match[2], glob: false });
  }
  return found;
}

/** `./kernels/*.wgsl` as a regular expression over whole paths. */
function globToRegExp(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*|\{([^}]*)\}/g, (part, choices?: string) => {
      if (part === '**/') return '(?:.*/)?';
      return choices === undefined ? '[^/]*' : `(?:${choices.split(',').join('|')})`;
    });
  return new RegExp(`^${source}$`);
}

/** The files that an import names; empty for an npm package, undefined where the file is missing. */
export function targetsOf(found: Import, files: Files): string[] | undefined {
  const [specifier] = found.specifier.split('?'); // `?raw`, `?url`, `?worker`
  if (!specifier.startsWith('.') && !specifier.startsWith('/')) return [];
  // Vite reads a leading slash from the page's root.
  const path = specifier.startsWith('/') ? posix.join('src', specifier) : posix.join(posix.dirname(found.file), specifier);
  if (found.glob) {
    const pattern = globToRegExp(path);
    return [...files.keys()].filter((file) => pattern.test(file));
  }
  const endings = ['', '.ts', '.js', '/index.ts', '/index.js'];
  const names = endings.map((ending) => path + ending).concat(path.replace(/\.js$/, '.ts'));
  const target = names.find((name) => files.has(name));
  return target === undefined ? undefined : [target];
}

/** Why a room may not import a package, or undefined where it may. */
function packageRule(room: string, specifier: string): string | undefined {
  if (isBuiltin(specifier) && !specifier.startsWith('node:')) return packageRule(room, `node:${specifier}`);
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const allowed = ROOMS[room].packages;
  const matches = allowed.some((entry) => entry === name || (entry.endsWith('*') && specifier.startsWith(entry.slice(0, -1))));
  return matches ? undefined : `${room} may import ${allowed.length > 0 ? `the packages ${allowed.join(', ')}` : 'no package'}`;
}

/** Why a file may not import another, or undefined where it may. */
function fileRule(from: string, to: string): string | undefined {
  const room = roomOf(from)!;
  const other = roomOf(to);
  if (other === undefined) return 'src imports nothing outside src and shaders';
  if (room === other) {
    const [own, foreign] = [exhibitOf(from), exhibitOf(to)];
    return own && foreign && own !== foreign ? 'an exhibit never imports another exhibit' : undefined;
  }
  const { rooms, files = [] } = ROOMS[room];
  if (rooms.includes(other) || files.some((pattern) => pattern.test(to))) return undefined;
  const some = files.length > 0 ? [`of gpu its view pipelines (${files.join(', ')})`] : [];
  return `${room} may import ${[...rooms, ...some].join(', ') || 'no other room'}`;
}

/**
 * Every import under src that the table forbids, and every import of a file that is not there.
 * @returns sentences `file:line imports …: rule`
 */
export function forbiddenImports(files: Files): string[] {
  const problems: string[] = [];
  for (const [file, text] of files) {
    const room = roomOf(file);
    if (!file.startsWith('src/') || !CODE.test(file)) continue;
    if (room === undefined || !(room in ROOMS)) {
      problems.push(`${file}: src/${room} is not one of the rooms (${Object.keys(ROOMS).join(', ')})`);
      continue;
    }
    for (const found of importsOf(file, text)) {
      const where = `${file}:${found.line} imports ${found.specifier}`;
      const targets = targetsOf(found, files);
      if (targets === undefined) problems.push(`${where}: there is no such file`);
      // A `virtual:` module is made by a plugin of the build: it is neither a file nor a package.
      else if (targets.length === 0 && !found.glob && !found.specifier.startsWith('virtual:')) {
        const rule = packageRule(room, found.specifier);
        if (rule) problems.push(`${where}: ${rule}`);
      }
      const broken = new Set((targets ?? []).map((to) => fileRule(file, to)).filter((rule) => rule !== undefined));
      for (const rule of broken) problems.push(`${where}: ${rule}`);
    }
  }
  return problems;
}

/**
 * Every circle of imports between files of src, each named once. Type imports count: two files that
 * need each other's types are one subject, or want a third file.
 * @returns sentences `a → b → a`
 */
export function importCircles(files: Files): string[] {
  const graph = new Map<string, string[]>();
  for (const [file, text] of files) {
    if (!file.startsWith('src/') || !CODE.test(file)) continue;
    graph.set(file, importsOf(file, text).flatMap((found) => targetsOf(found, files) ?? []));
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const walk = (file: string): void => {
    const at = trail.indexOf(file);
    if (at >= 0) circles.push([...trail.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    trail.push(file);
    for (const next of graph.get(file) ?? []) walk(next);
    trail.pop();
    done.add(file);
  };
  for (const file of graph.keys()) walk(file);
  return circles;
}
