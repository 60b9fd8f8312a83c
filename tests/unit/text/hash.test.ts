import { describe, expect, it } from 'vitest';
import { avalanche, fnv1a, tokenId } from '../../../src/text/hash.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('fnv1a', () => {
  // Published test vectors of FNV-1a, 32 bits.
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('%j', (text, hash) => {
    expect(fnv1a(utf8(text))).toBe(hash);
  });
});

describe('tokenId', () => {
  // From an independent Python version with integers of any size. Links and embeddings depend on these staying as they are.
  it.each([
    ['', 2872998923],
    ['a', 444641715],
    ['b', 2193908274],
    ['the', 3305589240],
    ['Ġdata', 3829529006],
    ['注意力', 1041888945],
    ['👩‍👩‍👧', 2550890143],
    ['é', 2387039943],
  ])('%j', (token, id) => {
    expect(tokenId(token)).toBe(id);
  });

  it('is an unsigned 32-bit integer, and takes lone surrogates as U+FFFD', () => {
    for (let i = 0; i < 1000; i++) {
      const id = tokenId(`t${i}`);
      expect(id >>> 0).toBe(id);
    }
    expect(tokenId('\ud800')).toBe(tokenId('\ufffd'));
  });

  it('keeps 20 000 words apart', () => {
    // 2e4² / 2 pairs over 2^32 values: 0.05 collisions expected of a random function.
    expect(new Set(Array.from({ length: 20_000 }, (_, i) => tokenId(`word${i}`))).size).toBe(20_000);
  });
});

describe('avalanche', () => {
  it('flips about half of the bits for every input bit', () => {
    const bits = (value: number): number => value.toString(2).replaceAll('0', '').length;
    for (let bit = 0; bit < 32; bit++) {
      let flipped = 0;
      for (let i = 0; i < 256; i++) flipped += bits((avalanche(i) ^ avalanche(i ^ (1 << bit))) >>> 0);
      // 256 × 32 fair coins: 4096 ± 45 (one standard deviation); small counters are not fair coins, so ten of them.
      expect(Math.abs(flipped - 4096)).toBeLessThan(450);
    }
  });
});
