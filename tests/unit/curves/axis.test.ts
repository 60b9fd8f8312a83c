import { describe, expect, test } from 'vitest';
import { axisOf, domainOf, nearest, powerText, stopsOf, ticksOf, valuesOn } from '../../../src/ui/curves/axis';
import type { CurveSeries } from '../../../src/ui/curves/types';

const series = (kind: CurveSeries['kind'], points: CurveSeries['points'], id = kind): CurveSeries => ({ id, name: id, kind, hue: 'ink', points });

describe('an axis', () => {
  test('linear and log, in either direction', () => {
    expect(axisOf('linear', [0, 4], 0, 100).at(1)).toBe(25);
    expect(axisOf('linear', [0, 4], 100, 0).at(1)).toBe(75);
    expect(axisOf('log', [1, 4096], 0, 120).at(64)).toBeCloseTo(60, 9); // a rounding of a logarithm
    expect(axisOf('log', [1, 4096], 0, 120).invert(60)).toBeCloseTo(64, 9);
  });

  test('holds what lies beyond at its end, and says so', () => {
    const axis = axisOf('log', [1e-6, 1], 100, 0);
    expect(axis.at(1e-9)).toBe(100);
    expect(axis.at(0)).toBe(100);
    expect(axis.at(-3)).toBe(100);
    expect([1e-9, 0, -3, 1e-3, 2, NaN].map(axis.beyond)).toEqual([-1, -1, -1, 0, 1, null]);
    expect(axis.at(NaN)).toBeNaN();
  });

  test.each([['linear', [1, 1]], ['linear', [2, 1]], ['log', [0, 1]], ['log', [-1, 1]], ['linear', [NaN, 1]]] as const)('refuses a %s axis over %j', (scale, domain) => {
    expect(() => axisOf(scale, domain, 0, 1)).toThrow('the ends must ascend');
  });
});

describe('the domain', () => {
  test('of a log axis ends on powers of ten, without a decade too many', () => {
    expect(domainOf('log', [0.02, 700])).toEqual([0.01, 1000]);
    expect(domainOf('log', [1, 1000])).toEqual([1, 1000]);
    expect(domainOf('log', [5])).toEqual([1, 10]);
    expect(domainOf('log', [10])).toEqual([10, 100]);
    expect(domainOf('log', [0, -1])).toEqual([1, 10]);
  });

  test('of a linear axis holds every value', () => {
    expect(domainOf('linear', [0, 4.16])).toEqual([0, 4.5]);
    expect(domainOf('linear', [3])).toEqual([2.5, 3.5]);
    expect(domainOf('linear', [])).toEqual([0, 1]);
  });

  test('counts error bars and leaves out what is no number', () => {
    const values = valuesOn([series('points', [{ x: 1, y: NaN, low: -2, high: 9 }, { x: 2, y: Infinity }])], 'y');
    expect(values).toEqual([-2, 9]);
  });
});

describe('ticks', () => {
  test('of a log axis are powers of ten at equal strides, finer where there is room', () => {
    expect(ticksOf('log', [1e-8, 1], 5)).toEqual([1e-8, 1e-6, 1e-4, 1e-2, 1]);
    expect(ticksOf('log', [1, 100], 7)).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(ticksOf('log', [1, 100], 3)).toEqual([1, 10, 100]);
  });

  test('that are given are thinned out and kept inside', () => {
    const powers = Array.from({ length: 13 }, (_, i) => 2 ** i);
    expect(ticksOf('log', [1, 4096], 13, powers)).toEqual(powers);
    expect(ticksOf('log', [1, 4096], 7, powers)).toEqual([1, 4, 16, 64, 256, 1024, 4096]);
    expect(ticksOf('log', [3, 40], 9, powers)).toEqual([4, 8, 16, 32]);
  });

  test.each([NaN, Infinity, 0, -1, 0.5])('are few where there is no room: %f', (count) => {
    expect(ticksOf('linear', [0, 4.5], count)).toHaveLength(1);
    expect(ticksOf('log', [1, 1e6], count)).toHaveLength(1);
  });

  test.each([1, 2, 3, 4, 8])('of a linear axis are never more than %i', (count) => {
    expect(ticksOf('linear', [0, 4.5], count).length).toBeLessThanOrEqual(count);
  });
});

test('long powers of ten are written with their exponent, nothing else is', () => {
  expect([1e-9, 1e-4, 1e5, 1e12].map(powerText)).toEqual(['10⁻⁹', '10⁻⁴', '10⁵', '10¹²']);
  expect([1e-3, 1, 1000, 2e-9, 4096, 0, -1e5, NaN].map(powerText)).toEqual(Array(8).fill(null));
});

describe('the cursor', () => {
  test('stops at measured x only, each once, ascending', () => {
    const line = series('line', [{ x: 1, y: 0 }, { x: 1.5, y: 0 }]);
    const points = series('points', [{ x: 4, y: 0 }, { x: 1, y: 0 }]);
    expect(stopsOf([line, points, { ...points, id: 'other' }])).toEqual([1, 4]);
    expect(stopsOf([line])).toEqual([1, 1.5]);
    expect(stopsOf([])).toEqual([]);
  });

  test('falls on the nearest stop by eye: on a log axis by ratio', () => {
    expect(nearest([1, 4, 16], 7, 'linear')).toBe(1);
    expect(nearest([1, 4, 16], 9, 'log')).toBe(2);
    expect(nearest([], 3, 'linear')).toBe(-1);
  });
});
