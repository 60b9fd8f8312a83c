// Measures the built page as a visitor meets it: how soon the first heat-map stands, what had to be loaded for it, and how
// long a turn of the scale control takes until the frame is presented, what WebGPU is asked for in such a frame, and how evenly
// frames follow each other while a map of 4096 × 4096 cells is dragged. Uses `window.lab` and the page's own marks.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { serve } from '../src/cli/static-server.mjs';
import { launchOptions } from './lib/browser.mjs';
import { median, percentile, short, table } from './lib/numbers.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const SETTINGS = [{ source: 'random', n: 64, heads: 8, dk: 64 }, { source: 'random', n: 256, heads: 12, dk: 64 }];
const LARGE_MAP = { source: 'random', n: 4096, heads: 1, dk: 8, mask: 'none' };

/** Counts what the page asks of WebGPU: into `benchCalls` as long as that is an object. Runs before the page's own scripts. */
const COUNT_CALLS = `{
  const calls = [
    ['dispatches', 'GPUComputePassEncoder', 'dispatchWorkgroups'], ['draws', 'GPURenderPassEncoder', 'draw'],
    ['compute passes', 'GPUCommandEncoder', 'beginComputePass'], ['render passes', 'GPUCommandEncoder', 'beginRenderPass'],
    ['submits', 'GPUQueue', 'submit'], ['uploads', 'GPUQueue', 'writeBuffer'],
    ['bind groups made', 'GPUDevice', 'createBindGroup'], ['buffers made', 'GPUDevice', 'createBuffer'],
    ['textures made', 'GPUDevice', 'createTexture'], ['pipelines made', 'GPUDevice', 'createComputePipelineAsync'],
    ['read-backs', 'GPUBuffer', 'mapAsync'],
  ];
  for (const [name, type, method] of calls) {
    const prototype = globalThis[type]?.prototype;
    if (!prototype) continue;
    const original = prototype[method];
    prototype[method] = function (...args) {
      if (globalThis.benchCalls) globalThis.benchCalls[name] = (globalThis.benchCalls[name] ?? 0) + 1;
      return original.apply(this, args);
    };
  }
}`;

/** Notes when the steps of a visit's beginning start and end, in `benchSteps`. Runs before the page's own scripts. */
const NOTE_START = `{
  const steps = (globalThis.benchSteps = {});
  const begin = (name) => (steps[name] ??= { from: performance.now(), to: null });
  const watch = (type, method, nameOf) => {
    const prototype = globalThis[type]?.prototype;
    if (!prototype) return;
    const original = prototype[method];
    prototype[method] = function (...args) {
      const name = nameOf(...args);
      const step = name && begin(name);
      const result = original.apply(this, args);
      if (step) Promise.resolve(result).then(() => (step.to = performance.now()), () => undefined);
      return result;
    };
  };
  watch('GPU', 'requestAdapter', () => 'adapter');
  watch('GPUAdapter', 'requestDevice', () => 'device');
  // Pipelines asked for before the first submit are the first picture's; the last one's end counts.
  watch('GPUDevice', 'createComputePipelineAsync', () => (steps.compute ? null : 'compile'));
  watch('GPUDevice', 'createRenderPipelineAsync', () => 'compile maps');
  let painting = false;
  watch('GPUCommandEncoder', 'beginRenderPass', () => void (painting = true));
  const { submit } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function (...args) {
    const name = painting ? 'paint' : 'compute';
    const step = steps[name] ? null : begin(name);
    painting = false;
    const result = submit.apply(this, args);
    if (step) this.onSubmittedWorkDone().then(() => (step.to = performance.now()), () => undefined);
    return result;
  };
}`;

/** Opens the page in a browser process of its own that keeps its profile, hence its cache, in `profile`. */
async function visit(profile, url, body, script) {
  const context = await chromium.launchPersistentContext(profile, launchOptions());
  try {
    const page = await context.newPage();
    if (script) await page.addInitScript(script);
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName('first-heatmap').length > 0, null, { timeout: 60_000 });
    return await body(page);
  } finally {
    await context.close();
  }
}

/** `count` visits in one running browser, each in a tab of its own; one more before them fills the cache. */
async function visitsOfRunning(profile, url, count, body, script) {
  const context = await chromium.launchPersistentContext(profile, launchOptions());
  const results = [];
  try {
    await context.addInitScript(script);
    for (let i = 0; i <= count; i++) {
      const page = await context.newPage();
      await page.goto('about:blank');
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve))); // the tab itself is there
      await page.goto(url);
      const result = await body(page);
      if (i > 0) results.push(result);
      await page.close();
    }
    return results;
  } finally {
    await context.close();
  }
}

