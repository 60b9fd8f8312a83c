/** The commands' own logic: which Node is new enough, what is missing, how results are counted, what is served. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import prepare from '../../src/cli/prepare.cjs';
import { serve } from '../../src/cli/static-server.mjs';
import { countVitest } from '../run.mjs';
import { candidates, findChromium, vulkanEnvironment } from '../setup/chromium.mjs';

const RANGE = '^20.19 || ^22.13 || >=24';

describe('the Node that is needed', () => {
  test.each(['20.19.0', '20.20.2', '22.13.0', '24.0.0', '26.1.0'])('%s is new enough', (version) => {
    expect(prepare.satisfies(version, RANGE)).toBe(true);
  });
  test.each(['12.22.12', '18.20.0', '20.18.9', '21.7.0', '22.12.9', '23.11.0'])('%s is not', (version) => {
    expect(prepare.satisfies(version, RANGE)).toBe(false);
  });
  test('is said in words', () => {
    expect(prepare.inWords(RANGE)).toBe('20.19 or a later 20, 22.13 or a later 22, or 24 and above');
    expect(prepare.inWords('>=24')).toBe('24 and above');
  });
});

describe('packages are installed', () => {
  const wanted = { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } };
  const stale = (installed: object, exists = true) => prepare.isStale(wanted, installed, () => exists);
  test('when one is missing', () => expect(stale({})).toBe(true));
  test('when one has another version', () => expect(stale({ 'node_modules/a': { version: '1.0.1' } })).toBe(true));
  test('when one is listed but its folder is gone', () => expect(stale({ 'node_modules/a': { version: '1.0.0' } }, false)).toBe(true));
  test('and not when all but optional ones are there', () => expect(stale({ 'node_modules/a': { version: '1.0.0' } })).toBe(false));
});

describe('the count of tests', () => {
  const file = (...statuses: string[]) => ({
    name: 'a.test.ts',
    status: statuses.includes('failed') ? 'failed' : 'passed',
    assertionResults: statuses.map((status, i) => ({ status, fullName: `test ${i}` })),
  });
  const ok = { ok: true };
  const count = (report: unknown, exit: { ok: boolean; trouble?: string } = ok) => {
    const { passed, failed } = countVitest(report, exit);
    return [passed, failed];
  };
  test('adds up files', () => expect(count({ testResults: [file('passed', 'passed'), file('passed', 'failed')] })).toEqual([3, 1]));
  test('counts a skipped test as failed', () => expect(count({ testResults: [file('passed', 'skipped', 'todo')] })).toEqual([1, 2]));
  test('counts a file that did not load', () => {
    expect(count({ testResults: [file('passed'), { ...file(), status: 'failed' }] })).toEqual([1, 1]);
  });
  test('counts a run without tests', () => expect(count({ testResults: [] })).toEqual([0, 1]));
  test('counts a crash without a report', () => expect(count(undefined, { ok: false, trouble: 'SIGSEGV' })).toEqual([0, 1]));
  test('counts a crash after the last test', () => {
    expect(count({ testResults: [file('passed')] }, { ok: false, trouble: 'ended with SIGSEGV' })).toEqual([1, 1]);
  });
});

describe('the browser', () => {
  test('is the one that CHROMIUM names, or an error where that is missing', () => {
    expect(findChromium('linux', { CHROMIUM: '/opt/own/chrome' }, () => true)).toBe('/opt/own/chrome');
    expect(() => findChromium('linux', { CHROMIUM: '/nowhere' }, () => false)).toThrow('CHROMIUM is set to /nowhere');
  });
  test('is looked for on every system, and may be missing', () => {
    expect(candidates('darwin', {})).toContain('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    expect(candidates('win32', { ProgramFiles: 'C:\\Program Files' }).join()).toMatch(/msedge\.exe/);
    expect(findChromium('linux', { PATH: '/a' }, (path) => path === '/a/google-chrome')).toBe('/a/google-chrome');
    expect(findChromium('linux', { PATH: '/a' }, () => false)).toBeUndefined();
  });
  test("leaves a driver alone that the caller chose, and macOS's and Windows's own", () => {
    const chosen = { VK_DRIVER_FILES: '/etc/vulkan/real.json', XDG_RUNTIME_DIR: '/run/me' };
    expect(vulkanEnvironment('/tmp', 'linux', chosen)).toEqual({});
    expect(vulkanEnvironment('/tmp', 'darwin', {})).toEqual({});
  });
});

describe('the static server', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'lab-served-'));
  const folder = join(parent, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'index-BmwYAD4e.js'), 'export {};');
  writeFileSync(join(folder, '中文 1.txt'), '字');
  writeFileSync(join(folder, 'sw.js'), '');
  writeFileSync(join(folder, 'manifest.webmanifest'), '{}');
  const server = await serve(folder);
  afterAll(async () => {
    await server.close();
    rmSync(parent, { recursive: true });
  });

  test('serves the page at its root, always checked again', async () => {
    const response = await fetch(`${server.url}/?n=64`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toBe('<!doctype html>');
  });
  test('serves hashed scripts as JavaScript, to be kept', async () => {
    const response = await fetch(`${server.url}/assets/index-BmwYAD4e.js`);
    expect(response.headers.get('content-type')).toMatch('text/javascript');
    expect(response.headers.get('cache-control')).toMatch('immutable');
  });
  test('serves the service worker and the manifest as what they are, always checked again', async () => {
    const headers = async (path: string) => {
      const response = await fetch(`${server.url}/${path}`);
      return [response.headers.get('content-type'), response.headers.get('cache-control')];
    };
    expect(await headers('sw.js')).toEqual(['text/javascript; charset=utf-8', 'no-cache']);
    expect(await headers('manifest.webmanifest')).toEqual(['application/manifest+json; charset=utf-8', 'no-cache']);
  });
  test('reads names in any script', async () => {
    expect(await (await fetch(`${server.url}/${encodeURIComponent('中文 1.txt')}`)).text()).toBe('字');
  });
  test.each(['/nothing.js', '/%E0%A4%A', '/%00', '/assets'])('answers 404 at %s', async (path) => {
    expect((await fetch(server.url + path)).status).toBe(404);
  });
  test.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt'])(
    'never leaves its folder: %s',
    async (path) => {
      // Over a bare socket, since fetch tidies such paths before it sends them.
      const reply = await new Promise<string>((resolve, reject) => {
        const socket = createConnection(server.port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.0\r\n\r\n`));
        let text = '';
        socket.on('data', (data) => (text += data)).on('end', () => resolve(text)).on('error', reject);
      });
      expect(reply).toMatch(/^HTTP\/1\.1 404/);
    },
  );
  test('refuses to write', async () => {
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
  });
  test('says when its port is taken', async () => {
    await expect(serve(folder, server.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
