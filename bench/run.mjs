// npm run bench: the product beside the libraries and two plain baselines, in one Chromium page, taking turns.
//   --quick           few samples, shapes up to n = 256
//   --only a,b        only these peers (and ours)
//   --kinds a,b       only these kinds of problem, e.g. "causal attention,matmul"
//   --no-page         without the measurements of the built page
//   --write           everything within six minutes, into docs/performance.md
// It prints tables and writes them to bench/results/. Results are checked against float64 before anything is timed; no
// time is ever asserted.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documentOf } from './lib/document.mjs';
import { serve } from '../src/cli/static-server.mjs';
import { launch } from './lib/browser.mjs';
import { median, short, table } from './lib/numbers.mjs';
import { buildSite, installPeers, versions } from './lib/site.mjs';
import { measurePage } from './page.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, kinds: { type: 'string' }, 'no-page': { type: 'boolean' }, write: { type: 'boolean' } },
});
const OURS = 'ours';
const PEERS = [OURS, 'jax-js', 'onnxruntime', 'tfjs', 'plain-wgsl', 'plain-js'];
const LIBRARIES = ['jax-js', 'onnxruntime', 'tfjs'];
const SHAPES = {
  'causal attention': [[1, 16, 64], [8, 64, 64], [12, 128, 64], [12, 256, 64], [12, 512, 64], [12, 1024, 64], [3, 77, 40], [16, 200, 80]],
  'full attention': [[8, 64, 64], [12, 128, 64], [12, 256, 64], [12, 512, 64], [12, 1024, 64]],
  LayerNorm: [[1024, 768]],
  BatchNorm: [[1024, 768]],
  matmul: [[256, 256, 256], [512, 512, 512], [1024, 1024, 1024]],
};
const QUICK_LIMIT = 512 ** 3;
const ROUNDS = options.quick ? 3 : 8;
const TURN = { budget: options.quick ? 150 : options.write ? 250 : 400, most: 12 };
/** A peer whose one run takes longer than this is not timed any further at that shape. */
const PATIENCE_MS = options.write ? 3000 : 20_000;
/** A peer is not asked for eight queued runs that would take longer than this. */
const QUEUE_MS = options.write ? 2500 : Infinity;
/** Minutes that all shapes may take together where the document is to be written; the page needs one more. */
const WRITE_MINUTES = 4.4;

const work = (kind, shape) => (kind.endsWith('attention') ? shape[0] * shape[1] ** 2 * shape[2] : shape.reduce((a, b) => a * b));
const ask = (page, method, argument) => page.evaluate(([name, value]) => globalThis.bench[name](value), [method, argument]);

/** How the minutes are shared out: preparing a shape costs something, and then time grows with the work. */
const weightOf = (kind, shape) => 8 + 60 * Math.min(1, work(kind, shape) / (12 * 1024 ** 2 * 64));

