/** A number for every token, the same on every device and in every session. */

/** FNV-1a, 32 bits. Source: Fowler, Noll, Vo, RFC 9923. */
export function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Spreads every input bit over all 32 output bits; a bijection. Source: MurmurHash3 `fmix32` (Appleby). */
export function avalanche(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * The counter of a token's seeded embedding: an unsigned 32-bit hash of its UTF-8 bytes. FNV-1a alone leaves tokens
 * that differ in their last letter close together, hence the avalanche. Lone surrogates count as U+FFFD.
 */
export function tokenId(token: string): number {
  return avalanche(fnv1a(new TextEncoder().encode(token)));
}
