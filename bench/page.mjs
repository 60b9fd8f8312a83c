// Measures the built page as a visitor meets it: how soon the first heat-map stands, what had to be loaded for it, and how
// long a turn of the scale control takes until the frame is presented. Uses `window.lab` and the page's own mark
// "first-heatmap".
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { serve } from '../src/cli/static-server.mjs';
import { launchOptions } from './lib/browser.mjs';
import { median, percentile, short, table } from './lib/numbers.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const SETTING = { source: 'random', n: 64, heads: 8, dk: 64 };

/** Opens the page in a browser process of its own that keeps its profile, hence its cache, in `profile`. */
async function visit(profile, url, body) {
  const context = await chromium.launchPersistentContext(profile, launchOptions());
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName('first-heatmap').length > 0, null, { timeout: 60_000 });
    return await body(page);
  } finally {
    await context.close();
  }
}

/** Milliseconds from the navigation to the first heat-map, and the scripts and styles that were loaded before it. */
const firstPicture = (page) =>
  page.evaluate(() => {
    const at = performance.getEntriesByName('first-heatmap')[0].startTime;
    const before = performance.getEntriesByType('resource').filter((entry) => entry.startTime < at);
    return { at, files: before.map((entry) => new URL(entry.name).pathname).filter((path) => /\.(js|css)$/.test(path)) };
  });

/** Milliseconds from a new scale to the frame that shows it, `frames` times. */
const turnScale = (page, frames) =>
  page.evaluate(
    async ({ setting, count }) => {
      const { lab } = globalThis;
      await lab.ready;
      await lab.set(setting);
      // A message posted from a frame callback arrives once that frame has been handed over.
      const presented = () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve();
            port2.postMessage(0);
          });
        });
      const times = [];
      for (let i = 0; i < count + 5; i++) {
        const start = performance.now();
        await lab.set({ ...setting, scale: 0.05 + (0.5 * (i % 50)) / 50 });
        await presented();
        if (i >= 5) times.push(performance.now() - start);
      }
      return times;
    },
    { setting: SETTING, count: frames },
  );

/** @returns the numbers and a table of them. @throws when there is no built page */
export async function measurePage({ visits, frames }) {
  if (!existsSync(`${dist}/index.html`)) throw new Error('There is no built page to measure: run `npm run build` first, or pass --no-page.');
  const server = await serve(dist);
  const profile = mkdtempSync(join(tmpdir(), 'attention-lab-bench-'));
  try {
    await visit(profile, server.url, firstPicture); // fills the cache
    const warm = [];
    for (let i = 0; i < visits; i++) warm.push(await visit(profile, server.url, firstPicture));
    const firstHeatmap = warm.map(({ at }) => at);
    const { files } = warm[0];
    const gzipped = files.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path)), { level: 9 }).length, 0);
    const latency = await visit(profile, server.url, (page) => turnScale(page, frames));
    const text = table(['measure', 'value'], [
      ['load to first heat-map, warm cache, ms (median / min)', `${short(median(firstHeatmap))} / ${short(Math.min(...firstHeatmap))}`],
      ['scripts and styles before it, gzipped KiB', short(gzipped / 1024)],
      ['scale to presented frame at n = 64, 8 heads, ms (p50 / p95)', `${short(median(latency))} / ${short(percentile(latency, 0.95))}`],
    ]);
    return { firstHeatmap, gzipped, files, latency, text };
  } finally {
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
