/** The one-file build, opened by double click: an address that starts with `file:`, and nothing beside it. */
import { existsSync, mkdtempSync, copyFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from './lib/browser';
import { openRoute, routes, rowsOffOne, SUM_TOLERANCE } from './lib/routes';
import { drawn, goTo, notices, reload, sayFrame, set, speak, visit } from './lib/visit';

const built = fileURLToPath(new URL('../../dist-single/attention-lab.html', import.meta.url));

describe('one file, from a stick', () => {
  const stick = mkdtempSync(join(tmpdir(), 'lab stick '));
  const file = join(stick, 'attention-lab.html');
  const address = pathToFileURL(file).href;
  let lab: Lab;
  const line = () => lab.page.getByRole('banner').getByRole('status').innerText();
  const backend = () => lab.page.evaluate(() => globalThis.lab.backend);

  beforeAll(async () => {
    if (!existsSync(built)) throw new Error('There is no single file: run npm run build:single before the end-to-end tests.');
    // Alone in a folder with a space in its name, as on a stick, so that nothing beside it can help.
    copyFileSync(built, file);
    const initScript = `globalThis.violations = []; addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push(violatedDirective + ' ' + blockedURI));`;
    lab = await visit({ url: address, reducedMotion: 'reduce', initScript, serviceWorker: true });
  });
  afterAll(async () => {
    await lab?.close();
    rmSync(stick, { recursive: true });
  });

  test('is no larger than 3 MB', () => expect(statSync(file).size).toBeLessThanOrEqual(3 * 2 ** 20));

  test('computes on the GPU', async () => {
    expect(await line()).toMatch(/^GPU: \S+/);
    expect(await backend()).toBe('webgpu');
    expect(await rowsOffOne(lab)).toBeLessThan(SUM_TOLERANCE);
  });

  test('keeps its state in the address, and the back button goes back', async () => {
    await set(lab, { seed: 7 });
    expect(new URL(lab.page.url()).hash).toBe('#/?seed=7');
    await reload(lab);
    expect(await lab.page.evaluate(() => globalThis.lab.params.seed)).toBe(7);
    await set(lab, { seed: 8 });
    await lab.page.goBack();
    await lab.page.waitForFunction(() => globalThis.lab.params.seed === 7);
  });

  test('opens every page', async () => {
    for (const slug of routes) {
      await openRoute(lab, slug);
      if (slug === 'scaling') expect(await lab.page.title()).toMatch(/^Why divide by/);
    }
    expect(lab.errors).toEqual([]);
  });

  test('speaks both languages, and remembers which', async () => {
    await goTo(lab, '#/');
    await speak(lab, 'zh');
    await reload(lab);
    expect(await lab.page.title()).toBe('注意力实验室');
    await speak(lab, 'en');
    await lab.page.waitForFunction(() => document.title === 'Attention Lab');
  });

  test('computes on the CPU, in a worker out of the same file', async () => {
    await goTo(lab, '#/?gpu=off');
    expect(await line()).toBe(sayFrame('en', 'cpuDisabled'));
    expect(await backend()).toBe('cpu');
    expect(await rowsOffOne(lab)).toBeLessThan(SUM_TOLERANCE);
    expect(await notices(lab)).toEqual([]);
  });

  test('lets windows speak to each other without an error', async () => {
    expect(await lab.page.evaluate(() => new BroadcastChannel('test').close())).toBeUndefined();
  });

  // Browsers differ in whether two windows of one file share an origin: where they do not, a BroadcastChannel reaches nobody.
  test.each([
    ['as the browser has them', ''],
    ['where none reaches another window', 'BroadcastChannel.prototype.postMessage = () => undefined;'],
  ])('the speaker’s window shows the notes and stays in step both ways, broadcast channels %s', async (_, channels) => {
    const talk = await openLab({ url: address, path: '#/scaling?presenter=5', reducedMotion: 'reduce', initScript: channels });
    const { page } = talk;
    const hall = page.locator('nav.turn').getByRole('status');
    await hall.waitFor();
    const [desk] = await Promise.all([talk.context.waitForEvent('page'), page.keyboard.press('s')]);
    const place = desk.locator('footer [role=status]');
    const of = Number((await hall.innerText()).match(/\d+$/)![0]);
    const both = async (at: number) => {
      const words = sayFrame('en', 'sceneProgress', { at, of });
      await expect.poll(() => place.innerText(), { timeout: 10_000 }).toBe(words);
      await expect.poll(() => hall.innerText()).toBe(words);
    };
    await both(5);
    expect(new URL(desk.url()).protocol).toBe('file:');
    const notes = desk.getByRole('region', { name: sayFrame('en', 'speakerNow') });
    expect(await notes.getByRole('heading', { level: 3 }).count()).toBeGreaterThan(0);
    expect((await notes.innerText()).length).toBeGreaterThan(100);
    await page.keyboard.press('PageDown');
    await both(6);
    await desk.keyboard.press('PageDown');
    await both(7);
    // Loaded again, the lecture does not know its speaker's window, which makes itself known.
    await page.reload();
    await hall.waitFor();
    await desk.keyboard.press('PageUp');
    await both(6);
    await page.keyboard.press('End');
    await both(of);
    await desk.reload();
    await both(of);
    await page.keyboard.press('p');
    await desk.getByText(sayFrame('en', 'speakerGone')).waitFor();
    await page.keyboard.press('p');
    await both(of);
    expect(talk.errors).toEqual([]);
    await talk.close();
  });

  test('asks for nothing but itself, and nothing goes wrong', async () => {
    await drawn(lab);
    expect(new Set(lab.requests.map((request) => request.split('#')[0]))).toEqual(new Set([address]));
    expect(await lab.page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations)).toEqual([]);
    expect(lab.errors).toEqual([]);
    expect(lab.warnings).toEqual([]);
  });
});
