// Writes dist/bench/ours.js: the product's ops as one module that needs nothing but a WebGPU device, for benchmarks that
// load implementations side by side (bench/README.md says what it offers).
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { wgslCode } from './wgsl-plugin.mjs';

const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

await build({
  configFile: false,
  plugins: [wgslCode()],
  root: here('bench'),
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: here('dist/bench'),
    emptyOutDir: true,
    target: 'es2023',
    lib: { entry: here('bench/peers/ours.ts'), formats: ['es'], fileName: () => 'ours.js' },
    // One file: kernels that the page loads when it needs them come with it.
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
console.log('dist/bench/ours.js is ready.');
