/** The built page under its Content-Security-Policy, below a sub-path: nothing of its own is refused, everything else is. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../src/cli/static-server.mjs';
import { distFolder, type Lab } from './lib/browser';
import { openRoute, routes, rowsOffOne, SUM_TOLERANCE } from './lib/routes';
import { goTo, visit } from './lib/visit';

const REMEMBER_VIOLATIONS = `
  globalThis.violations = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => violations.push(effectiveDirective + ' ' + blockedURI));
`;

describe('the content security policy, at /some/deep/path/', () => {
  const top = mkdtempSync(join(tmpdir(), 'lab-deep-'));
  let server: Awaited<ReturnType<typeof serve>>;
  let lab: Lab;
  /** Another host, as far as the page can tell: every request that reaches it is noted. */
  let other: Server;
  let elsewhere: string;
  const reached: string[] = [];
  const violations = () => lab.page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);

  beforeAll(async () => {
    mkdirSync(join(top, 'some/deep'), { recursive: true });
    symlinkSync(distFolder(), join(top, 'some/deep/path'), 'junction');
    server = await serve(top);
    other = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/javascript' }).end('globalThis.strange = true;');
    });
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    lab = await visit({ url: `${server.url}/some/deep/path/`, initScript: REMEMBER_VIOLATIONS, reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await lab?.close();
    await server?.close();
    other?.close();
    rmSync(top, { recursive: true });
  });

  test('allows no inline script, no eval and no other host', async () => {
    const policy = await lab.page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
    const parts = Object.fromEntries(policy!.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]));
    expect(parts).toEqual({
      'default-src': "'none'", 'script-src': "'self'", 'style-src': "'self'", 'img-src': "'self' data: blob:", 'font-src': "'self'",
      'connect-src': "'self'", 'worker-src': "'self' blob:", 'manifest-src': "'self'", 'base-uri': "'none'", 'form-action': "'none'",
    });
    expect(await lab.page.locator('script:not([src])').count()).toBe(0);
  });

  test.each(routes)('refuses nothing that #/%s needs', async (slug) => {
    await openRoute(lab, slug);
    for (const scheme of ['dark', 'light'] as const) await lab.page.emulateMedia({ colorScheme: scheme });
    expect(await violations()).toEqual([]);
  });

  test('refuses nothing that the CPU mode needs', async () => {
    await goTo(lab, '#/?gpu=off');
    expect(await lab.page.evaluate(() => globalThis.lab.backend)).toBe('cpu');
    expect(await rowsOffOne(lab)).toBeLessThan(SUM_TOLERANCE);
    expect(await violations()).toEqual([]);
  });

  test('sets no cookie and asks only its own folder', async () => {
    expect(await lab.page.evaluate(() => document.cookie)).toBe('');
    expect(await lab.context.cookies()).toEqual([]);
    expect(lab.requests.filter((request) => !request.startsWith(lab.url) && request !== 'about:blank')).toEqual([]);
    expect(lab.foreign).toEqual([]);
    expect(lab.errors).toEqual([]);
    expect(lab.warnings).toEqual([]);
  });

  // From here on the page is made to do what it must not.

  test.each([
    ['a fetch', 'connect-src', (to: string) => void fetch(to).catch(() => undefined)],
    ['a beacon', 'connect-src', (to: string) => void navigator.sendBeacon(to, 'x')],
    ['an image', 'img-src', (to: string) => void (new Image().src = to)],
    ['a script', 'script-src-elem', (to: string) => void document.head.append(Object.assign(document.createElement('script'), { src: to }))],
    ['a style sheet', 'style-src-elem', (to: string) => void document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: to }))],
    ['a frame', 'frame-src', (to: string) => void document.body.append(Object.assign(document.createElement('iframe'), { src: to }))],
  ])('refuses %s from another host', async (_, directive, attempt) => {
    const before = (await violations()).length;
    await lab.page.evaluate(attempt as (to: string) => void, `${elsewhere}/${directive}`);
    await lab.page.waitForFunction((count) => (globalThis as unknown as { violations: string[] }).violations.length > count, before);
    expect((await violations()).slice(before)[0]).toMatch(new RegExp(`^${directive} ${elsewhere}`));
    expect(reached).toEqual([]);
  });

  test('refuses an inline script, an inline handler and eval', async () => {
    const ran = await lab.page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const ran: string[] = [];
          Object.assign(globalThis, { ran });
          const script = document.createElement('script');
          script.textContent = "ran.push('script')";
          document.head.append(script);
          const button = document.createElement('button');
          button.setAttribute('onclick', "ran.push('handler')");
          document.body.append(button);
          button.click();
          button.remove();
          // In a task of its own: what the test itself evaluates may call eval.
          setTimeout(() => {
            try {
              new Function("ran.push('eval')")();
            } catch {
              // refused
            }
            resolve(ran);
          });
        }),
    );
    expect(ran).toEqual([]);
    expect(await violations()).toEqual(expect.arrayContaining(['script-src-elem inline', 'script-src-attr inline', 'script-src eval']));
  });
});
