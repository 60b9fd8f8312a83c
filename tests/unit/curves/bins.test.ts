import { describe, expect, test } from 'vitest';
import { barsOf, normalDensity, totalOf } from '../../../src/ui/curves/bins';

describe('bars of a histogram', () => {
  const data = { min: -1, max: 1, counts: Uint32Array.of(1, 3, 0, 4), below: 1, above: 1 };

  test('lie side by side over the range', () => {
    expect(barsOf(data).map(({ from, to }) => [from, to])).toEqual([[-1, -0.5], [-0.5, 0], [0, 0.5], [0.5, 1]]);
  });

  test('are shares of all values, those outside included, and densities per unit', () => {
    expect(totalOf(data)).toBe(10);
    expect(barsOf(data).map(({ share }) => share)).toEqual([0.1, 0.3, 0, 0.4]);
    expect(barsOf(data).map(({ density }) => density)).toEqual([0.2, 0.6, 0, 0.8]);
  });

  test('of nothing are flat', () => {
    expect(barsOf({ min: 0, max: 1, counts: [0, 0] }).map(({ density }) => density)).toEqual([0, 0]);
  });
});

test('the normal density has its height, its width and area 1', () => {
  const density = normalDensity(3, 8);
  expect(density(3)).toBeCloseTo(1 / (8 * Math.sqrt(2 * Math.PI)), 12);
  expect(density(11) / density(3)).toBeCloseTo(Math.exp(-0.5), 12);
  let area = 0;
  for (let x = -77; x < 83; x += 0.5) area += 0.5 * density(x);
  expect(area).toBeCloseTo(1, 9); // the trapezium rule is exact far beyond this for a smooth bell
});