/** Times all peers at one shape, in as many rounds as fit before `until` (performance.now()), one at least. */
async function measure(page, kind, shape, names, until) {
  const found = await ask(page, 'begin', { kind, shape, names });
  const wrong = Object.entries(found).filter(([, { agrees }]) => !agrees);
  for (const [name, { error, failure }] of wrong) console.log(`  ${name} is left out: ${failure ?? `its result is off by ${error}`}`);
  if (found[OURS]?.agrees !== true) throw new Error(`Our own result is wrong for ${kind} (${shape}): nothing is timed.`);
  const running = Object.keys(found).filter((name) => found[name].agrees && found[name].first < PATIENCE_MS);
  // Where the minutes are counted, a peer that needs seconds is told by its first run; elsewhere it is left out.
  const singles = options.write ? Object.keys(found).filter((name) => found[name].agrees && !running.includes(name)) : [];
  const samples = Object.fromEntries([...running, ...singles].map((name) => [name, { run: [], 'run and read': [], queued: [] }]));
  for (const name of singles) samples[name].run.push(found[name].first);
  for (const mode of ['run', 'run and read', 'queued']) {
    const rounds = mode === 'run' ? ROUNDS : Math.ceil(ROUNDS / 4);
    for (let round = 0; round < rounds && (round === 0 || performance.now() < until); round++) {
      for (let at = 0; at < running.length; at++) {
        const name = running[(at + round) % running.length]; // the start rotates, so that no peer always follows the same one
        if (mode === 'queued' && 8 * found[name].first > QUEUE_MS) continue;
        samples[name][mode].push(...(await ask(page, 'turn', { name, mode, ...TURN })));
      }
    }
  }
  const counts = await ask(page, 'end', { names: Object.keys(found).filter((name) => found[name].agrees), counted: running });
  const fastest = Math.min(...[...running, ...singles].filter((name) => LIBRARIES.includes(name)).map((name) => median(samples[name].run)));
  const cell = (times) => (times.length ? `${short(median(times))} / ${short(Math.min(...times))}` : 'n/a');
  const rows = [...running, ...singles].map((name) => [
    name,
    cell(samples[name].run),
    Number.isFinite(fastest) ? short(median(samples[name].run) / fastest) : 'n/a',
    cell(samples[name]['run and read']),
    cell(samples[name].queued),
    found[name].error.toExponential(1),
    ...['dispatches', 'submits', 'bind groups', 'buffers'].map((call) => counts[name]?.[call] ?? ''),
  ]);
  const header = ['ms: median / min', 'run', '÷ fastest library', 'run + read', 'of 8 queued', 'error', 'dispatches', 'submits', 'bind groups', 'buffers'];
  return { text: table(header, rows), kind, shape, samples, singles, found, counts };
}

async function main() {
  const begun = performance.now();
  installPeers();
  const server = await serve(await buildSite());
  const browser = await launch();
  const report = [];
  const say = (text) => {
    console.log(text);
    report.push(text);
  };
  const results = {};
  const facts = { date: new Date().toISOString(), machine: `${os.cpus()[0]?.model}, ${os.cpus().length} cores`, adapter: '', versions: [] };
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
    facts.adapter = adapter;
    facts.versions = [agent.match(/Chrom\w*\/[\d.]+/)?.[0].replace('/', ' '), ...versions()];
    say(`# Side by side\n\n${facts.date}, ${facts.machine}, adapter ${adapter}`);
    say(facts.versions.join(', '));
    const asked = Object.entries(SHAPES).flatMap(([kind, shapes]) => shapes.map((shape) => ({ kind, shape })))
      .filter(({ kind, shape }) => (!options.kinds || options.kinds.split(',').includes(kind)) && !(options.quick && work(kind, shape) > QUICK_LIMIT));
    let weights = asked.reduce((sum, { kind, shape }) => sum + weightOf(kind, shape), 0);
    const end = begun + 60_000 * WRITE_MINUTES;
    for (const { kind, shape } of asked) {
      const now = performance.now();
      const until = options.write ? now + ((end - now) * weightOf(kind, shape)) / weights : Infinity;
      weights -= weightOf(kind, shape);
      const { text, ...rest } = await measure(page, kind, shape, names, until);
      results[`${kind} ${shape}`] = rest;
      say(`\n## ${kind}, (${shape.join(', ')})\n\n${text}`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  if (!options['no-page']) {
    const page = await measurePage({ visits: options.quick || options.write ? 3 : 7, frames: options.quick || options.write ? 60 : 300 });
    results.page = page;
    say(`\n## The page\n\n${page.text}`);
  }
  const folder = fileURLToPath(new URL('results', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/latest.md`, `${report.join('\n')}\n`);
  writeFileSync(`${folder}/latest.json`, `${JSON.stringify(results, null, 1)}\n`);
  console.log(`\nWritten to bench/results/latest.md and latest.json.`);
  if (options.write) {
    const { page = null, ...measured } = results;
    const minutes = (performance.now() - begun) / 60_000;
    writeFileSync(fileURLToPath(new URL('../docs/performance.md', import.meta.url)), documentOf({ ...facts, minutes, results: Object.values(measured), page }));
    console.log(`docs/performance.md is written; it took ${minutes.toFixed(1)} minutes.`);
  }
}

await main();
