/** Lint rules. They read one file at a time (no types), so that the whole tree takes seconds. */
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import typescript from 'typescript-eslint';

const seeded = {
  object: 'Math',
  property: 'random',
  message: 'Every number shown must be reproducible: use the seeded generators.',
};

export default defineConfig(
  { ignores: ['**/node_modules/', '**/dist/', 'dist-single/', '.cache/', 'tests/output/', 'bench/results/', 'static/'] },
  typescript.configs.recommended,
  svelte.configs['flat/recommended'],
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser, extraFileExtensions: ['.svelte'] } },
    // `let` is how Svelte declares props that it reassigns.
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
      // It takes every Map and URL for state; those that are state here are `$state.raw` and replaced whole.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['src/**'], rules: { 'no-restricted-properties': ['error', seeded] } },
  {
    // Old Node must be able to parse this one.
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off', 'object-shorthand': 'off' },
  },
);
