// @ts-check
import { readFileSync } from 'node:fs';

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

/**
 * Lets `import code from './x.wgsl?code'` give the file without its comments.
 * @returns {import('vite').Plugin}
 */
export function wgslCode() {
  return {
    name: 'wgsl-code',
    enforce: 'pre',
    load(id) {
      const [path, query] = id.split('?');
      if (query !== 'code' || !path?.endsWith('.wgsl')) return null;
      this.addWatchFile(path);
      return `export default ${JSON.stringify(withoutComments(readFileSync(path, 'utf8')))};`;
    },
  };
}
