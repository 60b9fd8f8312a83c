import { describe, expect, it } from 'vitest';
import { openJson } from '../../../src/formats/json.ts';
import { codeOf, errorOf, jsonBytes } from './shared.ts';

const open = (value: unknown): ReturnType<typeof openJson> => openJson(new Uint8Array(jsonBytes(value)), 'x.json');
const read = (value: unknown): unknown => {
  const source = open(value);
  return source.names.map((name) => source.read(name));
};

describe('openJson', () => {
  it('reads nested lists, scalars, texts and {shape, data}', () => {
    const source = open({ q: [[1, 2.5], [-3, 4e-3]], d_k: 64, tokens: ['a', '注'], v: { shape: [1, 2], data: [5, 6] }, comment: 'x' });
    expect(source.names).toEqual(['q', 'd_k', 'tokens', 'v']);
    expect(source.read('q')).toMatchObject({ shape: [2, 2], data: Float64Array.of(1, 2.5, -3, 4e-3) });
    expect(source.read('d_k')).toMatchObject({ shape: [], data: Float64Array.of(64) });
    expect(source.read('tokens')).toMatchObject({ shape: [2], strings: ['a', '注'] });
    expect(source.read('v')).toMatchObject({ shape: [1, 2], data: Float64Array.of(5, 6) });
  });

  it('takes a list at the top as one nameless array, behind a byte order mark too', () => {
    const source = open('\ufeff [[1, 0], [0.5, 0.5]]');
    expect(source.nameless).toBe(true);
    expect(source.read('x.json')).toMatchObject({ shape: [2, 2] });
  });

  it.each([
    ['rows of different length', { q: [[1, 2], [3]] }, 'json-ragged'],
    ['a short row deep inside', { q: [[[1, 2], [3, 4]], [[5, 6], [7]]] }, 'json-ragged'],
    ['a number among rows', { q: [[1, 2], 3] }, 'json-nesting'],
    ['a row among numbers', { q: [1, [2]] }, 'json-nesting'],
    ['null among rows', { q: [[1], null] }, 'json-nesting'],
    ['null as a number', { q: [[1, null]] }, 'json-not-number'],
    ['text as a number', { q: [[1, '2']] }, 'json-not-number'],
    ['a truth value', { q: [[1, true]] }, 'json-not-number'],
    ['an object as a number', { q: [[1, {}]] }, 'json-not-number'],
    ['an object that is no array', { q: { rows: 3 } }, 'json-not-number'],
    ['a shape that asks for more', { q: { shape: [2, 3], data: [1, 2] } }, 'json-shape'],
    ['a shape that asks for the impossible', { q: { shape: [1e200, 1e200], data: [1] } }, 'shape-overflow'],
    ['a shape of texts', { q: { shape: ['2'], data: [1, 2] } }, 'shape-invalid'],
    ['thousands of brackets', `{"q": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'json-depth'],
    ['a broken bracket', '{"q": [[1, 2}', 'json-syntax'],
    ['NaN from Python', '{"q": [[1, NaN]]}', 'json-not-finite'],
    ['-Infinity from Python', '{"scores": [[1,-Infinity]]}', 'json-not-finite'],
    ['a number at the top', '42', 'json-top'],
    ['null at the top', 'null', 'json-top'],
  ] as const)('refuses %s', (_, value, code) => {
    expect(codeOf(() => read(value))).toBe(code);
  });

  it('names the place of the fault', () => {
    expect(errorOf(() => read({ q: [[[1, 2], [3, 4]], [[5, 6], [7]]] })).values).toMatchObject({ index: '[1, 1]', found: 1, expected: 2 });
    expect(errorOf(() => read({ q: [[1, 2], [3, null]] })).values).toMatchObject({ index: '[1, 1]', found: 'null' });
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(codeOf(() => openJson(Uint8Array.of(0x5b, 0xff, 0x5d), 'x.json'))).toBe('json-encoding');
  });

  it('refuses every prefix', () => {
    const bytes = new Uint8Array(jsonBytes({ q: [[1, 2]], tokens: ['é'] }));
    for (let length = 0; length < bytes.length; length++) {
      expect(['json-syntax', 'json-encoding']).toContain(codeOf(() => openJson(bytes.subarray(0, length), 'x.json')));
    }
  });
});
