// Installs the peers when they are missing and builds the page that runs them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { wgslCode } from '../../src/cli/wgsl-plugin.mjs';

const bench = fileURLToPath(new URL('..', import.meta.url));
export const site = `${bench}node_modules/.cache/site`;

/** Name and version of each library that takes part. */
export function versions() {
  const { dependencies } = JSON.parse(readFileSync(`${bench}package.json`, 'utf8'));
  const installed = (name) => JSON.parse(readFileSync(`${bench}node_modules/${name}/package.json`, 'utf8')).version;
  return Object.keys(dependencies).map((name) => `${name} ${installed(name)}`);
}

/** Installs what bench/package-lock.json names, once. @throws when npm fails */
export function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(`${bench}package.json`, 'utf8'));
  if (Object.keys(dependencies).every((name) => existsSync(`${bench}node_modules/${name}`))) return;
  console.log('Installing the libraries to compare with ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: bench, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The libraries to compare with could not be installed: run `npm ci` in bench/ and read what it says.');
}

/** Builds bench/page with every peer of bench/peers as a chunk of its own. */
export async function buildSite() {
  await build({
    configFile: false,
    plugins: [wgslCode()],
    root: `${bench}page`,
    base: './',
    publicDir: false,
    cacheDir: `${bench}node_modules/.cache/vite`,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { outDir: site, emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0, chunkSizeWarningLimit: 1e5, modulePreload: false },
  });
  return site;
}
