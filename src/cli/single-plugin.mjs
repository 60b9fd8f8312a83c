// @ts-check
import { createHash } from 'node:crypto';
import { policy, withPolicy } from './policy-plugin.mjs';

/** Most bytes that the file may have: it has to fit a mail attachment and any stick. */
const LIMIT = 3 * 2 ** 20;
const FILE = 'attention-lab.html';

/** `new Worker(new URL('./x.ts', import.meta.url), { type: 'module' })`, as every worker of the page is started. */
const WORKER = /new Worker\(\s*new URL\(\s*(["'])(\.[^"']+)\1,\s*import\.meta\.url\s*\),\s*\{\s*type:\s*["']module["']\s*\}\s*\)/g;

/**
 * The workers that some code starts, turned into imports of their own text: from `file://` a script beside the page cannot
 * be loaded, a blob can.
 * @param {string} code
 * @returns {string | null} null where it starts none
 */
export function withInlineWorkers(code) {
  /** @type {string[]} */
  const imports = [];
  const changed = code.replace(WORKER, (_, _quote, path) => {
    const name = `InlineWorker${imports.length}`;
    imports.push(`import ${name} from ${JSON.stringify(`${path}?worker&inline`)};\n`);
    return `new ${name}()`;
  });
  return imports.length > 0 ? imports.join('') + changed : null;
}

/** Code that can stand in a script element: neither `</script` nor `<!--` may occur, and `\x3c` is `<` in any literal. @param {string} code */
export const asInlineScript = (code) => code.replace(/<(?=\/script|!--)/gi, '\\x3c');

const hashOf = (/** @type {string} */ text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * One page with its script and style inside it, under a policy that allows these two by their hashes and nothing else.
 * @param {string} html a built page
 * @param {string} script
 * @param {string} style
 */
export function inlined(html, script, style) {
  const body = asInlineScript(script);
  const content = policy({
    'script-src': hashOf(body), 'style-src': hashOf(style), 'img-src': 'data: blob:', 'font-src': 'data:', 'connect-src': "'none'",
    'worker-src': 'blob:', 'manifest-src': "'none'",
  });
  const bare = html.replace(/\s*<script\b[^>]*\bsrc=[^>]*><\/script>|\s*<link\b[^>]*\brel="(?:stylesheet|modulepreload)"[^>]*>/g, '');
  // Functions, since `$&` in a replacement text would be read as a pattern.
  return withPolicy(bare, content).replace('</head>', () => `<style>${style}</style>\n    <script type="module">${body}</script>\n  </head>`);
}

/**
 * Builds one HTML file that works by double click: every chunk, worker and style inside it. Fails where something would be
 * left beside it, or where it is larger than 3 MB.
 * @returns {import('vite').Plugin}
 */
export function singleFile() {
  return {
    name: 'single-file',
    config: () => ({
      publicDir: false,
      build: {
        assetsInlineLimit: Number.MAX_SAFE_INTEGER, cssCodeSplit: false, modulePreload: false,
        rolldownOptions: { output: { codeSplitting: false } },
      },
    }),
    transform(code) {
      const changed = withInlineWorkers(code);
      return changed === null ? null : { code: changed, map: null };
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const parts = Object.values(bundle);
        const page = parts.find((part) => part.fileName.endsWith('.html'));
        const scripts = parts.filter((part) => part.type === 'chunk');
        const styles = parts.filter((part) => part.fileName.endsWith('.css'));
        const left = parts.filter((part) => part !== page && !scripts.includes(/** @type {any} */ (part)) && !styles.includes(part));
        if (page?.type !== 'asset' || scripts.length !== 1 || left.length > 0) {
          this.error(`The page does not fit into one file: there are ${scripts.length} scripts, and besides ${left.map(({ fileName }) => fileName).join(', ') || 'nothing'}.`);
        }
        const style = styles.map((part) => String(/** @type {any} */ (part).source)).join('\n');
        const text = inlined(String(page.source), scripts[0].code, style);
        const bytes = Buffer.byteLength(text);
        if (bytes > LIMIT) this.error(`${FILE} has ${bytes} bytes, and may have ${LIMIT}.`);
        for (const { fileName } of parts) delete bundle[fileName];
        this.emitFile({ type: 'asset', fileName: FILE, source: text });
      },
    },
  };
}