/**
 * Milliseconds from the navigation to the first heat-map, the scripts and styles that were loaded before it, the page's marks
 * and the steps until the first picture is painted.
 */
async function firstPicture(page) {
  await page.waitForFunction(() => globalThis.benchSteps?.paint?.to && performance.getEntriesByName('first-weights').length > 0, null, { timeout: 60_000 });
  return page.evaluate(() => {
    const mark = (name) => performance.getEntriesByName(name)[0].startTime;
    const at = mark('first-heatmap');
    const before = performance.getEntriesByType('resource').filter((entry) => entry.startTime < at);
    return {
      at, steps: globalThis.benchSteps, start: mark('script-start'), mounted: mark('mounted'), weights: mark('first-weights'),
      files: before.map((entry) => new URL(entry.name).pathname).filter((path) => /\.(js|css)$/.test(path)),
    };
  });
}

/** How a visit begins: each step with its start and its length, in milliseconds from the page's first script. */
function startOf(visits) {
  const relative = (pick) => visits.map((visit) => pick(visit) - visit.start);
  const step = (name) => [relative(({ steps }) => steps[name].from), visits.map(({ steps }) => steps[name].to - steps[name].from)];
  const moment = (times) => `${short(median(times))} / ${short(Math.min(...times))}`;
  const weights = relative(({ weights }) => weights);
  const picture = relative(({ steps }) => steps.paint.to);
  const rows = [
    ['adapter asked for', ...step('adapter')],
    ['device asked for', ...step('device')],
    ['frame of the page mounted', relative(({ start }) => start), relative(({ mounted }) => mounted)],
    ['kernels compiled', ...step('compile')],
    ['shaders of the maps compiled', ...step('compile maps')],
    ['first submit until the GPU is done', ...step('compute')],
    ['first paint until the GPU is done', ...step('paint')],
  ];
  const text = table(
    ['from the first script, ms (median / min)', 'begins', 'takes', 'ends'],
    [
      ...rows.map(([name, from, takes]) => [name, moment(from), moment(takes), moment(from.map((time, at) => time + takes[at]))]),
      ['**first weights**', '', '', `**${moment(weights)}**`],
      ['**first picture**', '', '', `**${moment(picture)}**`],
    ],
  );
  return { weights, picture, text };
}

/**
 * Milliseconds from the `input` event of the scale's slider until the browser has composed the next frame and the GPU has
 * finished what is on it, `frames` times, one event a frame as a drag gives them; and the calls counted meanwhile.
 */
const turnScale = (page, frames, setting) =>
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
      globalThis.benchCalls = null;
      // Kernels that the page measures on this device, and those that take long to compile, are there before the hand drags.
      const large = setting.heads * setting.n ** 2 * setting.dk >= 2 ** 22;
      while (large && !localStorage.getItem('attention-lab/kernels')) await frame();
      const warmUp = large ? 40 : 5;
      for (let i = 0; i < count + warmUp; i++) {
        await frame();
        if (i === warmUp) globalThis.benchCalls = {}; // the first frames fill the pools
        // Browsers hand input to the page right before a frame: so does this, from the frame callback.
        const start = performance.now();
        // Beyond the mark of 1/√d_k, on which the slider snaps: each value is another one.
        const before = lab.params.scale;
        slider.value = String(0.68 + (0.3 * i) / (count + warmUp));
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await lab.drawn();
        if (lab.params.scale === before) throw new Error(`The slider left the scale at ${before}.`);
        if (i >= warmUp) times.push(performance.now() - start);
      }
      const counts = globalThis.benchCalls;
      globalThis.benchCalls = null;
      return { times, counts };
    },
    { setting, count: frames },
  );

