import { describe, expect, it } from 'vitest';
import { mean, median, share } from '../../src/reference/summary';

describe('mean', () => {
  it('is the sum over the number', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean(Float32Array.of(-1, 1))).toBe(0);
  });
  it('of nothing is NaN', () => expect(mean([])).toBeNaN());
});

describe('median', () => {
  it('is the middle value of an odd number', () => expect(median([9, -1, 3])).toBe(3));
  it('is the mean of the middle two of an even number', () => expect(median([10, 2, 1, 4])).toBe(3));
  it('sorts by number, not by spelling', () => expect(median([10, 9, 100])).toBe(10));
  it('is not moved by an outlier', () => expect(median([1, 2, 3, 4, 1e30])).toBe(3));
  it('of one value is that value', () => expect(median(Float32Array.of(0.5))).toBe(0.5));
  it('of nothing, and where a value is NaN, is NaN', () => {
    expect(median([])).toBeNaN();
    expect(median([1, NaN, 2, 3])).toBeNaN();
  });
  it('leaves its input in order', () => {
    const values = Float32Array.of(3, 1, 2);
    median(values);
    expect([...values]).toEqual([3, 1, 2]);
  });
});

describe('share', () => {
  it('is the part for which the predicate holds', () => {
    expect(share([0.995, 0.5, 1, 0.99], (value) => value > 0.99)).toBe(0.5);
    expect(share([1], () => false)).toBe(0);
    expect(share([1, 2], () => true)).toBe(1);
  });
  it('of nothing is NaN', () => expect(share([], () => true)).toBeNaN());
});
