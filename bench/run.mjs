// npm run bench: the product beside the libraries and two plain baselines, in one Chromium page, taking turns.
//   --quick           few samples, shapes up to n = 256
//   --only a,b        only these peers (and ours)
//   --kinds a,b       only these kinds of problem, e.g. "causal attention,matmul"
//   --no-page         without the measurements of the built page
// It prints tables and writes them to bench/results/. Results are checked against float64 before anything is timed; no
// time is ever asserted.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from '../src/cli/static-server.mjs';
import { launch } from './lib/browser.mjs';
import { median, short, table } from './lib/numbers.mjs';
import { buildSite, installPeers, versions } from './lib/site.mjs';
import { measurePage } from './page.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, kinds: { type: 'string' }, 'no-page': { type: 'boolean' } },
});
const OURS = 'ours';
const PEERS = [OURS, 'jax-js', 'onnxruntime', 'tfjs', 'plain-wgsl', 'plain-js'];
const LIBRARIES = ['jax-js', 'onnxruntime', 'tfjs'];
const SHAPES = {
  'causal attention': [[1, 16, 64], [8, 64, 64], [12, 128, 64], [12, 256, 64], [12, 512, 64], [12, 1024, 64], [3, 77, 40], [16, 200, 80]],
  'full attention': [[8, 64, 64], [12, 128, 64], [12, 256, 64], [12, 512, 64]],
  LayerNorm: [[1024, 768]],
  matmul: [[256, 256, 256], [512, 512, 512], [1024, 1024, 1024]],
};
const QUICK_LIMIT = 512 ** 3;
const ROUNDS = options.quick ? 3 : 8;
const TURN = { budget: options.quick ? 150 : 400, most: 12 };
/** A peer whose one run takes longer than this is not timed any further at that shape. */
const PATIENCE_MS = 20_000;

const work = (kind, shape) => (kind.endsWith('attention') ? shape[0] * shape[1] ** 2 * shape[2] : shape.reduce((a, b) => a * b));
const ask = (page, method, argument) => page.evaluate(([name, value]) => globalThis.bench[name](value), [method, argument]);

/** Times all peers at one shape. @returns rows of the table and the counted calls */
async function measure(page, kind, shape, names) {
  const found = await ask(page, 'begin', { kind, shape, names });
  const wrong = Object.entries(found).filter(([, { agrees }]) => !agrees);
  for (const [name, { error, failure }] of wrong) console.log(`  ${name} is left out: ${failure ?? `its result is off by ${error}`}`);
  if (found[OURS]?.agrees !== true) throw new Error(`Our own result is wrong for ${kind} (${shape}): nothing is timed.`);
  const running = Object.keys(found).filter((name) => found[name].agrees && found[name].first < PATIENCE_MS);
  const samples = Object.fromEntries(running.map((name) => [name, { run: [], 'run and read': [], queued: [] }]));
  for (const mode of ['run', 'run and read', 'queued']) {
    const rounds = mode === 'run' ? ROUNDS : Math.ceil(ROUNDS / 4);
    for (let round = 0; round < rounds; round++) {
      for (let at = 0; at < running.length; at++) {
        const name = running[(at + round) % running.length]; // the start rotates, so that no peer always follows the same one
        samples[name][mode].push(...(await ask(page, 'turn', { name, mode, ...TURN })));
      }
    }
  }
  const counts = await ask(page, 'end', Object.keys(found).filter((name) => found[name].agrees));
  const fastest = Math.min(...running.filter((name) => LIBRARIES.includes(name)).map((name) => median(samples[name].run)));
  const cell = (times) => (times.length ? `${short(median(times))} / ${short(Math.min(...times))}` : 'n/a');
  const rows = running.map((name) => [
    name,
    cell(samples[name].run),
    Number.isFinite(fastest) ? short(median(samples[name].run) / fastest) : 'n/a',
    cell(samples[name]['run and read']),
    cell(samples[name].queued),
    found[name].error.toExponential(1),
    ...['dispatches', 'submits', 'bind groups', 'buffers'].map((call) => counts[name][call]),
  ]);
  const header = ['ms: median / min', 'run', '÷ fastest library', 'run + read', 'of 8 queued', 'error', 'dispatches', 'submits', 'bind groups', 'buffers'];
  return { text: table(header, rows), samples, found, counts };
}

async function main() {
  installPeers();
  const server = await serve(await buildSite());
  const browser = await launch();
  const report = [];
  const say = (text) => {
    console.log(text);
    report.push(text);
  };
  const results = {};
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.log(`  the page says: ${error.message}`));
    await page.goto(server.url);
    await page.waitForFunction(() => globalThis.bench);
    const { adapter, browser: agent } = await ask(page, 'facts');
    const chosen = options.only?.split(',');
    const names = PEERS.filter((name) => name === OURS || !chosen || chosen.includes(name));
    for (const name of [...names]) {
      await ask(page, 'load', name).catch((error) => {
        console.log(`  ${name} does not start: ${error.message.split('\n')[0]}`);
        names.splice(names.indexOf(name), 1);
      });
    }
    say(`# Side by side\n\n${new Date().toISOString()}, ${os.cpus()[0]?.model}, ${os.cpus().length} cores, adapter ${adapter}`);
    say(`${agent.match(/Chrom\w*\/[\d.]+/)?.[0]}, ${versions().join(', ')}`);
    for (const [kind, shapes] of Object.entries(SHAPES)) {
      if (options.kinds && !options.kinds.split(',').includes(kind)) continue;
      for (const shape of shapes) {
        if (options.quick && work(kind, shape) > QUICK_LIMIT) continue;
        const { text, ...rest } = await measure(page, kind, shape, names);
        results[`${kind} ${shape}`] = rest;
        say(`\n## ${kind}, (${shape.join(', ')})\n\n${text}`);
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
  if (!options['no-page']) {
    const page = await measurePage({ visits: options.quick ? 3 : 7, frames: options.quick ? 60 : 300 });
    results.page = page;
    say(`\n## The page\n\n${page.text}`);
  }
  const folder = fileURLToPath(new URL('results', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/latest.md`, `${report.join('\n')}\n`);
  writeFileSync(`${folder}/latest.json`, `${JSON.stringify(results, null, 1)}\n`);
  console.log(`\nWritten to bench/results/latest.md and latest.json.`);
}

await main();
