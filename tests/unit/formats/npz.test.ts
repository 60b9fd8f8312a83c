import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/formats/crc32.ts';
import { FormatError } from '../../../src/formats/errors.ts';
import { openNpz } from '../../../src/formats/npz.ts';
import { encodeNpy, encodeNpz } from '../../../src/formats/write.ts';
import { codeOf, fixture } from './shared.ts';

const CENTRAL = [0x50, 0x4b, 1, 2];

/** Where these four bytes begin. */
function find(bytes: Uint8Array, signature: readonly number[]): number {
  return bytes.findIndex((_, i) => signature.every((byte, j) => bytes[i + j] === byte));
}

/** A copy with little-endian numbers written over it, `[offset, bytes, value]`. */
function patched(bytes: Uint8Array, ...writes: [number, 2 | 4, number][]): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  for (const [at, size, value] of writes) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  }
  return copy;
}

function readAll(bytes: Uint8Array): void {
  const source = openNpz(bytes, 'x.npz');
  for (const name of source.names) source.read(name);
}

/** A zip of one entry whose sizes and place stand in ZIP64 fields, with a ZIP64 end record. */
function zip64(name: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const nameBytes = new TextEncoder().encode(name);
  const u16 = (value: number): number[] => [value & 255, value >> 8];
  const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
  const u64 = (value: number): number[] => [...u32(value), 0, 0, 0, 0];
  const many = [...u32(0xffffffff), ...u32(0xffffffff)];
  const both = [...u64(body.length), ...u64(body.length)];
  const start = [...u16(45), 0, 0, 0, 0, 0, 0, 0, 0, ...u32(crc32(body)), ...many, ...u16(nameBytes.length)];
  const local = [0x50, 0x4b, 3, 4, ...start, ...u16(20), ...nameBytes, 1, 0, 16, 0, ...both, ...body];
  const fields = [9, 9, 0, 0, 1, 0, 24, 0, ...both, ...u64(0)];
  const tail = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...u32(0xffffffff), ...nameBytes, ...fields];
  const central = [...CENTRAL, 45, 0, ...start, ...u16(fields.length), ...tail];
  const end64 = [0x50, 0x4b, 6, 6, ...u64(44), 45, 0, 45, 0, ...u64(0), ...u64(1), ...u64(1), ...u64(central.length), ...u64(local.length)];
  const locator = [0x50, 0x4b, 6, 7, 0, 0, 0, 0, ...u64(local.length + central.length), 1, 0, 0, 0];
  const end = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 255, 255, 255, 255, ...many, 0, 0];
  return Uint8Array.from([...local, ...central, ...end64, ...locator, ...end]);
}

describe('openNpz', () => {
  it('reads files of numpy.savez (which writes ZIP64 local headers) and numpy.savez_compressed', () => {
    const plain = openNpz(fixture('attention.npz'), 'attention.npz');
    expect(plain.names).toEqual(['scores', 'weights', 'tokens', 'd_k']);
    expect(plain.read('tokens')).toMatchObject({ strings: ['Data', 'Ġé', '注意', '👩‍👩‍👧'] });
    const packed = openNpz(fixture('compressed.npz'), 'compressed.npz');
    expect(packed.read('Q').shape).toEqual([2, 4, 3]);
  });

  it('reads central directories in ZIP64, other extra fields before theirs', () => {
    const array = openNpz(zip64('q.npy', encodeNpy(Float32Array.of(1, 2), [2])), 'x').read('q');
    expect(array).toMatchObject({ shape: [2], data: Float32Array.of(1, 2) });
  });

  it('reads back what encodeNpz writes, the same bytes every time', () => {
    const record = { q: { data: Float32Array.of(1, 2, 3), shape: [3] }, tokens: { data: ['é', 'b'], shape: [2] } };
    const source = openNpz(encodeNpz(record), 'x.npz');
    expect(source.read('q')).toMatchObject({ shape: [3], data: record.q.data });
    expect(source.read('tokens')).toMatchObject({ strings: ['é', 'b'] });
    expect(encodeNpz(record)).toEqual(encodeNpz(record));
  });

  it('leaves arrays that nobody reads alone', () => {
    const source = openNpz(fixture('objects.npz'), 'objects.npz');
    expect(source.read('scores').shape).toEqual([2, 2]);
    expect(codeOf(() => source.read('tokens'))).toBe('npy-object');
  });

  it('reads a file with a zip comment', () => {
    const bytes = encodeNpz({ q: { data: Float32Array.of(1), shape: [1] } });
    const commented = Uint8Array.from([...patched(bytes, [bytes.length - 2, 2, 5]), ...new TextEncoder().encode('hello')]);
    expect(openNpz(commented, 'x').names).toEqual(['q']);
  });
});

