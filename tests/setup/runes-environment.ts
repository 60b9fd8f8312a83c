/**
 * Vitest environment of tests/unit/*.svelte.test.ts: Node without a DOM, but with Svelte compiled as for
 * the browser, so that `$derived` and `$effect` are live and not evaluated once as on a server. Such a
 * test may use runes itself. Code that reads its own files through `import.meta.url` belongs in a plain
 * unit test: here Vite rewrites such addresses as it does for a browser.
 */
import type { Environment } from 'vitest/environments';

const environment: Environment = {
  name: 'runes',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
};

export default environment;
