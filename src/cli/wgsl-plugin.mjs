// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A WGSL file for the compiler: comments gone but for the lines `// use: …`, every line break kept, so that the compiler's
 * line numbers are still the file's. The comments are for readers, who get the file itself.
 * @param {string} text
 */
export function withoutComments(text) {
  return text
    .split('\n')
    .map((line) => (/^\/\/ use:/.test(line) ? line : line.replace(/\/\/.*$/, '').trimEnd()))
    .join('\n');
}

/** What `import version from 'virtual:kernel-version'` gives. */
const VERSION = 'virtual:kernel-version';
const kernels = join(dirname(fileURLToPath(import.meta.url)), '../../shaders/kernels');

/** A short name for the code of all kernels, which changes with each of them. */
export function kernelVersion() {
  const hash = createHash('sha256');
  for (const file of readdirSync(kernels).filter((name) => name.endsWith('.wgsl')).sort()) {
    hash.update(`${file}\n${withoutComments(readFileSync(join(kernels, file), 'utf8'))}\n`);
  }
  return hash.digest('hex').slice(0, 12);
}

/**
 * Lets `import code from './x.wgsl?code'` give the file without its comments, and `virtual:kernel-version` a name for all
 * kernels together, which is there without loading them.
 * @returns {import('vite').Plugin}
 */
export function wgslCode() {
  return {
    name: 'wgsl-code',
    enforce: 'pre',
    resolveId: (id) => (id === VERSION ? `\0${VERSION}` : null),
    load(id) {
      if (id === `\0${VERSION}`) return `export default ${JSON.stringify(kernelVersion())};`;
      const [path, query] = id.split('?');
      if (query !== 'code' || !path?.endsWith('.wgsl')) return null;
      this.addWatchFile(path);
      return `export default ${JSON.stringify(withoutComments(readFileSync(path, 'utf8')))};`;
    },
  };
}
