/** Holds the tree against the rules of the house, and the checker of the rules against planted trees. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { forbiddenImports, importCircles, importsOf } from './setup/architecture';
import type { Files } from './setup/architecture';
import { familyOf, kernelProblems, mentions, strayEntries, unrunTests } from './setup/hygiene';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CALLS_RANDOM = /\bMath\s*\.\s*random\s*\(/;

/** Every file under src, shaders and tests; those that are not text count as empty. */
function readTree(): Files {
  const files: Files = new Map();
  for (const folder of ['src', 'shaders', 'tests']) {
    for (const entry of readdirSync(ROOT + folder, { recursive: true, withFileTypes: true })) {
      const path = `${entry.parentPath}${sep}${entry.name}`;
      if (!entry.isFile() || /node_modules|tests.output/.test(path)) continue;
      const isText = /\.(ts|js|mjs|cjs|svelte|wgsl|css|html|json|txt|md)$/.test(path);
      files.set(relative(ROOT, path).split(sep).join('/'), isText ? readFileSync(path, 'utf8') : '');
    }
  }
  return files;
}

const plant = (files: Record<string, string>): Files => new Map(Object.entries(files));

describe('the tree', () => {
  const files = readTree();

  test('imports only what its rooms allow', () => expect(forbiddenImports(files)).toEqual([]));
  test('has no circle of imports', () => expect(importCircles(files)).toEqual([]));
  test('has a test for every kernel, and a comment at its head', () => expect(kernelProblems(files)).toEqual([]));
  test('runs every test', () => expect(unrunTests(files)).toEqual([]));
  test('draws no number without a seed', () => expect(mentions(files, /^(src|shaders)\//, CALLS_RANDOM)).toEqual([]));

  test('has nothing at the top level but the fixed entries', () => {
    const listed = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
    const entries = listed.split('\0').filter(Boolean).map((path) => path.split('/')[0]);
    expect(entries).toContain('package.json');
    expect(strayEntries(entries)).toEqual([]);
  });
});

describe('the checker', () => {
  test('reads every kind of import, with its line', () => {
    const text = [
      "import { a } from './a';",
      "import type { B } from './b';",
      "export * from './c';",
      "type D = import('./d').D;",
      "const e = () => import('./e');",
      "const f = import.meta.glob(['./f/*.wgsl', './g/*.wgsl'], { query: '?raw' });",
      "const w = new Worker(new URL('./w.ts', import.meta.url));",
      "// import './comment';",
      "const s = \"import './string'\";",
    ].join('\n');
    expect(importsOf('src/ops/x.ts', text).map(({ line, specifier }) => `${line} ${specifier}`)).toEqual([
      '1 ./a',
      '2 ./b',
      '3 ./c',
      '4 ./d',
      '5 ./e',
      '6 ./f/*.wgsl',
      '6 ./g/*.wgsl',
      '7 ./w.ts',
    ]);
  });

  test('reads both scripts and the markup of a component', () => {
    const text = [
      '<script module lang="ts">',
      "  import a from './a';",
      '</script>',
      '<script lang="ts">',
      "  import b from './b';",
      "  const c = import('./c');",
      '</script>',
      "{#await import('./d.svelte') then d}<d.default />{/await}",
    ].join('\n');
    const found = importsOf('src/ui/X.svelte', text);
    expect(found.map(({ line, specifier }) => `${line} ${specifier}`)).toEqual(['2 ./a', '5 ./b', '6 ./c', '8 ./d.svelte']);
  });

  test.each([
    ['reference importing ops', 'src/reference/a.ts', "import '../ops/x';", 'reference may import no other room'],
    ['a type import', 'src/ops/a.ts', "import type { X } from '../model/x';", 'ops may import gpu, reference'],
    ['a dynamic import', 'src/model/a.ts', "const x = import('../gpu/x');", 'model may import ops'],
    ['a worker', 'src/ops/a.ts', "new URL('../lab/x.ts', import.meta.url);", 'ops may import gpu, reference'],
    ['a glob', 'src/lab/a.ts', "import.meta.glob('../exhibits/*/index.ts');", 'lab may import gpu, ops, model'],
    ['raw WGSL outside gpu', 'src/ops/a.ts', "import s from '../../shaders/kernels/x.wgsl?raw';", 'ops may import gpu, reference'],
    ['exhibits importing gpu', 'src/exhibits/one/a.ts', "import '../../gpu/x';", 'exhibits may import lab,'],
    ['one exhibit importing another', 'src/exhibits/one/a.ts', "import '../two/index';", 'never imports another exhibit'],
    ['ui importing more than views', 'src/ui/a.ts', "import '../gpu/x';", 'ui may import of gpu its view pipelines'],
    ['the app importing gpu', 'src/App.svelte', "<script>\nimport './gpu/x';\n</script>", 'app may import exhibits, export, lab, ui'],
    ['tests in the product', 'src/ops/a.ts', "import '../../tests/x';", 'nothing outside src and shaders'],
    ['d3 outside ui', 'src/lab/a.ts', "import { scaleLog } from 'd3-scale';", 'lab may import the packages svelte'],
    ['webgpu-utils outside gpu', 'src/ops/a.ts', "import 'webgpu-utils';", 'ops may import no package'],
    ['a package nobody may use', 'src/ui/a.ts', "import '@scope/name/deep';", 'ui may import the packages svelte, d3-*, uqr'],
    ['Node in the page', 'src/text/a.ts', "import { readFileSync } from 'fs';", 'text may import no package'],
    ['a missing file', 'src/ops/a.ts', "import './nowhere';", 'there is no such file'],
    ['a room that is not in the plan', 'src/utils/a.ts', '', 'src/utils is not one of the rooms'],
  ])('refuses %s, and names the file and the rule', (_, file, text, rule) => {
    const others = {
      'src/ops/x.ts': '',
      'src/model/x.ts': '',
      'src/gpu/x.ts': '',
      'src/lab/x.ts': '',
      'src/exhibits/two/index.ts': '',
      'shaders/kernels/x.wgsl': '',
      'tests/x.ts': '',
    };
    const problems = forbiddenImports(plant({ ...others, [file]: text }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(rule);
    expect(problems[0]).toContain(file);
  });

  test('allows what the table allows', () => {
    const files = plant({
      'shaders/kernels/x.wgsl': '// x',
      'src/gpu/shaders.ts': "import.meta.glob('../../shaders/**/*.wgsl', { query: '?raw' }); import 'webgpu-utils';",
      'src/gpu/views/map.ts': "import '../shaders';",
      'src/reference/x.ts': '',
      'src/ops/x.ts': "import '../gpu/shaders'; import '../reference/x';",
      'src/model/x.ts': "import { x } from '../ops/x.js';",
      'src/lab/state.svelte.ts': "import '../model/x'; import 'svelte/reactivity';",
      'src/ui/Map.svelte': "<script>import '../gpu/views/map'; import 'd3-scale';</script>",
      'src/exhibits/exhibit.ts': "import '../lab/state.svelte';",
      'src/exhibits/one/index.ts': "import '../exhibit'; import('./View.svelte');",
      'src/exhibits/one/View.svelte': "<script>import Map from '../../ui/Map.svelte';</script>",
      'src/exhibits/index.ts': "import.meta.glob('./*/index.ts');",
      'src/App.svelte': "<script>import './exhibits'; import { mount } from 'svelte';</script>",
    });
    expect(forbiddenImports(files)).toEqual([]);
    expect(importCircles(files)).toEqual([]);
  });

  test('finds a circle, through types and dynamic imports too', () => {
    const files = plant({
      'src/ops/a.ts': "import './b';",
      'src/ops/b.ts': "import type { C } from './c';",
      'src/ops/c.ts': "export const load = () => import('./a');",
      'src/ops/d.ts': "import './a';",
    });
    expect(importCircles(files)).toEqual(['src/ops/a.ts → src/ops/b.ts → src/ops/c.ts → src/ops/a.ts']);
  });

  test('finds tests that do not run, but not the words in a string', () => {
    const lines = [
      "test.skip('a', () => {});",
      "describe.only('b', () => {});",
      "test.todo('c');",
      "test.skipIf(true)('d', () => {});",
      "test('e', (context) => context.skip());",
      "test('f', { skip: true }, () => {});",
      "xit('g', () => {});",
      "test.each([1]).only('h', () => {});",
      "test.concurrent.fails('i', () => {});",
      "test('test.skip( is only a string', () => { regex.only; });",
    ];
    const problems = unrunTests(plant({ 'tests/unit/x.test.ts': lines.join('\n') }));
    expect(problems.map((problem) => Number(/:(\d+)/.exec(problem)![1]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('finds kernels without a test or a first comment', () => {
    const files = plant({
      'shaders/kernels/softmax_forward.tiled.wgsl': '// y = softmax(x)',
      'shaders/kernels/max_forward.wgsl': 'fn main() {}',
      'shaders/kernels/layer_norm_backward.wgsl': '// dx',
      'tests/kernels/softmax.test.ts': "table('softmax');",
      'tests/kernels/norms.test.ts': 'ops.layerNormBackward(maximum);',
    });
    expect(familyOf('shaders/kernels/layer_norm_backward.vec4.wgsl')).toBe('layer_norm');
    expect(kernelProblems(files)).toEqual([
      'shaders/kernels/max_forward.wgsl: no test in tests/kernels mentions "max"',
      'shaders/kernels/max_forward.wgsl:1 is not a comment that says what the kernel computes',
    ]);
  });

  test('finds an unseeded random number and a stray entry', () => {
    const files = plant({ 'src/lab/a.ts': 'a\nMath . random ()', 'tests/a.ts': 'Math.random()' });
    expect(mentions(files, /^(src|shaders)\//, CALLS_RANDOM)).toEqual(['src/lab/a.ts:2']);
    expect(strayEntries(['src', 'eslint.config.js', 'src'])).toEqual(['eslint.config.js']);
  });
});
