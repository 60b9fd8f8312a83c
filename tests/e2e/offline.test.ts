/**
 * The installed page, below a sub-path: stored at the first visit, used with the server gone, replaced by a newer build only
 * when the visitor asks. The tests follow one visitor and build on each other.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offline, stampWorker } from '../../src/cli/offline-plugin.mjs';
import { serve } from '../../src/cli/static-server.mjs';
import { distFolder, type Lab } from './lib/browser';
import { openRoute, rowsOffOne, SUM_TOLERANCE } from './lib/routes';
import { drawn, goTo, notices, paramsOf, reload, sayFrame, set, visit } from './lib/visit';

/** Notes whether the first heat-map stood when the page registered its worker, and with what. */
const REMEMBER_REGISTRATION = `
  const prototype = globalThis.ServiceWorkerContainer?.prototype; // about:blank has none
  const register = prototype?.register;
  if (register) prototype.register = function (...given) {
    globalThis.registered = { afterPicture: performance.getEntriesByName('first-heatmap').length > 0, given };
    return register.apply(this, given);
  };
`;

describe('the page without the network', () => {
  const top = mkdtempSync(join(tmpdir(), 'lab-offline-'));
  const folder = join(top, 'some/deep/path');
  let server: Awaited<ReturnType<typeof serve>>;
  let lab: Lab;

  const build = () => lab.page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name=build]')?.content ?? 'first');
  const cacheNames = () => lab.page.evaluate(() => caches.keys());
  const updateNotice = sayFrame('en', 'updateReady');
  // The browser hears of it first: a page that believes to be online asks a server that is gone, and fails aloud.
  const cut = async () => {
    await lab.context.setOffline(true);
    await server.close();
  };
  const restore = async () => {
    server = await serve(top, server.port);
    await lab.context.setOffline(false);
  };

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    cpSync(distFolder(), folder, { recursive: true });
    server = await serve(top);
    lab = await visit({ url: `${server.url}/some/deep/path/`, serviceWorker: true, initScript: REMEMBER_REGISTRATION, reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await lab?.close();
    await server?.close();
    rmSync(top, { recursive: true });
  });

  test('can be installed: its manifest names icons that are there, in the sizes that it says', async () => {
    const link = await lab.page.locator('link[rel=manifest]').evaluate((element: HTMLLinkElement) => element.href);
    expect(link).toBe(`${lab.url}manifest.webmanifest`);
    const response = await fetch(link);
    expect(response.headers.get('content-type')).toMatch('application/manifest+json');
    const manifest = (await response.json()) as { name: string; start_url: string; scope: string; display: string; icons: { src: string; sizes: string; type: string; purpose?: string }[] };
    expect([manifest.start_url, manifest.scope].map((path) => new URL(path, link).href)).toEqual([lab.url, lab.url]);
    expect(manifest.display).toBe('standalone');
    const sizes = await Promise.all(
      manifest.icons.filter(({ type }) => type === 'image/png').map(async ({ src, purpose }) => {
        const bytes = Buffer.from(await (await fetch(new URL(src, link))).arrayBuffer());
        return [`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, purpose ?? 'any'];
      }),
    );
    expect(sizes).toEqual([['192x192', 'any'], ['512x512', 'any'], ['512x512', 'maskable']]);
    expect(manifest.icons.filter(({ type }) => type === 'image/png').map(({ sizes }) => sizes)).toEqual(sizes.map(([size]) => size));
    expect((await fetch(new URL(manifest.icons[0]!.src, link))).headers.get('content-type')).toBe('image/svg+xml');
  });

  test('registers its worker after the first heat-map, for its own folder', async () => {
    const scope = await lab.page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    expect(scope).toBe(lab.url);
    const registered = await lab.page.evaluate(() => (globalThis as unknown as { registered: object }).registered);
    expect(registered).toEqual({ afterPicture: true, given: ['./sw.js', { updateViaCache: 'none' }] });
    expect((await fetch(`${lab.url}sw.js`)).headers.get('cache-control')).toBe('no-cache');
  });

  test('stores every built file', async () => {
    const [cache, ...others] = await cacheNames();
    expect(others).toEqual([]);
    const stored = await lab.page.evaluate(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url), cache!);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const addresses = files.map((entry) => `${server.url}${join(entry.parentPath, entry.name).slice(top.length).replaceAll('\\', '/')}`);
    const expected = addresses.filter((address) => !address.endsWith('/sw.js')).map((address) => address.replace(/index\.html$/, ''));
    expect(expected.length).toBeGreaterThan(50);
    expect([...stored].sort()).toEqual([...expected].sort());
  });

  test('computes with the network cut', async () => {
    await lab.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await cut();
    await expect(fetch(lab.url)).rejects.toThrow();
    await reload(lab);
    expect(await lab.page.evaluate(() => globalThis.lab.backend)).toBe('webgpu');
    expect(await rowsOffOne(lab)).toBeLessThan(SUM_TOLERANCE);
  });

  test('opens what was never opened before', async () => {
    await openRoute(lab, 'masks');
    expect(await lab.page.title()).toMatch(/masked attention/);
    expect(lab.errors).toEqual([]);
  });

  test('answers whatever query stands in its address', async () => {
    await goTo(lab, 'index.html?x=1&y=2#/?seed=3');
    expect((await paramsOf(lab)).seed).toBe(3);
    expect(lab.page.url()).toBe(`${lab.url}index.html?x=1&y=2#/?seed=3`);
  });

  test('leads from a path that does not exist to the page, with its settings', async () => {
    await goTo(lab, 'no/such/page?x=1#/?seed=4');
    expect(lab.page.url()).toBe(`${lab.url}#/?seed=4`);
    expect((await paramsOf(lab)).seed).toBe(4);
    expect(lab.errors.splice(0)).toEqual([`${lab.url}no/such/page?x=1: net::ERR_INTERNET_DISCONNECTED`]);
  });

  test('a newer build is stored and announced, and changes nothing on screen', async () => {
    await restore();
    // A second window, which will not be asked.
    const other = await lab.context.newPage();
    await other.goto(`${lab.url}#/scaling`);
    await other.waitForFunction(() => performance.getEntriesByName('first-heatmap').length > 0);
    // The newer build has another page, and no longer one of the parts of the build before.
    const masks = readdirSync(join(folder, 'assets')).filter((name) => /^masks-.*\.js$/.test(name));
    expect(masks).toHaveLength(1);
    rmSync(join(folder, 'assets', masks[0]!));
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    writeFileSync(join(folder, 'index.html'), page.replace('<title>', '<meta name="build" content="second" /><title>'));
    stampWorker(folder);

    await goTo(lab, '#/');
    await set(lab, { seed: 7 });
    await lab.page.getByText(updateNotice).waitFor();
    expect(await notices(lab)).toEqual([updateNotice]);
    expect(await build()).toBe('first');
    expect((await paramsOf(lab)).seed).toBe(7);
    expect(await cacheNames()).toHaveLength(2);
    // The speaker's picture is not disturbed.
    await lab.page.keyboard.press('p');
    await lab.page.getByText(updateNotice).waitFor({ state: 'hidden' });
    await lab.page.keyboard.press('p');
    await lab.page.getByText(updateNotice).waitFor();
  });

  test('is shown when the visitor asks, with the same settings', async () => {
    const loaded = lab.page.waitForEvent('load');
    await lab.page.getByRole('button', { name: sayFrame('en', 'updateReload'), exact: true }).click();
    await loaded;
    await drawn(lab);
    expect(await build()).toBe('second');
    expect((await paramsOf(lab)).seed).toBe(7);
    expect(await notices(lab)).toEqual([]);
  });

  test('leaves another window as it is, which still opens parts of its own build', async () => {
    const other = lab.context.pages()[1]!;
    expect(await other.locator('meta[name=build]').count()).toBe(0);
    await other.getByText(updateNotice).waitFor();
    await other.evaluate(() => void (location.hash = '#/masks'));
    await other.getByRole('heading', { level: 1, name: /masked attention/ }).waitFor();
    await other.close();
  });

  test('forgets the build before when no window needs it any more', async () => {
    // The other window is closed: the build before may be gone already.
    await reload(lab);
    await expect.poll(cacheNames).toHaveLength(1);
    await cut();
    await reload(lab);
    expect(await build()).toBe('second');
    // Nor does the page ask for what it cannot have once it has time to look for a newer build.
    await expect.poll(() => lab.page.evaluate(() => 'registered' in globalThis)).toBe(true);
    await lab.page.evaluate(() => navigator.serviceWorker.ready.then(() => new Promise((resolve) => requestIdleCallback(resolve))));
    expect(lab.errors).toEqual([]);
    expect(lab.foreign).toEqual([]);
  });

  /** Serves another page where the build was, with `workerAt` deciding what stands at its sw.js, until `body` is done. */
  async function elsewhere(workerAt: RequestListener, body: () => Promise<void>): Promise<void> {
    const other = createServer((request, response) => {
      if (request.url?.endsWith('/sw.js')) workerAt(request, response);
      else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Another page</title>');
    });
    await new Promise<void>((listening) => other.listen(server.port, 'localhost', listening));
    await lab.context.setOffline(false);
    try {
      await body();
    } finally {
      other.closeAllConnections();
      await new Promise((closed) => other.close(closed));
    }
  }
  const workers = () => lab.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

  test('gives way to another page at its address, from the next load on', async () => {
    const missing: RequestListener = (_, response) => response.writeHead(404).end();
    await elsewhere(missing, async () => {
      // The browser looks for a newer worker some time after a load: where it did so between the other page's coming and this
      // load, this one is the next load already.
      await lab.page.reload();
      if ((await lab.page.title()) !== 'Another page') await drawn(lab);
      await expect.poll(workers).toBe(0);
      await lab.page.reload();
      expect(await lab.page.title()).toBe('Another page');
    });
  });

  test('gives way to the dev server at once', async () => {
    await restore();
    await goTo(lab, '#/');
    await lab.page.evaluate(() => navigator.serviceWorker.ready);
    await cut();
    let answer: RequestListener | undefined;
    const use = (handler: RequestListener) => (answer = (request, response) => handler(Object.assign(request, { url: '/sw.js' }), response));
    (offline('').configureServer as (server: object) => void)({ middlewares: { use } });
    await elsewhere(answer!, async () => {
      await lab.page.reload();
      await lab.page.waitForFunction(() => document.title === 'Another page');
      await expect.poll(workers).toBe(0);
      expect(await cacheNames()).toEqual([]);
    });
  });
});