/** Milliseconds between the frames while the large map, zoomed in, is dragged to and fro, and the calls counted meanwhile. */
async function dragMap(page) {
  await page.evaluate(async (setting) => {
    await globalThis.lab.ready;
    await globalThis.lab.set(setting);
  }, LARGE_MAP);
  const box = await page.evaluate(() => {
    const areas = [...document.querySelectorAll('canvas')].map((canvas) => canvas.getBoundingClientRect()).filter(({ width }) => width > 0);
    const { x, y, width, height } = areas.sort((a, b) => b.width * b.height - a.width * a.height)[0];
    return { x: x + width / 2, y: Math.max(y, 0) + Math.min(height, innerHeight - Math.max(y, 0)) / 2 };
  });
  await page.mouse.move(box.x, box.y);
  await page.keyboard.down('Control');
  for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await page.mouse.down();
  await page.evaluate(() => {
    globalThis.benchFrames = [];
    globalThis.benchCalls = {};
    let last = 0;
    const tick = (now) => {
      if (!globalThis.benchFrames) return;
      if (last) globalThis.benchFrames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  for (let i = 1; i <= 60; i++) await page.mouse.move(box.x + 80 * Math.sin(i / 6), box.y + 60 * Math.sin(i / 9));
  const result = await page.evaluate(() => {
    const { benchFrames: times, benchCalls: counts } = globalThis;
    globalThis.benchFrames = globalThis.benchCalls = null;
    return { times, counts };
  });
  await page.mouse.up();
  return result;
}

/** @param frames frames of each drag; 0: the beginning of a visit alone. @returns the numbers and a table of them. @throws when there is no built page */
export async function measurePage({ visits, frames }) {
  if (!existsSync(`${dist}/index.html`)) throw new Error('There is no built page to measure: run `npm run build` first, or pass --no-page.');
  const server = await serve(dist);
  const profile = mkdtempSync(join(tmpdir(), 'attention-lab-bench-'));
  try {
    await visit(profile, server.url, firstPicture, NOTE_START); // fills the cache
    const warm = [];
    for (let i = 0; i < visits; i++) warm.push(await visit(profile, server.url, firstPicture, NOTE_START));
    const started = startOf(warm);
    const start = startOf(await visitsOfRunning(profile, server.url, visits, firstPicture, NOTE_START));
    if (frames === 0) return { start, started, text: `In a running browser:\n\n${start.text}\n\nIn a browser that has just been started:\n\n${started.text}` };
    const firstHeatmap = warm.map(({ at }) => at);
    const { files } = warm[0];
    const gzipped = files.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path)), { level: 9 }).length, 0);
    const drags = [];
    for (const setting of SETTINGS) drags.push(await visit(profile, server.url, (page) => turnScale(page, frames, setting), COUNT_CALLS));
    const map = await visit(profile, server.url, dragMap, COUNT_CALLS);
    const name = ({ n, heads }) => `n = ${n}, ${heads} heads`;
    const text = table(['measure', 'value'], [
      ['script start to first weights, warm cache, ms (median / min)', `${short(median(start.weights))} / ${short(Math.min(...start.weights))}`],
      ['script start to first picture, warm cache, ms (median / min)', `${short(median(start.picture))} / ${short(Math.min(...start.picture))}`],
      ['first weights where the browser has just been started, ms (median / min)', `${short(median(started.weights))} / ${short(Math.min(...started.weights))}`],
      ['first picture where the browser has just been started, ms (median / min)', `${short(median(started.picture))} / ${short(Math.min(...started.picture))}`],
      ['load to first heat-map where the browser has just been started, ms (median / min)', `${short(median(firstHeatmap))} / ${short(Math.min(...firstHeatmap))}`],
      ['scripts and styles before it, gzipped KiB', short(gzipped / 1024)],
      ...SETTINGS.map((setting, at) => [
        `scale to presented frame at ${name(setting)}, ms (p50 / p95)`, `${short(median(drags[at].times))} / ${short(percentile(drags[at].times, 0.95))}`,
      ]),
      ['frames while a map of 4096 × 4096 is dragged, ms (p50 / p95)', `${short(median(map.times))} / ${short(percentile(map.times, 0.95))}`],
    ]);
    return {
      firstHeatmap, gzipped, files, text, start, started,
      frames: [
        ...SETTINGS.map((setting, at) => ({ label: `From the slider to the presented frame, ${name(setting)}`, times: drags[at].times })),
        { label: 'From frame to frame, dragging a map of 4096 × 4096 cells', times: map.times },
      ],
      calls: { frames, counts: drags[0].counts },
      mapCalls: { frames: map.times.length, counts: map.counts },
    };
  } finally {
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

// `node bench/page.mjs 7`: how a visit begins, from seven visits.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log((await measurePage({ visits: Number(process.argv[2] ?? 7), frames: 0 })).text);
