import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { annotatePng, encodePng } from '../../../src/formats/png.ts';
import { decodePng } from '../../e2e/lib/png';

const rgba = Uint8Array.from({ length: 4 * 5 * 3 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));

/** Type and content of each chunk; a checksum that Node computes otherwise is an error. */
function chunks(png: Uint8Array): { type: string; data: Uint8Array }[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const found = [];
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    expect(view.getUint32(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    found.push({ type: String.fromCharCode(...png.subarray(at + 4, at + 8)), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return found;
}

describe('PNG', () => {
  test('holds the pixels that were given', () => {
    const { width, height, rgb } = decodePng(encodePng(5, 3, rgba));
    expect([width, height]).toEqual([5, 3]);
    expect([...rgb]).toEqual([...rgba].filter((_, i) => i % 4 !== 3));
  });

  test('refuses bytes that do not fill the picture', () => {
    expect(() => encodePng(5, 4, rgba)).toThrow('needs 80 bytes');
    expect(() => annotatePng(rgba, { texts: {} })).toThrow('no PNG');
  });

  test('takes texts and density behind its header, each chunk with its checksum', () => {
    const link = 'https://example.org/lab/#/?mask=causal&text=%E6%B3%A8';
    const png = annotatePng(encodePng(5, 3, rgba), { texts: { URL: link, Title: '注意力权重' }, scale: 2 });
    const found = chunks(png);
    expect(found.map(({ type }) => type)).toEqual(['IHDR', 'pHYs', 'tEXt', 'iTXt', 'IDAT', 'IEND']);
    expect(Buffer.from(found[2]!.data).toString('latin1')).toBe(`URL\0${link}`);
    expect(Buffer.from(found[3]!.data).toString('utf8')).toBe('Title\0\0\0\0\0注意力权重');
    // 192 pixels an inch
    expect(new DataView(found[1]!.data.buffer, found[1]!.data.byteOffset).getUint32(0)).toBe(Math.round(192 / 0.0254));
    expect(decodePng(png)).toEqual(decodePng(encodePng(5, 3, rgba)));
  });
});
