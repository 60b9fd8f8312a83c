// Runs in the page. The runner (run.mjs) asks for one peer's turn at a time, so that peers alternate within seconds and a
// disturbance of the machine meets all of them.
import { countCalls } from './counts.js';
import { largestError, problems } from './problems.js';

const loaders = import.meta.glob('../peers/*.{js,ts}');
const nameOf = (path) => path.replace(/^.*\//, '').replace(/\.[jt]s$/, '');
const loaderOf = Object.fromEntries(Object.entries(loaders).map(([path, load]) => [nameOf(path), load]));
const peers = new Map();
const QUEUED = 8;

/** A device with all limits and the features that kernels may use; each peer that asks for one gets its own. */
async function openDevice() {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  const requiredLimits = {};
  for (const limit of ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeInvocationsPerWorkgroup', 'maxComputeWorkgroupSizeX']) {
    requiredLimits[limit] = adapter.limits[limit];
  }
  const requiredFeatures = ['timestamp-query', 'shader-f16', 'subgroups'].filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ requiredLimits, requiredFeatures });
}

async function load(name) {
  const { default: peer } = await loaderOf[name]();
  await peer.setup(peer.needsDevice ? await openDevice() : null);
  peers.set(name, peer);
}

async function facts() {
  const { info } = await navigator.gpu.requestAdapter();
  return { adapter: [info.vendor, info.architecture, info.description].filter(Boolean).join(' '), browser: navigator.userAgent };
}

let problem = null;

/** Prepares every peer at one shape, checks its results, and names those that take part in the timing. */
async function begin({ kind, shape, names }) {
  problem = problems[kind];
  const { data, expected } = problem.make(shape);
  const found = {};
  for (const name of names) {
    const peer = peers.get(name);
    if (!problem.offeredBy(peer)) continue;
    try {
      await problem.prepare(peer, shape, data);
      const start = performance.now();
      await problem.run(peer);
      const first = performance.now() - start;
      const error = largestError(await problem.read(peer), expected);
      found[name] = { first, error, agrees: error <= problem.tolerance };
    } catch (failure) {
      found[name] = { agrees: false, failure: String(failure?.message ?? failure).slice(0, 300) };
    }
  }
  return found;
}

/** Milliseconds of each of up to `most` runs within about `budget` ms, after one that is not timed. */
async function turn({ name, mode, budget, most }) {
  const peer = peers.get(name);
  const measure = {
    run: () => problem.run(peer),
    'run and read': async () => {
      await (peer.enqueue ? peer.enqueue() : problem.run(peer));
      await problem.readFirst(peer);
    },
    queued: async () => {
      for (let i = 0; i < QUEUED; i++) await peer.enqueue();
      await peer.sync();
    },
  }[mode];
  if (mode === 'queued' && !peer.enqueue) return [];
  await problem.run(peer);
  const times = [];
  const begun = performance.now();
  do {
    const start = performance.now();
    await measure();
    times.push((performance.now() - start) / (mode === 'queued' ? QUEUED : 1));
  } while (times.length < most && performance.now() - begun < budget);
  return times;
}

/** Counts the calls of one more run of those in `counted`, and disposes of all. */
async function end({ names, counted }) {
  const counts = {};
  for (const name of names) {
    if (counted.includes(name)) counts[name] = await countCalls(() => problem.run(peers.get(name)));
    await peers.get(name).dispose();
  }
  return counts;
}

globalThis.bench = { names: Object.keys(loaderOf), load, facts, begin, turn, end };
