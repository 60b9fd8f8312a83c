// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const WORKER = 'sw.js';

/** What a browser needs to install the page; relative, so that any sub-path works. */
const HEAD = [
  { tag: 'link', attrs: { rel: 'manifest', href: './manifest.webmanifest' } },
  { tag: 'link', attrs: { rel: 'apple-touch-icon', href: './icons/icon-192.png' } },
  { tag: 'meta', attrs: { name: 'theme-color', media: '(prefers-color-scheme: light)', content: '#fdfdfc' } },
  { tag: 'meta', attrs: { name: 'theme-color', media: '(prefers-color-scheme: dark)', content: '#15171b' } },
];

/** A worker that undoes the one of a build: the dev server has the same address, and must not be hidden by old files. */
const LEAVING = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('attention-lab ')) await caches.delete(name);
  await registration.unregister();
  for (const page of await clients.matchAll({ type: 'window' })) await page.navigate(page.url);
})()));
`;

/**
 * Every file of a built folder with its SHA-256, as `integrity` takes it; the page itself is ''.
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function filesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== WORKER)
    .sort();
  const digest = (/** @type {string} */ path) => `sha256-${createHash('sha256').update(readFileSync(join(folder, path))).digest('base64')}`;
  return Object.fromEntries(files.map((path) => [path === 'index.html' ? '' : encodeURI(path), digest(path)]));
}

/**
 * Writes the list of a built folder's files into the first line of its service worker, in place of an older list.
 * @param {string} folder
 */
export function stampWorker(folder) {
  const path = join(folder, WORKER);
  const files = filesOf(folder);
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
  const code = readFileSync(path, 'utf8').replace(/^const BUILD=.*\n/, '');
  writeFileSync(path, `const BUILD=${JSON.stringify({ version, files })};\n${code}`);
}

/**
 * Makes the build an installable page that works without the network: builds its service worker as sw.js with a list of all
 * files, and links the manifest. The dev server has no service worker, and removes one that a build left.
 * @param {string} source path of the service worker
 * @returns {import('vite').Plugin}
 */
export function offline(source) {
  let building = false;
  return {
    name: 'offline',
    configResolved(config) {
      building = config.command === 'build';
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url?.split('?')[0] !== `/${WORKER}`) return next();
        response.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-cache' }).end(LEAVING);
      });
    },
    buildStart() {
      if (building) this.emitFile({ type: 'chunk', id: source, fileName: WORKER });
    },
    transformIndexHtml: { order: 'post', handler: () => (building ? HEAD.map((tag) => ({ ...tag, injectTo: /** @type {const} */ ('head') })) : []) },
    writeBundle({ dir }) {
      if (dir) stampWorker(dir);
    },
  };
}
