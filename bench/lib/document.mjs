// docs/performance.md from one run of the bench: every number in it was measured in that run.
import { median, percentile, short, table } from './numbers.mjs';

const PEER_NAMES = { ours: 'Attention Lab', 'jax-js': 'jax-js', onnxruntime: 'onnxruntime-web', tfjs: 'TensorFlow.js', 'plain-wgsl': 'plain WGSL', 'plain-js': 'plain JavaScript' };
const LIBRARIES = ['jax-js', 'onnxruntime', 'tfjs'];

/** What issue 5 asks for, by kind and sequence length: the share of the fastest library's time. */
const TARGETS = {
  'causal attention': ([, n]) => ({ 64: 0.5, 128: 0.45, 256: 0.33, 512: 0.33, 1024: 0.33 })[n],
  'full attention': () => 0.8,
  LayerNorm: () => 0.5,
  matmul: () => 1,
};
/** Bounds of the bins of frame times, in milliseconds: 120, 60, 30 and 20 frames a second. */
const BINS = [8.4, 16.7, 33.4, 50, 100, Infinity];

/** The share of the fastest library's time that we need, or null where no library took part. */
export function shareOf(samples) {
  const times = LIBRARIES.filter((name) => samples[name]?.run.length).map((name) => median(samples[name].run));
  return times.length && samples.ours?.run.length ? median(samples.ours.run) / Math.min(...times) : null;
}

const cell = (times, single) => (times?.length ? `${short(median(times))} / ${short(Math.min(...times))}${single ? ' ¹' : ''}` : '');

/** One table: a row for each shape, a column for each implementation. */
function timesOf(kind, results, mode, withShare) {
  const rows = results.filter((result) => result.kind === kind && Object.values(result.samples).some((times) => times[mode].length));
  const names = Object.keys(PEER_NAMES).filter((name) => rows.some(({ samples }) => samples[name]?.[mode].length));
  if (rows.length === 0) return '';
  const header = ['shape', ...names.map((name) => PEER_NAMES[name]), ...(withShare ? ['share of the fastest library', 'aim'] : [])];
  return table(header, rows.map(({ shape, samples, singles }) => {
    const share = shareOf(samples);
    const aim = TARGETS[kind]?.(shape);
    return [
      `(${shape.join(', ')})`,
      ...names.map((name) => cell(samples[name]?.[mode], mode === 'run' && singles.includes(name))),
      ...(withShare ? [share === null ? '' : share.toFixed(2), aim === undefined ? '' : `≤ ${aim}`] : []),
    ];
  }));
}

/** Frame times in bins, as rows of a table. */
export function histogram(times) {
  let from = 0;
  return BINS.map((to) => {
    const count = times.filter((time) => time >= from && time < to).length;
    const label = to === Infinity ? `${from} and more` : `${from} to ${to}`;
    from = to;
    return [label, count, '█'.repeat(Math.round((40 * count) / Math.max(1, times.length)))];
  });
}

function callsOf(results) {
  const result = results.find(({ kind, shape }) => kind === 'causal attention' && shape[1] === 256) ?? results[0];
  if (!result) return '';
  const calls = ['dispatches', 'passes', 'submits', 'bind groups', 'buffers', 'pipelines', 'uploads', 'copies'];
  return `WebGPU calls of one run, ${result.kind} (${result.shape.join(', ')}), counted through the API's prototypes:\n\n` +
    table(['implementation', ...calls], Object.entries(result.counts).map(([name, counts]) => [PEER_NAMES[name], ...calls.map((call) => counts[call])]));
}

function pageOf(page) {
  if (!page) return '';
  const parts = [`## The page\n\n${page.text}`, `How a visit begins, with a warm cache, in a browser that is running. The steps overlap; the aim is first weights within 350 ms.\n\n${page.start.text}`, `The same in a browser that has just been started, whose GPU process starts beside the page.\n\n${page.started.text}`];
  for (const { label, times } of page.frames) {
    parts.push(`${label}: p50 ${short(median(times))} ms, p95 ${short(percentile(times, 0.95))} ms, ${times.length} frames.\n\n${table(['ms', 'frames', ''], histogram(times))}`);
  }
  const perFrame = ({ frames, counts }, name) => short((counts[name] ?? 0) / frames);
  const names = [...new Set([page.calls, page.mapCalls].flatMap(({ counts }) => Object.keys(counts)))];
  parts.push('WebGPU calls per frame, measurements that run beside the frames included:\n\n' +
    table(['call', 'scale dragged', 'map of 4096 dragged'], names.map((name) => [name, perFrame(page.calls, name), perFrame(page.mapCalls, name)])));
  return parts.join('\n\n');
}

/**
 * The document.
 * @param {{ date: string, machine: string, adapter: string, versions: string[], minutes: number, results: object[], page: object | null }} run
 *   `results` in order: { kind, shape, samples, singles, counts, found }
 */
export function documentOf({ date, machine, adapter, versions, minutes, results, page }) {
  const kinds = [...new Set(results.map(({ kind }) => kind))];
  const parts = [
    '# Performance',
    `Written by \`npm run bench -- --write\` on ${date.slice(0, 10)}; all numbers are of that one run of ${minutes.toFixed(1)} minutes.`,
    `- Machine: ${machine}\n- WebGPU adapter: ${adapter}\n- ${versions.join('\n- ')}`,
    'All implementations ran in one Chromium page and took turns, so that a disturbance of the machine met all of them. Each result was compared with the float64 twins before it was timed. Milliseconds, median / least. ¹ one run only, since it takes seconds. Empty where that would have been too long: a second run of what takes more than three seconds, or eight runs of more than two and a half together. Attention keeps the weights [h, n, n] and the output [h, n, d]; shapes are (h, n, d). Times of a software GPU say little about a real one.',
  ];
  for (const kind of kinds) {
    parts.push(`## ${kind[0].toUpperCase()}${kind.slice(1)}`, 'Until the GPU is done, inputs already there:', timesOf(kind, results, 'run', true));
    const read = timesOf(kind, results, 'run and read', false);
    const queued = timesOf(kind, results, 'queued', false);
    if (read) parts.push('With the result brought to JavaScript:', read);
    if (queued) parts.push('Per run, eight of them queued:', queued);
  }
  parts.push('## WebGPU calls', callsOf(results), pageOf(page));
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
