import { describe, expect, it } from 'vitest';
import { isStringArray, type FileArray } from '../../../src/formats/arrays.ts';
import { decodeNumbers } from '../../../src/formats/numbers.ts';
import { parseNpy } from '../../../src/formats/npy.ts';
import { openNpz } from '../../../src/formats/npz.ts';
import { encodeNpy } from '../../../src/formats/write.ts';
import { codeOf, fixture, npyBytes, sentenceOf } from './shared.ts';

const dtypes = openNpz(fixture('dtypes.npz'), 'dtypes.npz');

function numbersOf(array: FileArray): number[] {
  if (isStringArray(array)) throw new Error('Numbers were expected.');
  return Array.from(array.data);
}

describe('arrays that NumPy wrote', () => {
  const kinds = ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8'];
  it.each(kinds.flatMap((kind) => [kind, `${kind}_big`, `${kind}_fortran`]))('reads %s', (name) => {
    const array = dtypes.read(name);
    expect(array.shape).toEqual([2, 3]);
    expect(numbersOf(array)).toEqual([0, 1, 2, 3, 100, 127]);
  });

  it('writes the byte order it claims to test', () => {
    expect(dtypes.read('f4_big').dtype).toBe('>f4');
    expect(dtypes.read('i8_big').dtype).toBe('>i8');
    expect(dtypes.read('f4').dtype).toBe('<f4');
  });

  it.each(['b1', 'b1_fortran'])('reads %s as zeros and ones', (name) => {
    expect(numbersOf(dtypes.read(name))).toEqual([0, 1, 1, 1, 1, 1]);
  });

  it('turns Fortran order of rank 4 into C order', () => {
    const array = dtypes.read('rank4_fortran');
    expect(array.shape).toEqual([2, 3, 4, 5]);
    expect(numbersOf(array)).toEqual(Array.from({ length: 120 }, (_, i) => i));
  });

  it('reads unicode texts beyond the first plane, in Fortran order', () => {
    expect(dtypes.read('U')).toMatchObject({ shape: [2, 2], strings: ['a', 'éé', '注', '👩‍👩‍👧'] });
  });

  it('keeps float64 at full precision, and a scalar has no axes', () => {
    const scalar = dtypes.read('scalar');
    expect(scalar.shape).toEqual([]);
    expect(numbersOf(scalar)).toEqual([0.1]);
  });

  it('reads subnormal, smallest, largest and non-finite halves', () => {
    expect(numbersOf(dtypes.read('half_edges'))).toEqual([2 ** -24, 2 ** -14, 65504, -0, Infinity, -Infinity, NaN]);
  });

  it.each([1, 2, 3])('reads version %d of the format', (version) => {
    expect(numbersOf(parseNpy(fixture(`version${version}.npy`)))).toEqual([1.5, -2]);
  });
});

describe('decodeNumbers', () => {
  it('reads bfloat16 as the upper half of a float32', () => {
    expect(Array.from(decodeNumbers(Uint8Array.of(0x80, 0x3f, 0x49, 0xc0, 0x80, 0x7f), 'bf2'))).toEqual([1, -3.140625, Infinity]);
  });

  it('does not share memory with the file', () => {
    const bytes = new Uint8Array(4);
    const numbers = decodeNumbers(bytes, 'f4');
    bytes.fill(0x41);
    expect(numbers[0]).toBe(0);
  });

  it('reads negative and unsigned 64-bit integers', () => {
    const bytes = new Uint8Array(8).fill(255);
    expect(decodeNumbers(bytes, 'i8')[0]).toBe(-1);
    expect(decodeNumbers(bytes, 'u8')[0]).toBe(2 ** 64);
  });
});

const header = (descr: string, shape: string): string => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;

