import { describe, expect, it } from 'vitest';
import { openSafetensors } from '../../../src/formats/safetensors.ts';
import { codeOf, safetensorsBytes } from './shared.ts';

const entry = (dtype: string, shape: number[], begin: number, end: number): object => ({ dtype, shape, data_offsets: [begin, end] });
const open = (header: unknown, body: Uint8Array | number[] = []): ReturnType<typeof openSafetensors> =>
  openSafetensors(safetensorsBytes(header, body), 'x.safetensors');

describe('openSafetensors', () => {
  it('reads every type', () => {
    const one = {
      F64: [0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
      F32: [0, 0, 0x80, 0x3f],
      F16: [0, 0x3c],
      BF16: [0x80, 0x3f],
      I64: [1, 0, 0, 0, 0, 0, 0, 0],
      I32: [1, 0, 0, 0],
      I16: [1, 0],
      I8: [1],
      U64: [1, 0, 0, 0, 0, 0, 0, 0],
      U32: [1, 0, 0, 0],
      U16: [1, 0],
      U8: [1],
      BOOL: [1],
    };
    const header: Record<string, unknown> = { __metadata__: { tokens: '["a"]', format: 'pt' } };
    const body: number[] = [];
    for (const [dtype, bytes] of Object.entries(one)) {
      header[dtype] = entry(dtype, [1], body.length, body.length + bytes.length);
      body.push(...bytes);
    }
    const source = open(header, body);
    expect(source.names).toEqual(Object.keys(one));
    for (const name of source.names) expect(source.read(name)).toMatchObject({ shape: [1], dtype: name, data: { 0: 1 } });
    expect(source.metadata).toEqual({ tokens: '["a"]', format: 'pt' });
  });

  it('takes arrays in any order, padding behind the header, scalars and empty arrays', () => {
    const header = `${JSON.stringify({ b: entry('U8', [2], 1, 3), a: entry('U8', [], 0, 1), c: entry('F32', [0, 4], 3, 3) })}   `;
    const source = open(header, [7, 8, 9]);
    expect(source.read('a')).toMatchObject({ shape: [], data: { 0: 7 } });
    expect(source.read('b')).toMatchObject({ shape: [2], data: { 0: 8, 1: 9 } });
    expect(source.read('c').shape).toEqual([0, 4]);
  });

  it.each([
    ['offsets beyond the data', { q: entry('F32', [2], 0, 8) }, 4, 'safetensors-offsets'],
    ['negative offsets', { q: entry('F32', [2], -8, 0) }, 8, 'safetensors-offsets'],
    ['offsets in the wrong order', { q: entry('F32', [2], 8, 0) }, 8, 'safetensors-offsets'],
    ['fractional offsets', { q: entry('U8', [2], 0.5, 2.5) }, 8, 'safetensors-offsets'],
    ['a gap in front', { q: entry('U8', [2], 2, 4) }, 4, 'safetensors-holes'],
    ['a gap behind', { q: entry('U8', [2], 0, 2) }, 4, 'safetensors-holes'],
    ['arrays that overlap', { q: entry('U8', [2], 0, 2), k: entry('U8', [2], 1, 3) }, 3, 'safetensors-holes'],
    ['a shape that does not fit the offsets', { q: entry('F32', [3], 0, 8) }, 8, 'safetensors-size'],
    ['a shape whose product overflows', { q: entry('F32', [2 ** 40, 2 ** 40], 0, 8) }, 8, 'shape-overflow'],
    ['a negative shape', { q: entry('F32', [-2], 0, 8) }, 8, 'shape-invalid'],
    ['8-bit floats', { q: entry('F8_E4M3', [8], 0, 8) }, 8, 'dtype'],
    ['a type named like a property of all objects', { q: entry('constructor', [8], 0, 8) }, 8, 'dtype'],
    ['an entry without offsets', { q: { dtype: 'F32', shape: [1] } }, 4, 'safetensors-entry'],
    ['an entry that is null', { q: null }, 0, 'safetensors-entry'],
    ['a header that is a list', [], 0, 'safetensors-header'],
    ['a header that is not JSON', '{"q": ', 0, 'safetensors-header'],
  ] as const)('refuses %s', (_, header, size, code) => {
    expect(
      codeOf(() => {
        const source = open(header, new Uint8Array(size));
        for (const name of source.names) source.read(name);
      }),
    ).toBe(code);
  });

  it('refuses a header length beyond the limit or beyond the file', () => {
    expect(codeOf(() => openSafetensors(new Uint8Array(9).fill(255), 'x'))).toBe('safetensors-header-length');
    expect(codeOf(() => openSafetensors(Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0, 0x7b), 'x'))).toBe('safetensors-truncated');
  });

  it('refuses every prefix', () => {
    const bytes = safetensorsBytes({ q: entry('F32', [2], 0, 8) }, new Uint8Array(8));
    for (let length = 0; length < bytes.length; length++) {
      const code = codeOf(() => openSafetensors(bytes.subarray(0, length), 'x'));
      expect(['safetensors-truncated', 'safetensors-offsets']).toContain(code);
    }
  });
});
