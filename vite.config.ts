/// <reference types="vitest/config" />
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import type { UserConfig } from 'vite';
import { chunkGroups } from './src/cli/chunks.mjs';
import { offline } from './src/cli/offline-plugin.mjs';
import { contentPolicy } from './src/cli/policy-plugin.mjs';
import { singleFile } from './src/cli/single-plugin.mjs';
import { onlyExports } from './src/cli/text-plugin.mjs';
import { numberScales } from './src/cli/scale-plugin.mjs';
import { wgslCode } from './src/cli/wgsl-plugin.mjs';
import { vulkanEnvironment } from './tests/setup/chromium.mjs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The page: `src/index.html` and what it imports, with `static/` beside it, written to `dist/`; in mode `single` all of it as
 * one file, written to `dist-single/`.
 */
const page = (single: boolean): UserConfig => ({
  // Vitest names test files relative to its root, and they lie outside src.
  root: here(process.env.VITEST ? '.' : 'src'),
  publicDir: here('static'),
  base: './',
  cacheDir: here('node_modules/.vite'),
  plugins: [
    wgslCode(),
    numberScales(),
    onlyExports(),
    svelte({ configFile: false }),
    ...(single ? [singleFile()] : [contentPolicy(), offline(here('src/lab/service-worker.ts'))]),
  ],
  server: { port: 5173, strictPort: true, fs: { allow: [here('src'), here('shaders'), here('static'), here('node_modules')] } },
  build: {
    outDir: here(single ? 'dist-single' : 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    ...(!single && { rolldownOptions: { output: { codeSplitting: { groups: chunkGroups } } } }),
  },
});

export default defineConfig(({ mode }) => ({
  ...page(mode === 'single'),
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/contract/**/*.test.ts', 'tests/architecture.test.ts'],
          exclude: ['**/*.svelte.test.ts'],
          // Some read every file of the project; on a busy machine that takes longer than Vitest's five seconds.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        // Together with the environment: `import … from 'svelte'` means the browser's Svelte, live.
        resolve: { conditions: ['browser'] },
        test: {
          name: 'runes',
          include: ['tests/unit/**/*.svelte.test.ts'],
          environment: here('tests/setup/runes-environment.ts'),
          server: { deps: { inline: [/[\\/]svelte[\\/]/] } },
        },
      },
      {
        extends: true,
        test: {
          name: 'kernels',
          include: ['tests/kernels/**/*.test.ts'],
          setupFiles: [here('tests/setup/webgpu.ts')],
          env: mode === 'test' ? vulkanEnvironment(tmpdir()) : {},
          pool: 'forks',
          // SwiftShader already uses every core for one dispatch.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          pool: 'forks',
          // Two browsers side by side: while one loads or waits, the other works.
          maxWorkers: 2,
          // How long a page may take to show what it is asked for, on a slow machine.
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
}));
