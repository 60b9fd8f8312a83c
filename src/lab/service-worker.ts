// The service worker, built to dist/sw.js: after the first visit the page works with the network cut. src/cli/offline-plugin.mjs
// writes the constant BUILD above it. Each build has a cache of its own, filled before the build takes over. A new build waits
// until a window asks for it, and what open windows of an earlier build may still load stays until they are gone.

/** The files of this build: path below the scope ('' is the page) → their SHA-256, as `integrity` takes it. */
declare const BUILD: { readonly version: string; readonly files: Readonly<Record<string, string>> };

const worker = self as unknown as ServiceWorkerGlobalScope;
const { scope } = worker.registration;
// An origin may serve several pages, each with caches of its own.
const PREFIX = `attention-lab ${scope} `;
const CACHE = PREFIX + BUILD.version;
const ANY_VARIANT = { ignoreVary: true };

/** Names under this folder hold a hash of the content: the same name is the same file in every build. */
const isHashed = (name: string) => name.startsWith('assets/');

const ourCaches = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));

worker.addEventListener('install', (event) => {
  routeToCache(event);
  event.waitUntil(store());
});
// A first visit too is served from here at once, so that an exhibit opens for the first time without the network.
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(worker.skipWaiting());
  if (event.data === 'tidy') event.waitUntil(tidy());
  if (event.data === 'leave') event.waitUntil(leave());
});

worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'GET' && url.startsWith(scope)) event.respondWith(answer(event.request));
});

/**
 * Lets the browser answer for the page and its parts from the cache, without starting this worker first: a visit then is as
 * fast as from the browser's own cache. Where the browser cannot, or the cache has no such file, `answer` does.
 */
function routeToCache(event: ExtendableEvent & { addRoutes?: (routes: object[]) => Promise<void> }): void {
  const { pathname } = new URL(scope);
  const route = (urlPattern: object) => ({ condition: { urlPattern: { baseURL: scope, ...urlPattern } }, source: { cacheName: CACHE } });
  event.addRoutes?.([route({ pathname, search: '' }), route({ pathname: `${pathname}assets/*` })]).catch(() => undefined);
}

/** Stores every file of this build, or fails; the browser tries again at the next visit and goes on where this stopped. */
async function store(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    Object.entries(BUILD.files).map(async ([name, integrity]) => {
      const address = scope + name;
      if (await cache.match(address, ANY_VARIANT)) return;
      const kept = isHashed(name) ? await caches.match(address, ANY_VARIANT) : undefined;
      // With its hash, a file of another build (a deploy half done) is refused.
      const response = kept ?? (await fetch(address, { integrity, cache: 'no-cache' }));
      if (!response.ok) throw new Error(`${address} cannot be stored: the server answers ${response.status}.`);
      // A navigation does not accept an answer that was redirected, so a copy is kept that was not.
      await cache.put(address, response.redirected ? new Response(await response.blob(), { headers: response.headers }) : response);
    }),
  );
}

async function answer(request: Request): Promise<Response> {
  const stored = await find(new URL(request.url));
  if (stored) return stored;
  try {
    return await fetch(request);
  } catch (error) {
    // Without the network a mistyped path leads to the page; its `#/…` goes along.
    if (request.mode === 'navigate') return Response.redirect(scope);
    throw error;
  }
}

/** The stored file at an address, whatever its query: of this build, or a part that a window of an earlier one asks for. */
async function find({ pathname }: URL): Promise<Response | undefined> {
  const path = pathname.slice(new URL(scope).pathname.length);
  const name = path === 'index.html' ? '' : path;
  const names = name in BUILD.files ? [CACHE] : isHashed(name) ? await ourCaches() : [];
  for (const cacheName of names) {
    const found = await caches.match(scope + name, { ...ANY_VARIANT, cacheName });
    if (found) return found;
  }
  return undefined;
}

/** Deletes the caches of other builds, unless another window or a waiting build may need them. */
async function tidy(): Promise<void> {
  const { installing, waiting } = worker.registration;
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (installing || waiting || windows.length > 1) return;
  await Promise.all((await ourCaches()).filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

/** Forgets everything: with no cache, the windows that are still open get what the server has. */
async function leave(): Promise<void> {
  await Promise.all((await ourCaches()).map((name) => caches.delete(name)));
  await worker.registration.unregister();
}
