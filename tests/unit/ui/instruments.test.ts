import { describe, expect, test } from 'vitest';
import { barDomain, toBars } from '../../../src/ui/instruments/bins.ts';
import { meterPosition } from '../../../src/ui/instruments/gauge.ts';
import { shortenMiddle, visibleToken } from '../../../src/ui/instruments/tokens.ts';

describe('tokens', () => {
  test.each([
    ['the', 'the'],
    [' the', '␣the'],
    ['\n', '↵'],
    ['a\tb', 'a⇥b'],
    ['', '∅'],
    ['\u0000', '⟨0⟩'],
    ['\u200b', '⟨200b⟩'],
    ['\u0301', '◌\u0301'],
    ['e\u0301', 'e\u0301'],
    ['👩‍🔬', '👩‍🔬'],
  ])('%j is seen as %s', (token, seen) => expect(visibleToken(token)).toBe(seen));

  test('a long token loses its middle and stays within the limit', () => {
    expect(shortenMiddle('internationalisation', 9)).toBe('inte…tion');
    expect(shortenMiddle('internationalisation', 8)).toBe('inte…ion');
    expect(shortenMiddle('short', 9)).toBe('short');
  });

  test('what a reader sees as one character is never cut', () => {
    const scientists = '👩‍🔬'.repeat(6);
    expect(shortenMiddle(scientists, 6)).toBe(scientists);
    expect(shortenMiddle(scientists, 3)).toBe('👩‍🔬…👩‍🔬');
  });
});

describe('bars', () => {
  test('few values are shown as they are', () => {
    expect(toBars([1, -2, 3], 128, 'sum')).toEqual([
      { start: 0, end: 1, value: 1 },
      { start: 1, end: 2, value: -2 },
      { start: 2, end: 3, value: 3 },
    ]);
    expect(toBars([], 128, 'sum')).toEqual([]);
  });

  test.each([129, 1000, 4096, 4097])('%i values fit in 128 bars, each in exactly one, with the total kept', (count) => {
    const values = Float64Array.from({ length: count }, (_, i) => Math.sin(i));
    const bars = toBars(values, 128, 'sum');
    expect(bars.length).toBeLessThanOrEqual(128);
    expect(bars[0].start).toBe(0);
    expect(bars.at(-1)!.end).toBe(count);
    for (let i = 1; i < bars.length; i += 1) expect(bars[i].start).toBe(bars[i - 1].end);
    const total = values.reduce((sum, value) => sum + value, 0);
    // float64 sums of 4097 numbers of size 1 in two orders: far below 4097 * 2^-52 * 64
    expect(bars.reduce((sum, bar) => sum + bar.value, 0)).toBeCloseTo(total, 9);
  });

  test('mean and largest value', () => {
    expect(toBars([1, 3, 5, 7], 2, 'mean').map((bar) => bar.value)).toEqual([2, 6]);
    expect(toBars([1, 3, 7, 5], 2, 'max').map((bar) => bar.value)).toEqual([3, 7]);
  });

  test('masked values are left out, a run of nothing else is masked, NaN is never hidden', () => {
    expect(toBars([1, -Infinity, -Infinity, -Infinity], 2, 'sum').map((bar) => bar.value)).toEqual([1, -Infinity]);
    expect(toBars([1, -Infinity, 3, 3], 2, 'mean').map((bar) => bar.value)).toEqual([1, 3]);
    expect(toBars([1, NaN, 3, 4], 2, 'max').map((bar) => bar.value)).toEqual([NaN, 4]);
  });

  test('the domain holds zero and every finite value', () => {
    const of = (values: number[]) => barDomain(toBars(values, 128, 'sum'));
    expect(of([2, 5])).toEqual([0, 5]);
    expect(of([-2, -5])).toEqual([-5, 0]);
    expect(of([-2, 3, Infinity, NaN, -Infinity])).toEqual([-2, 3]);
    expect(of([0, 0])).toEqual([0, 1]);
    expect(of([])).toEqual([0, 1]);
  });
});

describe('the gauge of a meter', () => {
  test('linear and log', () => {
    expect(meterPosition(2, [0, 4], 'linear')).toEqual({ at: 0.5, beyond: 0 });
    expect(meterPosition(10, [1, 100], 'log')?.at).toBeCloseTo(0.5, 12);
  });

  test('says when a value is off the scale', () => {
    expect(meterPosition(5, [0, 4], 'linear')).toEqual({ at: 1, beyond: 1 });
    expect(meterPosition(-1, [0, 4], 'linear')).toEqual({ at: 0, beyond: -1 });
    expect(meterPosition(0, [1, 100], 'log')).toEqual({ at: 0, beyond: -1 });
    expect(meterPosition(Infinity, [0, 4], 'linear')).toEqual({ at: 1, beyond: 1 });
  });

  test('has no place for what is no number', () => {
    expect(meterPosition(NaN, [0, 4], 'linear')).toBeNull();
    expect(meterPosition(null, [0, 4], 'linear')).toBeNull();
    expect(meterPosition(1, [4, 4], 'linear')).toBeNull();
    expect(meterPosition(1, [0, 4], 'log')).toBeNull();
  });
});