describe('damaged containers', () => {
  const small = encodeNpz({ q: { data: Float32Array.of(1, 2), shape: [2] } });
  const packed = zipSync({ 'q.npy': encodeNpy(new Float32Array(5000), [5000]) }, { level: 9 });
  const centralSmall = find(small, CENTRAL);
  const centralPacked = find(packed, CENTRAL);

  it.each([
    ['small', small],
    ['compressed', packed],
    ['written by NumPy', fixture('attention.npz')],
  ])('refuses every prefix of a %s file with a FormatError', (_, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => readAll(bytes.slice(0, length)))).toBe('zip-truncated');
    }
  });

  it('gives a FormatError or an array for every single damaged byte', () => {
    const bytes = fixture('compressed.npz');
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= 0xff;
      try {
        readAll(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        refused++;
      }
    }
    // The checksum covers every byte of data; times and versions in the headers may be anything.
    expect(refused).toBeGreaterThan(bytes.length * 0.6);
  });

  it.each([
    ['encrypted', patched(small, [centralSmall + 8, 2, 1]), 'zip-encrypted'],
    ['compressed by an unknown method', patched(small, [centralSmall + 10, 2, 12]), 'zip-method'],
    ['unpacking to more than declared', patched(packed, [centralPacked + 24, 4, 100]), 'zip-size'],
    ['unpacking to less than declared', patched(packed, [centralPacked + 24, 4, 25_000]), 'zip-size'],
    ['declaring what deflate cannot reach', patched(packed, [centralPacked + 24, 4, 2 ** 29]), 'zip-size'],
    ['declaring more than 1 GiB', patched(packed, [centralPacked + 24, 4, 2 ** 30 + 1]), 'zip-too-large'],
    ['stored with the wrong size', patched(small, [centralSmall + 24, 4, 7]), 'zip-size'],
    ['with a wrong checksum', patched(small, [centralSmall + 16, 4, 0]), 'zip-corrupt'],
    ['with its data beyond the end', patched(small, [centralSmall + 20, 4, 1 << 20]), 'zip-corrupt'],
    ['with its header beyond the end', patched(small, [centralSmall + 42, 4, 1 << 20]), 'zip-corrupt'],
    ['with a missing ZIP64 field', patched(small, [centralSmall + 24, 4, 0xffffffff]), 'zip-corrupt'],
    ['with its directory beyond the end', patched(small, [small.length - 6, 4, 1 << 20]), 'zip-corrupt'],
    ['with more entries than directory', patched(small, [small.length - 12, 2, 999]), 'zip-corrupt'],
    ['without arrays', zipSync({ 'archive/data.pkl': new Uint8Array(3) }), 'zip-no-arrays'],
    ['empty', zipSync({}), 'zip-no-arrays'],
  ] as const)('refuses a file %s', (_, bytes, code) => {
    expect(codeOf(() => readAll(bytes))).toBe(code);
  });

  it('counts all entries against the limit before unpacking any', () => {
    const two = encodeNpz({ a: { data: new Float32Array(100), shape: [100] }, b: { data: new Float32Array(100), shape: [100] } });
    expect(openNpz(two, 'x', 1100).names).toEqual(['a', 'b']);
    expect(codeOf(() => openNpz(two, 'x', 1000))).toBe('zip-too-large');
  });
});

describe('crc32', () => {
  it('has the check value of the CRC catalogue', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});
