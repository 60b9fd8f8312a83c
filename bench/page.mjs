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

/**
 * Milliseconds from the `input` event of the scale's slider until the browser has composed the next frame and the GPU has
 * finished what is on it, `frames` times, one event a frame as a drag gives them.
 */
const turnScale = (page, frames) =>
  page.evaluate(
    async ({ setting, count }) => {
      const { lab } = globalThis;
      await lab.ready;
      await lab.set(setting);
      const sliders = [...document.querySelectorAll('input[type=range]')];
      const slider = sliders.find((input) => /factor|系数/.test(input.labels?.[0]?.textContent ?? input.getAttribute('aria-label') ?? ''));
      if (!slider) throw new Error('The page has no slider for the factor.');
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const times = [];
      for (let i = 0; i < count + 5; i++) {
        await frame();
        // Browsers hand input to the page right before a frame: so does this, from the frame callback.
        const start = performance.now();
        slider.value = String(0.3 + (0.4 * i) / count);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await lab.drawn();
        if (i >= 5) times.push(performance.now() - start);
      }
      if (typeof lab.params.scale !== 'number') throw new Error('The slider did not change the scale.');
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
