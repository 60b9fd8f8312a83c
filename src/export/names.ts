/** Names of exported files: parts joined by "_", words inside a part by "-". Pure. */
import { parseHash } from '../lab/location.svelte';

/** Longest name without its ending: file systems take 255 bytes, of which a Chinese character needs three. */
const LONGEST = 80;

/** One part of a name: letters, digits, dots and hyphens; nothing that a file system or a shell minds. */
export const namePart = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}.-]+/gu, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');

/** `attention-weights_head-3_n-64_causal_rsqrt`; parts that are too many are left out, from the end. */
export function fileStem(parts: readonly string[]): string {
  let stem = '';
  for (const part of parts.map(namePart).filter(Boolean)) {
    const longer = stem ? `${stem}_${part}` : part;
    if (Array.from(longer).length > LONGEST) break;
    stem = longer;
  }
  return stem || 'attention-lab';
}

/** Parameters that name a place on the page or hold a text rather than a setting. */
const UNNAMED = new Set(['text', 'painted', 'compare', 'locked', 'wipe', 'stage', 'panel', 'picture', 'view', 'cell', 'gpu']);

/** The page of an address behind its #: "scaling", within a lesson too; the workbench is "workbench". */
export const pageOf = (hash: string): string => parseHash(hash).slug || 'workbench';

/** The parameters of an address that differ from their defaults, as parts of a name: "dk-512", "scale-off". */
export function settingParts(hash: string): string[] {
  const query = hash.split('?').slice(1).join('?');
  return [...new URLSearchParams(query)].filter(([name, value]) => !UNNAMED.has(name) && value !== '' && value.length <= 12).map(([name, value]) => `${name}-${value}`);
}
