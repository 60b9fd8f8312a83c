/** Holds the documents against the code: every parameter of the console, every command, every link. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { params } from '../../src/exhibits/workbench/params';
import type { ChoiceParam, NumberParam, Param } from '../../src/lab/params';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
const documents = ['README.md', 'CHANGELOG.md', ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

/** The part of a document under a heading, up to the next heading of any level. */
function section(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`There is no heading "${heading}".`);
  const rest = text.slice(start + heading.length + 2);
  const next = rest.search(/^#+ /m);
  return next < 0 ? rest : rest.slice(0, next);
}

/** The cells of a table's rows, without its head. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | '));

const documented = new Map(rowsOf(section(readme, '### Parameters')).map(([name, values, preset, meaning]) => [name, { values, preset, meaning }]));
const declared = Object.entries(params as Readonly<Record<string, Param<unknown>>>);

describe('the parameters in README', () => {
  test('are those of params.ts, no more and no fewer', () => {
    expect([...documented.keys()].map((name) => name.slice(1, -1)).sort()).toEqual(declared.map(([name]) => name).sort());
  });

  test.each(declared)('%s has its default and a meaning', (name, param) => {
    const row = documented.get(`\`${name}\``);
    expect(row?.preset).toBe(`\`${JSON.stringify(param.default)}\``);
    expect(row?.meaning).toMatch(/\w/);
  });

  test.each(declared.filter(([, { kind }]) => kind === 'choice'))('%s has its options', (name, param) => {
    const options = (param as ChoiceParam<string>).options.map((option) => `\`"${option}"\``).join(', ');
    expect(documented.get(`\`${name}\``)?.values).toBe(options);
  });

  test.each(declared.filter(([, { kind }]) => kind === 'int'))('%s has its range', (name, param) => {
    const { min, max } = param as unknown as NumberParam;
    expect(documented.get(`\`${name}\``)?.values).toBe(`${min} to ${max}`);
  });
});

describe('the documents', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  test.each(documents)('%s names no command that package.json lacks', (name) => {
    const commands = [...read(name).matchAll(/npm (?:run )?([a-z][\w:-]*)/g)].map(([, command]) => command!);
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
  });

  test.each(documents)('%s links to files and headings that are there', (name) => {
    const links = [...read(name).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => !/^https?:/.test(link));
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? name : join(dirname(name), path);
      return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(read(file)).includes(anchor));
    });
    expect(broken).toEqual([]);
  });
});

/** The anchors that a Markdown viewer gives to headings: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-'));
}
