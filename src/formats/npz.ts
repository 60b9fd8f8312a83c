/** Opens .npz files: zip containers whose entries `name.npy` are arrays called `name`. */
import type { ArraySource } from './arrays.ts';
import { FormatError, nameList } from './errors.ts';
import { parseNpy } from './npy.ts';
import { listZip, unzipEntry, type ZipEntry } from './zip.ts';

/** Everything in the file together may unpack to this many bytes: 1 GiB. */
export const LARGEST_UNPACKED = 2 ** 30;

/**
 * Lists the arrays of a .npz file; each is unpacked only when it is read, so an unreadable array that nobody asks for
 * does no harm. Throws {@link FormatError}, on opening if the container is damaged or would unpack to more than
 * `limit` bytes, on reading if the array is.
 */
export function openNpz(bytes: Uint8Array, file: string, limit = LARGEST_UNPACKED): ArraySource {
  const entries = listZip(bytes, file);
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (size > limit) throw new FormatError('zip-too-large', { file, size, limit });
  const arrays = new Map<string, ZipEntry>();
  for (const entry of entries) {
    if (entry.name.endsWith('.npy')) arrays.set(entry.name.slice(0, -4), entry);
  }
  if (arrays.size === 0) {
    throw new FormatError('zip-no-arrays', { file, found: nameList(entries.map((entry) => entry.name)) });
  }
  return {
    names: [...arrays.keys()],
    read(name) {
      const entry = arrays.get(name);
      if (!entry) throw new RangeError(`${file} has no array ${name}.`);
      return parseNpy(unzipEntry(bytes, entry, file), name);
    },
  };
}
