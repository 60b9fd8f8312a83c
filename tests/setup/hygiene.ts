/**
 * Rules of the house about files themselves rather than their imports. Pure functions of a file map,
 * like the checker of the architecture.
 */
import { posix } from 'node:path';
import ts from 'typescript';
import type { Files } from './architecture';

/** The only entries that the top level may have. */
export const TOP_LEVEL: readonly string[] = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
  'src',
  'shaders',
  'static',
  'tests',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.gitignore',
  'bench',
  'docs',
  '.ci',
  '.github',
];

/** `file:line` of every match of a pattern in the files that a filter admits. */
export function mentions(files: Files, admit: RegExp, pattern: RegExp): string[] {
  return [...files].flatMap(([file, text]) =>
    admit.test(file) ? text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}`] : [])) : [],
  );
}

const MODIFIERS = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails']);
const TESTERS = new Set(['test', 'it', 'describe', 'suite', 'bench']);

/** `file:line` of every test that is skipped, singled out, expected to fail or not written yet. */
export function unrunTests(files: Files): string[] {
  const problems: string[] = [];
  for (const [file, text] of files) {
    if (!/^tests\/.*\.ts$/.test(file)) continue;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const report = (node: ts.Node, what: string) => {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      problems.push(`${file}:${line} uses ${what}`);
    };
    const rootOf = (node: ts.Expression): ts.Expression =>
      ts.isPropertyAccessExpression(node) || ts.isCallExpression(node) ? rootOf(node.expression) : node;
    const isTester = (node: ts.Expression) => TESTERS.has(rootOf(node).getText(source));
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node) && MODIFIERS.has(node.name.text)) {
        const contextSkip = node.name.text === 'skip' && ts.isCallExpression(node.parent) && node.parent.expression === node;
        if (isTester(node) || contextSkip) report(node, `.${node.name.text}`);
      } else if (ts.isIdentifier(node) && /^(xit|xtest|xdescribe|fit|fdescribe)$/.test(node.text)) {
        report(node, node.text);
      } else if (ts.isCallExpression(node) && isTester(node.expression)) {
        const options = node.arguments.filter((argument) => ts.isObjectLiteralExpression(argument));
        for (const property of options.flatMap((option) => [...option.properties])) {
          const name = property.name?.getText(source) ?? '';
          if (MODIFIERS.has(name)) report(property, `{ ${name} }`);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return problems;
}

/** The family of a kernel file: `softmax` for shaders/kernels/softmax_backward.tiled.wgsl. */
export function familyOf(kernel: string): string {
  return posix.basename(kernel, '.wgsl').split('.')[0].replace(/_(forward|backward).*$/, '');
}

/** Kernel files whose family no test in tests/kernels mentions, and those that do not begin with a comment. */
export function kernelProblems(files: Files): string[] {
  const tests = [...files].filter(([file]) => /^tests\/kernels\/.*\.test\.ts$/.test(file));
  return [...files].flatMap(([file, text]) => {
    if (!/^shaders\/kernels\/.*\.wgsl$/.test(file)) return [];
    const problems: string[] = [];
    const camel = familyOf(file).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const family = new RegExp(`\\b(${familyOf(file)}|${camel})(?![a-z0-9])`);
    if (!tests.some(([name, test]) => family.test(name) || family.test(test))) {
      problems.push(`${file}: no test in tests/kernels mentions "${familyOf(file)}"`);
    }
    if (!text.startsWith('//')) problems.push(`${file}:1 is not a comment that says what the kernel computes`);
    return problems;
  });
}

/** Entries at the top level that do not belong there. */
export function strayEntries(entries: Iterable<string>): string[] {
  return [...new Set(entries)].filter((entry) => !TOP_LEVEL.includes(entry));
}
