/** Which format a file has, and the arrays in it. */
import type { ArraySource } from './arrays.ts';
import { FormatError } from './errors.ts';
import { openJson } from './json.ts';
import { isNpy, parseNpy } from './npy.ts';
import { openNpz } from './npz.ts';
import { isSafetensors, openSafetensors } from './safetensors.ts';
import { isZip } from './zip.ts';

export interface OpenedFile extends ArraySource {
  /** Texts beside the arrays (safetensors only). */
  metadata: Record<string, string>;
  /** True if the file is a single array, which then goes by the file's name. */
  nameless: boolean;
}

/** Detects the format by the first bytes, else by the extension. Throws {@link FormatError}. */
export function openArrays(bytes: Uint8Array, file: string): OpenedFile {
  switch (detect(bytes, file)) {
    case 'npy':
      return { names: [file], read: () => parseNpy(bytes, file), metadata: {}, nameless: true };
    case 'npz':
      return { ...openNpz(bytes, file), metadata: {}, nameless: false };
    case 'safetensors':
      return { ...openSafetensors(bytes, file), nameless: false };
    case 'json':
      return { ...openJson(bytes, file), metadata: {} };
    default:
      throw new FormatError('unknown-format', { file });
  }
}

function detect(bytes: Uint8Array, file: string): string | undefined {
  if (isNpy(bytes)) return 'npy';
  if (isZip(bytes)) return 'npz';
  if (isSafetensors(bytes)) return 'safetensors';
  const extension = /\.(npy|npz|safetensors|json)$/i.exec(file)?.[1].toLowerCase();
  if (extension !== undefined) return extension;
  // JSON may start with a byte order mark and white space.
  const first = bytes.find((byte) => ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].includes(byte));
  return first === 0x7b || first === 0x5b ? 'json' : undefined;
}
