// @ts-check
import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';

/**
 * A module's imports and one of its exported constants; the rest is left out.
 * @param {string} path for the message, and for the syntax that its ending means
 * @param {string} code
 * @param {string} name of the constant
 * @throws Error where the module exports no such constant
 */
export function onlyExport(path, code, name) {
  const { body } = parseSync(path, code).program;
  const kept = body.filter(
    (node) =>
      node.type === 'ImportDeclaration' ||
      (node.type === 'ExportNamedDeclaration' &&
        node.declaration?.type === 'VariableDeclaration' &&
        node.declaration.declarations.some(({ id }) => id.type === 'Identifier' && id.name === name)),
  );
  if (kept.every((node) => node.type === 'ImportDeclaration')) throw new Error(`${path} has no "export const ${name} = …": write it, since the page loads it alone.`);
  return kept.map(({ start, end }) => code.slice(start, end)).join('\n');
}

/**
 * Lets `import { title } from './text/zh.ts?only=title'` load one constant of a file of sentences without the sentences: the
 * page knows the titles of all exhibits and the names of all languages, and loads the words of one.
 * @returns {import('vite').Plugin}
 */
export function onlyExports() {
  return {
    name: 'only-export',
    enforce: 'pre',
    load(id) {
      const [path, query] = id.split('?');
      const name = new URLSearchParams(query).get('only');
      if (!path || !name) return null;
      this.addWatchFile(path);
      return onlyExport(path, readFileSync(path, 'utf8'), name);
    },
  };
}
