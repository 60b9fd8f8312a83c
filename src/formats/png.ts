/** Writes PNG pictures and the texts inside them (W3C, Portable Network Graphics, third edition). */
import { zlibSync } from 'fflate';
import { crc32 } from './crc32.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Bytes of the signature and of the header chunk, which stands first. */
const AFTER_HEADER = 8 + 12 + 13;

/** The bytes of a picture; `rgba` holds 4 bytes a pixel, row by row, not premultiplied. Throws RangeError where they do not fit. */
export function encodePng(width: number, height: number, rgba: Uint8Array): Uint8Array<ArrayBuffer> {
  if (!(width > 0) || !(height > 0) || rgba.length !== 4 * width * height) {
    throw new RangeError(`A picture of ${width} × ${height} pixels needs ${4 * width * height} bytes, not ${rgba.length}.`);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits, colour with opacity
  const lines = new Uint8Array(height * (1 + 4 * width)); // each line after a 0, "no filter"
  for (let y = 0; y < height; y++) lines.set(rgba.subarray(4 * width * y, 4 * width * (y + 1)), y * (1 + 4 * width) + 1);
  return joined([Uint8Array.from(SIGNATURE), chunk('IHDR', header), chunk('IDAT', zlibSync(lines)), chunk('IEND', new Uint8Array(0))]);
}

/** What is written into a PNG beside its pixels. */
export interface PngNotes {
  /** Keyword (1–79 Latin letters) → text. ASCII goes into tEXt, anything else into iTXt. */
  readonly texts: Readonly<Record<string, string>>;
  /** Pixels per CSS pixel: 2 says that the picture is meant to be shown at half its size (pHYs). */
  readonly scale?: number;
}

/** The same picture with texts and its density after the header. Throws RangeError for bytes that are no PNG. */
export function annotatePng(png: Uint8Array, { texts, scale }: PngNotes): Uint8Array<ArrayBuffer> {
  if (SIGNATURE.some((byte, at) => png[at] !== byte)) throw new RangeError('These bytes are no PNG picture.');
  const notes = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text));
  return joined([png.subarray(0, AFTER_HEADER), ...(scale ? [density(scale)] : []), ...notes, png.subarray(AFTER_HEADER)]);
}

function textChunk(keyword: string, text: string): Uint8Array {
  const name = new TextEncoder().encode(keyword);
  const words = new TextEncoder().encode(text);
  // iTXt: keyword, 0, not compressed (two zeros), no language tag, no translated keyword, UTF-8
   
  return /^[\x20-\x7e\n]*$/.test(text) ? chunk('tEXt', joined([name, new Uint8Array(1), words])) : chunk('iTXt', joined([name, new Uint8Array(5), words]));
}

/** CSS pixels are 1/96 inch. */
function density(scale: number): Uint8Array {
  const data = new Uint8Array(9);
  const view = new DataView(data.buffer);
  const perMetre = Math.round((96 * scale) / 0.0254);
  view.setUint32(0, perMetre);
  view.setUint32(4, perMetre);
  data[8] = 1;
  return chunk('pHYs', data);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
