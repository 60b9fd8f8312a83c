// @ts-check
/**
 * Runs before `npm test`: makes sure that there is a Chromium with a software GPU. On Debian, as root,
 * it installs one; elsewhere it says in one sentence what to install.
 */
import { spawnSync } from 'node:child_process';
import { INSTALL_ADVICE, findChromium, findSwiftShader, isDebian } from './chromium.mjs';

/**
 * @param {string[]} args
 * @returns {boolean} whether apt-get succeeded
 */
function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

/** Whether both the browser and, on Linux, the driver that the kernel tests use are there. */
function isComplete() {
  const browser = findChromium();
  if (!browser) return false;
  const bringsItsOwn = process.platform !== 'linux' || process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES;
  return Boolean(bringsItsOwn || findSwiftShader(browser));
}

function main() {
  if (isComplete()) return;
  if (process.platform === 'linux' && process.getuid?.() === 0 && isDebian()) {
    console.log('Installing Chromium, whose software GPU the tests use ...');
    // The Chinese half of the page is tested too, so its glyphs must exist.
    const packages = ['chromium', 'fonts-noto-cjk'];
    if (aptGet('update', '-q') && aptGet('install', '-q', '-y', '--no-install-recommends', ...packages) && isComplete()) return;
  }
  throw new Error(INSTALL_ADVICE);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
