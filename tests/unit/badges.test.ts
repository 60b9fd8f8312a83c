import { describe, expect, it } from 'vitest';
import { badgeOf } from '../../src/reference/badges';
import { visible, type MaskRule } from '../../src/reference/mask';

/** Weights [m, n]: `share` on the key that `target` names for the row, the rest spread over the other visible keys. */
function head(m: number, n: number, rule: MaskRule, target: (i: number) => number, share: number): Float64Array {
  const weights = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    const keys = Array.from({ length: n }, (_, j) => j).filter((j) => visible(rule, i, j, m, n));
    const at = keys.includes(target(i)) ? target(i) : -1;
    const others = keys.filter((j) => j !== at);
    for (const j of others) weights[i * n + j] = (at < 0 ? 1 : others.length ? 1 - share : 0) / others.length;
    if (at >= 0) weights[i * n + at] = others.length ? share : 1;
  }
  return weights;
}

const causal = { causal: true };

describe('badgeOf', () => {
  it.each([
    ['previous', (i: number) => i - 1], ['self', (i: number) => i], ['first', () => 0],
  ] as const)('names a head that looks at the %s token, and how much', (name, target) => {
    for (const rule of [{}, causal]) {
      const badge = badgeOf(head(20, 20, rule, target, 0.8), 20, 20);
      expect(badge?.name).toBe(name);
      expect(badge!.share).toBeGreaterThan(0.7);
      expect(badge!.share).toBeLessThanOrEqual(1);
    }
  });

  it('names a head that looks ahead', () => {
    expect(badgeOf(head(20, 20, {}, (i) => i + 1, 0.8), 20, 20)).toMatchObject({ name: 'next' });
  });

  it('counts a pattern over the rows that can have it: the first has no previous token', () => {
    const badge = badgeOf(head(3, 3, {}, (i) => i - 1, 0.6), 3, 3);
    expect(badge?.name).toBe('previous');
    expect(badge!.share).toBeCloseTo(0.6, 12);
    expect(badgeOf(head(3, 3, {}, (i) => i + 1, 0.6), 3, 3)?.share).toBeCloseTo(0.6, 12);
  });

  it('knows where the queries stand among more keys, as in decoding with a cache', () => {
    const badge = badgeOf(head(4, 10, causal, (i) => i + 6 - 1, 0.9), 4, 10);
    expect(badge?.name).toBe('previous');
    expect(badge!.share).toBeCloseTo(0.9, 12);
  });

  it('reads no cell of the next row where there are more queries than keys', () => {
    // Every row attends evenly to keys 0 and 1 of 2; queries 2 … 7 have no "self" among the keys.
    const weights = new Float64Array(16).fill(0.5);
    expect(badgeOf(weights, 8, 2)).toMatchObject({ share: 0.5 });
    const first = Float64Array.from({ length: 16 }, (_, cell) => (cell % 2 === 0 ? 0.9 : 0.1));
    expect(badgeOf(first, 8, 2)).toMatchObject({ name: 'first' });
    expect(badgeOf(first, 8, 2)!.share).toBeCloseTo(0.9, 12);
  });

  it('calls even weights broad, with entropy over its limit', () => {
    const badge = badgeOf(head(16, 16, causal, () => -1, 0), 16, 16);
    expect(badge?.name).toBe('broad');
    expect(badge!.share).toBeCloseTo(1, 12);
  });

  it('calls a head peaked that looks at one key, elsewhere in every row', () => {
    const badge = badgeOf(head(16, 16, {}, (i) => (i * 7 + 3) % 16, 0.98), 16, 16);
    expect(badge?.name).toBe('peaked');
    expect(badge!.share).toBeLessThan(0.25);
  });

  it('names nothing where nothing stands out', () => {
    expect(badgeOf(head(16, 16, {}, (i) => (i * 7 + 3) % 16, 0.7), 16, 16)).toBeNull();
  });

  it('says nothing of rows with one visible key or none', () => {
    expect(badgeOf([1], 1, 1)).toBeNull();
    expect(badgeOf([0, 0, 0, 0], 2, 2)).toBeNull();
    expect(badgeOf([1, 0, 0, 0], 2, 2)).toBeNull();
    expect(badgeOf(head(8, 8, { causal: true, window: 1 }, (i) => i, 1), 8, 8)).toBeNull();
  });

  describe('with tokens', () => {
    // a b c a b c a b c: from the fourth on, every token has come before.
    const keys = Array.from({ length: 9 }, (_, i) => 'abc'[i % 3]!);
    const tokens = { queries: keys, keys };

    it('names a head that looks at earlier occurrences of the same token', () => {
      const weights = head(9, 9, causal, (i) => i - 3, 0.8);
      expect(badgeOf(weights, 9, 9, tokens)?.name).toBe('duplicate');
      expect(badgeOf(weights, 9, 9, tokens)!.share).toBeGreaterThanOrEqual(0.8);
      expect(badgeOf(weights, 9, 9)?.name).not.toBe('duplicate');
    });

    it('names a head that looks at what followed the same token before', () => {
      const badge = badgeOf(head(9, 9, causal, (i) => i - 2, 0.8), 9, 9, tokens);
      expect(badge?.name).toBe('induction');
      expect(badge!.share).toBeGreaterThanOrEqual(0.8);
    });

    it('adds up the weight on all earlier occurrences', () => {
      // Row 8 is 'c', which stands at 2 and 5 as well; rows 6 and 7 likewise have two.
      const weights = new Float64Array(81);
      for (let i = 0; i < 9; i++) {
        const earlier = [i - 3, i - 6].filter((j) => j >= 0);
        for (const j of earlier) weights[i * 9 + j] = 0.9 / earlier.length;
        weights[i * 9 + i] += earlier.length ? 0.1 : 1;
      }
      expect(badgeOf(weights, 9, 9, tokens)).toMatchObject({ name: 'duplicate' });
      expect(badgeOf(weights, 9, 9, tokens)!.share).toBeCloseTo(0.9, 12);
    });

    it('does not name a repetition after one or two rows, nor the token itself', () => {
      const few = ['a', 'b', 'c', 'd', 'a', 'b'];
      expect(badgeOf(head(6, 6, causal, (i) => i - 4, 0.9), 6, 6, { queries: few, keys: few })?.name).not.toBe('duplicate');
      const same = Array.from({ length: 6 }, () => 'a');
      expect(badgeOf(head(6, 6, causal, (i) => i, 0.9), 6, 6, { queries: same, keys: same })?.name).toBe('self');
    });
  });
});
