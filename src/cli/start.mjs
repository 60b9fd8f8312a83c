// @ts-check
/** `npm start`: builds the page and serves the build. The address is the last line printed. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serve } from './static-server.mjs';

const PORT = 5173;
const top = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

console.log('Building ...');
try {
  await build({ configFile: top('vite.config.ts'), logLevel: 'warn' });
} catch (error) {
  fail(`The build failed: ${error instanceof Error ? error.message : error}`);
}

try {
  const server = await serve(top('dist'), PORT);
  const stop = () => void server.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(`Attention Lab is running (Ctrl+C stops it):\n${server.url}`);
} catch (error) {
  const code = /** @type {NodeJS.ErrnoException} */ (error).code;
  if (code !== 'EADDRINUSE') throw error;
  fail(`Port ${PORT} is taken by another program: stop that program and run the command again.`);
}