describe('damaged and dishonest files', () => {
  it.each([
    ['no magic', new Uint8Array(200), 'npy-magic'],
    ['empty', new Uint8Array(0), 'npy-magic'],
    ['a version of the future', Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 4, 0, 0, 0, 0, 0), 'npy-version'],
    ['a header longer than the file', npyBytes(header("'<f4'", '(1,)')).subarray(0, 40), 'npy-header-truncated'],
    ['fewer bytes than the shape asks for', npyBytes(header("'<f4'", '(3,)'), new Uint8Array(8)), 'data-truncated'],
    ['more bytes than the shape asks for', npyBytes(header("'<f4'", '(3,)'), new Uint8Array(16)), 'data-extra'],
    ['a shape whose product overflows', npyBytes(header("'<f4'", '(4294967296, 4294967296)')), 'shape-overflow'],
    ['an overflow hidden behind a zero', npyBytes(header("'<f4'", '(0, 4294967296, 4294967296)')), 'shape-overflow'],
    ['a size beyond all integers', npyBytes(header("'<f4'", '(99999999999999999999,)')), 'shape-overflow'],
    ['a negative size', npyBytes(header("'<f4'", '(-1,)')), 'shape-invalid'],
    ['a shape that is a number', npyBytes(header("'<f4'", '(3)'), new Uint8Array(12)), 'shape-invalid'],
    ['a shape that is a list', npyBytes(header("'<f4'", '[3]'), new Uint8Array(12)), 'shape-invalid'],
    ['a shape of texts', npyBytes(header("'<f4'", "('3',)")), 'shape-invalid'],
    ['a billion empty texts', npyBytes(header("'<U0'", '(1000000000,)')), 'text-count'],
    ['a character beyond Unicode', npyBytes(header("'<U1'", '(1,)'), [0, 0, 0x11, 0]), 'text-code-point'],
    ['objects', npyBytes(header("'|O'", '(1,)'), new Uint8Array(8)), 'npy-object'],
    ['complex numbers', npyBytes(header("'<c8'", '(1,)'), new Uint8Array(8)), 'dtype'],
    ['long doubles', npyBytes(header("'<f16'", '(1,)'), new Uint8Array(16)), 'dtype'],
    ['raw bytes (as bfloat16 is saved)', npyBytes(header("'|V2'", '(1,)'), new Uint8Array(2)), 'dtype'],
    ['records', npyBytes(header("[('x', '<f4')]", '(1,)'), new Uint8Array(4)), 'dtype'],
    ['a missing key', npyBytes("{'descr': '<f4', 'shape': (1,)}", new Uint8Array(4)), 'npy-header-keys'],
    ['an extra key', npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", new Uint8Array(4)), 'npy-header-keys'],
    ['a truth value of the wrong type', npyBytes("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", new Uint8Array(4)), 'npy-header-keys'],
    ['no dictionary', npyBytes('(1, 2)'), 'npy-header-keys'],
    ['JSON instead of Python', npyBytes('{"descr": "<f4", "fortran_order": false, "shape": [1]}'), 'npy-header'],
    ['an expression', npyBytes(header("'<f4'", '(2**3,)')), 'npy-header'],
    ['a call', npyBytes("dict(descr='<f4')"), 'npy-header'],
    ['text behind the dictionary', npyBytes(`${header("'<f4'", '(1,)')}; x`, new Uint8Array(4)), 'npy-header'],
    ['a doubled key', npyBytes("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}"), 'npy-header'],
    ['brackets nested thousands deep', npyBytes('('.repeat(60_000)), 'npy-header'],
    ['an unterminated text', npyBytes("{'descr': '<f4"), 'npy-header'],
    ['an empty header', npyBytes(''), 'npy-header'],
  ] as const)('refuses %s', (_, bytes, code) => {
    expect(codeOf(() => parseNpy(bytes, 'x'))).toBe(code);
  });

  it('refuses a header of 4 GB before looking at it', () => {
    const bytes = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 255, 255, 255, 255, 0x7b);
    expect(codeOf(() => parseNpy(bytes))).toBe('npy-header-length');
  });

  it('reads every prefix of a file as truncated', () => {
    const bytes = fixture('version1.npy');
    for (let length = 0; length < bytes.length; length++) {
      const code = codeOf(() => parseNpy(bytes.subarray(0, length)));
      expect(['npy-magic', 'npy-header-truncated', 'data-truncated']).toContain(code);
    }
  });

  it('says how many bytes are missing', async () => {
    expect(await sentenceOf(() => parseNpy(npyBytes(header("'<f4'", '(3,)'), new Uint8Array(8)), 'q'))).toBe(
      '“q” needs 12 bytes for its shape [3] but only 8 follow: the file was cut off or its header is wrong, so save it again.',
    );
  });

  it('accepts what NumPy writes: a Python 2 long, empty arrays, no spaces', () => {
    expect(parseNpy(npyBytes(header("'<f4'", '(1L,)'), new Uint8Array(4))).shape).toEqual([1]);
    expect(parseNpy(npyBytes(header("'<f4'", '(0, 5)'))).shape).toEqual([0, 5]);
    expect(parseNpy(npyBytes("{'descr':'|u1','fortran_order':True,'shape':()}", [7]))).toMatchObject({ shape: [] });
  });
});

describe('encodeNpy', () => {
  it.each([
    ['float32', Float32Array.of(1.5, -0, NaN, 2 ** -149, Infinity, 3)],
    ['float64', Float64Array.of(0.1, -0, NaN, 5e-324, -Infinity, 3)],
    ['int32', Int32Array.of(-1, 0, 1, 2 ** 31 - 1, -(2 ** 31), 3)],
    ['uint8', Uint8Array.of(0, 1, 2, 3, 254, 255)],
  ])('%s comes back', (_, data) => {
    const array = parseNpy(encodeNpy(data, [2, 3]));
    expect(array.shape).toEqual([2, 3]);
    expect(numbersOf(array)).toEqual(Array.from(data));
  });

  it('texts and scalars come back', () => {
    const strings = ['', 'é', '注意力', '👩‍👩‍👧', 'a b'];
    expect(parseNpy(encodeNpy(strings, [5]))).toMatchObject({ shape: [5], strings });
    expect(parseNpy(encodeNpy(Float64Array.of(64), []))).toMatchObject({ shape: [] });
  });

  it('writes the bytes that NumPy writes', () => {
    expect(encodeNpy(Float32Array.of(1.5, -2), [1, 2])).toEqual(fixture('version1.npy'));
  });

  it('refuses a shape that does not fit the data', () => {
    expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow(/needs 6 elements, not 5/);
  });
});
