import { describe, expect, test } from 'vitest';
import { arraysToCsv, arraysToJson, shortest, tableToCsv, tableToJson, type LabelledArray } from '../../../src/formats/texts.ts';

const about = { title: 'Attention weights', link: 'https://example.org/#/?n=3' };
const all = (pieces: Iterable<string>) => [...pieces].join('');

/** Fields of each line after RFC 4180, comments left out. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n)/y;
  let row: string[] = [];
  const body = text.replace(/^(#.*\n)*/, '');
  while (field.lastIndex < body.length) {
    const [, quoted, plain, end] = field.exec(body) ?? [];
    if (end === undefined) throw new Error(`Not CSV: ${body}`);
    row.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('shortest', () => {
  test('reads back as the same float32, for numbers of every size', () => {
    const view = new DataView(new ArrayBuffer(4));
    for (let i = 0; i < 20_000; i++) {
      view.setUint32(0, Math.imul(i, 0x9e3779b1) >>> 0); // bit patterns spread over all float32
      const value = view.getFloat32(0);
      if (!Number.isFinite(value)) continue;
      expect(Math.fround(Number(shortest(value)))).toBe(value);
    }
    expect(shortest(Math.fround(0.1))).toBe('0.1');
    expect(shortest(0.1 + 0.2, false)).toBe('0.30000000000000004');
  });
});

describe('a tensor as CSV', () => {
  const tokens = ['a,b', '"quoted"', '=SUM(A1)'];
  const data = Float32Array.from([0.1, -Infinity, NaN, 1 / 3, 0, 1e-30, 2, 3, 4]);
  const array: LabelledArray = { name: 'weights', shape: [3, 3], data, labels: [tokens, tokens] };

  test('has comments with title and link, labels behind their index, and numbers that read back exactly', () => {
    const text = all(arraysToCsv([array], about));
    expect(text).toMatch(/^# Attention weights\n# https:\/\/example\.org\/#\/\?n=3\n/);
    const [head, ...rows] = parseCsv(text);
    expect(head).toEqual(['', '0 a,b', '1 "quoted"', '2 =SUM(A1)']);
    expect(rows.map(([label]) => label)).toEqual(head!.slice(1));
    const read = rows.flatMap((row) => row.slice(1)).map((field) => ({ '-inf': -Infinity, nan: NaN })[field] ?? Math.fround(Number(field)));
    expect(read).toEqual([...data]);
  });

  test('names the matrices of a stack in its first column', () => {
    const stack = { name: 'weights', shape: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4) };
    expect(parseCsv(all(arraysToCsv([stack], about)))).toEqual([['array', '', '0', '1'], ['weights 0', '0', '1', '2'], ['weights 1', '0', '3', '4']]);
  });

  test('begins a new head where another array has other columns', () => {
    const rows = parseCsv(all(arraysToCsv([array, { name: 'output', shape: [1, 2], data: Float32Array.of(5, 6) }], about)));
    expect(rows.slice(-2)).toEqual([['array', '', '0', '1'], ['output', '0', '5', '6']]);
  });

  test('keeps a title with a line break inside its comment', () => {
    expect(all(arraysToCsv([array], { title: 'a\nb,c', link: 'x' })).split('\n')[0]).toBe('# a b,c');
  });
});

describe('JSON', () => {
  test('holds title, link, and each array with its shape; what is not finite is null', () => {
    const json = JSON.parse(all(arraysToJson([{ name: 'scores', shape: [2, 2], data: Float32Array.of(0.1, -Infinity, NaN, 4), labels: [['a', '"'], null] }], about))) as Record<string, unknown>;
    expect(json).toEqual({ ...about, program: 'Attention Lab', scores: { shape: [2, 2], labels: [['a', '"'], null], data: [0.1, null, null, 4] } });
  });

  test('an empty table is a list without rows', () => {
    expect(JSON.parse(all(tableToJson({ columns: ['x'], rows: [] }, about)))).toMatchObject({ rows: [] });
  });
});

describe('a table', () => {
  const table = { columns: ['series', 'x', 'y'], rows: [['theory, off', 1, 0.1 + 0.2], ['=1+1', 2, NaN]] };

  test('as CSV keeps every digit and no formula', () => {
    expect(parseCsv(all(tableToCsv(table, about)))).toEqual([['series', 'x', 'y'], ['theory, off', '1', '0.30000000000000004'], ["'=1+1", '2', 'nan']]);
  });

  test('as JSON is a list of objects', () => {
    expect(JSON.parse(all(tableToJson(table, about)))).toMatchObject({ rows: [{ series: 'theory, off', x: 1, y: 0.1 + 0.2 }, { series: '=1+1', x: 2, y: null }] });
  });
});
