// @ts-check
/**
 * `npm test`: runs every check in order, shows its output as it comes, and ends with one line
 * `N passed, N failed` over all of them. `node tests/run.mjs unit lint` runs the named steps only.
 *
 * A step of one check counts as one test; a Vitest step counts its tests. A test that was skipped, a
 * file that did not load, a step without tests and a step that crashes or hangs all count as failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const bin = (/** @type {string} */ path) => join(ROOT, 'node_modules', path);

/**
 * @typedef {{ passed: number, failed: number }} Count
 * @typedef {{ name: string, minutes: number, command?: string[], projects?: string[] }} Step
 */

/** The steps, with a limit in minutes after which one counts as hung: several times what each takes on two quiet cores. @type {Step[]} */
const STEPS = [
  {
    name: 'types',
    minutes: 3,
    command: [bin('svelte-check/bin/svelte-check'), '--tsconfig', 'tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  {
    name: 'lint',
    minutes: 3,
    command: [bin('eslint/bin/eslint.js'), '--config', 'tests/eslint.config.js', '--max-warnings', '0', '.'],
  },
  { name: 'unit', minutes: 8, projects: ['unit', 'runes'] },
  { name: 'kernels', minutes: 20, projects: ['kernels'] },
  { name: 'build', minutes: 3, command: [bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn'] },
  { name: 'single', minutes: 3, command: [bin('vite/bin/vite.js'), 'build', '--mode', 'single', '--logLevel', 'warn'] },
  { name: 'e2e', minutes: 40, projects: ['e2e'] },
];

/**
 * Runs a Node script with its output shown, and ends it when its time is up.
 * @param {string[]} args
 * @param {number} minutes
 * @returns {Promise<{ ok: boolean, trouble?: string }>}
 */
function run(args, minutes) {
  return new Promise((resolve) => {
    const ownGroup = process.platform !== 'win32';
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], detached: ownGroup });
    const kill = (/** @type {NodeJS.Signals} */ signal) => {
      try {
        if (ownGroup && child.pid) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // already gone
      }
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      kill('SIGKILL');
    }, minutes * 60_000);
    const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
      kill(signal);
      process.exit(130);
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);

    child.once('error', (error) => resolve({ ok: false, trouble: error.message }));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      kill('SIGKILL'); // browsers and workers that a crash left behind
      if (late) resolve({ ok: false, trouble: `took longer than ${minutes} minutes and was stopped` });
      else resolve({ ok: code === 0, trouble: code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}` });
    });
  });
}

/**
 * Counts a Vitest run from its JSON report and its exit.
 * @param {any} report undefined where Vitest wrote none
 * @param {{ ok: boolean, trouble?: string }} exit
 * @returns {Count & { troubles: string[] }}
 */
export function countVitest(report, exit) {
  /** @type {string[]} */
  const troubles = [];
  let passed = 0;
  let failed = 0;
  for (const file of report?.testResults ?? []) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') {
        passed += 1;
        continue;
      }
      failed += 1;
      const reason = test.status === 'failed' ? test.failureMessages?.[0]?.split('\n')[0] : `${test.status}, and no test may be`;
      troubles.push(`${test.fullName}: ${reason ?? 'failed'}`);
    }
    if (file.status === 'failed' && !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed')) {
      failed += 1;
      troubles.push(`${file.name}: ${file.message || 'failed outside its tests'}`);
    }
  }
  if (!report) troubles.push('there is no report of the tests');
  else if (passed + failed === 0) troubles.push('there are no tests');
  if (!exit.ok && exit.trouble && failed === 0) troubles.push(exit.trouble);
  if (troubles.length > 0 && failed === 0) failed = 1;
  return { passed, failed, troubles };
}

/**
 * @param {Step} step
 * @param {string} folder for the report
 * @returns {Promise<Count & { troubles: string[] }>}
 */
async function take(step, folder) {
  if (step.command) {
    const exit = await run(step.command, step.minutes);
    return { passed: exit.ok ? 1 : 0, failed: exit.ok ? 0 : 1, troubles: exit.trouble ? [exit.trouble] : [] };
  }
  const file = join(folder, `${step.name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const projects = (step.projects ?? []).map((name) => `--project=${name}`);
  const exit = await run([bin('vitest/vitest.mjs'), 'run', ...projects, ...reporters], step.minutes);
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    report = undefined; // Vitest crashed before it wrote one
  }
  return countVitest(report, exit);
}

async function main() {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no step "${unknown}": the steps are ${STEPS.map((step) => step.name).join(', ')}.\n`);
    process.exit(1);
  }
  const steps = STEPS.filter((step) => asked.length === 0 || asked.includes(step.name));
  const folder = mkdtempSync(join(tmpdir(), 'attention-lab-'));
  const total = { passed: 0, failed: 0 };
  const summary = [];
  for (const step of steps) {
    console.log(`\n== ${step.name}`);
    const began = Date.now();
    const result = await take(step, folder);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    summary.push(`   ${step.name.padEnd(8)} passed: ${result.passed}, failed: ${result.failed}, ${seconds} s`);
    summary.push(...result.troubles.map((trouble) => `      ${trouble}`));
    total.passed += result.passed;
    total.failed += result.failed;
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`\n${summary.join('\n')}\n`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
  console.log(`${total.passed} passed, ${total.failed} failed`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
