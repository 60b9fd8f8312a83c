/** What the format tests share: fixtures, hand-made bytes, and a way to catch the one expected error. */
import { readFileSync } from 'node:fs';
import { describeFileInEnglish } from '../../../src/exhibits/files.ts';
import { FormatError } from '../../../src/formats/errors.ts';
import type { FormatErrorCode } from '../../../src/formats/codes.ts';
import { files } from '../../../src/lab/text/en.ts';

/** The bytes of a file that tests/golden/make_formats.py wrote with NumPy. */
export function fixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));
}

/** A .npy file of version 1 with this header text and body. */
export function npyBytes(header: string, body: Uint8Array | number[] = []): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const length = [text.length & 255, text.length >> 8];
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, ...length, ...text, ...body]);
}

/** A .safetensors file with this header and body. */
export function safetensorsBytes(header: unknown, body: Uint8Array | number[] = []): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return Uint8Array.from([...length, ...text, ...body]);
}

export function jsonBytes(value: unknown): ArrayBuffer {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)).buffer;
}

/**
 * Runs `act`, which must throw a FormatError whose sentence is complete, and gives its code. Any
 * other exception, or none, fails.
 */
export function codeOf(act: () => unknown): FormatErrorCode {
  return errorOf(act).code;
}

/** The same, as the English sentence about it. */
export const sentenceOf = (act: () => unknown): Promise<string> => describeFileInEnglish(errorOf(act));

export function errorOf(act: () => unknown): FormatError {
  let result: unknown;
  try {
    result = act();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    // The other languages have the same placeholders, as tests/unit/lesson/texts.test.ts says.
    for (const [, placeholder] of files[error.code].matchAll(/\{(\w+)\}/g)) {
      if (!(placeholder in error.values)) throw new Error(`${error.code} leaves {${placeholder}} empty.`);
    }
    return error;
  }
  throw new Error(`Expected a FormatError, got ${JSON.stringify(result)?.slice(0, 200)}`);
}
