// @ts-check
/**
 * A static file server for the built page, on this machine's loopback addresses only. `npm start`
 * and the end-to-end tests use the same one.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wgsl': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.npz': 'application/zip',
  '.zip': 'application/zip',
};

/**
 * The file that a URL asks for, or undefined where there is none. `normalize` on an absolute path
 * cannot climb above its root, so nothing outside `folder` is ever named.
 * @param {string} folder
 * @param {string} url path and query, as in a request line
 * @returns {Promise<{ path: string, size: number } | undefined>}
 */
async function fileFor(folder, url) {
  try {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    if (path.includes('\0')) return undefined;
    let file = join(folder, normalize(sep + path));
    let found = await stat(file);
    if (found.isDirectory()) {
      file = join(file, 'index.html');
      found = await stat(file);
    }
    return found.isFile() ? { path: file, size: found.size } : undefined;
  } catch {
    return undefined; // malformed escape, or no such file
  }
}

/**
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(folder, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const file = await fileFor(folder, request.url ?? '/');
  if (!file) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is no such file here.\n');
    return;
  }
  // Vite puts a hash of the content into every name under assets/, so those never change.
  const hashed = /[\\/]assets[\\/][^\\/]+-[\w-]{8}\.\w+$/.test(file.path);
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file.path).toLowerCase()] ?? 'application/octet-stream',
    'Content-Length': file.size,
    'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file.path).on('error', () => response.destroy()).pipe(response);
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<void>}
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve());
  });
}

/**
 * Serves a folder at `http://localhost:<port>`.
 * @param {string} folder absolute path
 * @param {number} [port] 0 picks a free one
 * @returns {Promise<{ port: number, url: string, close: () => Promise<void> }>}
 * @throws {NodeJS.ErrnoException} with code EADDRINUSE when the port is taken
 */
export async function serve(folder, port = 0) {
  const handler = /** @type {import('node:http').RequestListener} */ (
    (request, response) => void answer(folder, request, response).catch(() => response.destroy())
  );
  const servers = [createServer(handler)];
  await listen(servers[0], port, '127.0.0.1');
  const address = servers[0].address();
  const actual = typeof address === 'object' && address ? address.port : port;

  // A browser may resolve localhost to IPv6; a machine without IPv6 simply goes without.
  const ipv6 = createServer(handler);
  try {
    await listen(ipv6, actual, '::1');
    servers.push(ipv6);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE' && port !== 0) {
      servers[0].close();
      throw error;
    }
  }
  const close = () =>
    Promise.all(
      servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    ).then(() => undefined);
  return { port: actual, url: `http://localhost:${actual}`, close };
}
