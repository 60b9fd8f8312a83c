import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseNpy } from '../../../src/formats/npy.ts';
import { openNpz } from '../../../src/formats/npz.ts';
import { encodeNpy, encodeNpz } from '../../../src/formats/write.ts';

const golden = (name: string) => new Uint8Array(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));
const bits = (data: Float32Array | Float64Array) => [...new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))];
const one = Float32Array.of(0.1, -0, 1 / 3, -Infinity, NaN, 3.4028235e38, 1e-45, 16777217);
const values = Float32Array.from([...one, ...one, ...one]);

describe('.npy', () => {
  test('is what NumPy itself writes, byte for byte (tests/golden/export.py)', () => {
    expect([...encodeNpy(values, [2, 3, 4])]).toEqual([...golden('export.npy')]);
    expect([...encodeNpy(Float64Array.of(0.1, 1e-300, Math.PI), [3])]).toEqual([...golden('export64.npy')]);
  });

  test.each([[[24]], [[4, 6]], [[2, 3, 4]], [[1, 24, 1]]])('of shape %j is read back bit for bit', (shape) => {
    const read = parseNpy(encodeNpy(values, shape), 'weights.npy');
    if (!('data' in read)) throw new Error('Texts were read where numbers were written.');
    expect(read.shape).toEqual(shape);
    expect(bits(read.data)).toEqual(bits(values));
  });

  test('several arrays come back from a .npz, numbers and texts', () => {
    const source = openNpz(encodeNpz({ weights: { data: values, shape: [4, 6] }, link: { data: ['#/?n=4 注意'], shape: [1] } }), 'a.npz');
    expect(source.names).toEqual(['weights', 'link']);
    expect(source.read('link')).toMatchObject({ strings: ['#/?n=4 注意'] });
    expect(source.read('weights')).toMatchObject({ shape: [4, 6] });
  });
});
