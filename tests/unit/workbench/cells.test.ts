import { describe, expect, test } from 'vitest';
import { numberOf, rangeOf } from '../../../src/exhibits/workbench/cells';
import { litOn } from '../../../src/exhibits/workbench/drawing';
import { isMasked, MASKED } from '../../../src/reference/softmax';

const numbers = (...values: number[]) => Float32Array.from(values);

describe('numbers of cells', () => {
  test('a masked weight is no zero', () => {
    const behind = { values: numbers(0.5, 0, 0.5), masked: numbers(1, MASKED, 1) };
    expect(numberOf(behind, 0)).toBe(0.5);
    expect(isMasked(numberOf(behind, 1))).toBe(true);
  });

  test('a difference is B − A, and there is none where one of them has no cell', () => {
    const behind = { values: numbers(3, MASKED, 3), minus: numbers(1, 1, MASKED) };
    expect(numberOf(behind, 0)).toBe(2);
    expect(isMasked(numberOf(behind, 1))).toBe(true);
    expect(isMasked(numberOf(behind, 2))).toBe(true);
  });

  test('the range leaves out cells that are masked', () => {
    expect(rangeOf({ values: numbers(2, MASKED, -1, 5, 0) })).toEqual([-1, 5]);
    expect(rangeOf({ values: numbers(0.25, 0, 0.75), masked: numbers(1, MASKED, 1) })).toEqual([0.25, 0.75]);
    expect(rangeOf({ values: numbers(3, 9, 3), minus: numbers(1, MASKED, 4) })).toEqual([-1, 2]);
    expect(rangeOf({ values: numbers(MASKED) })).toBeUndefined();
    expect(rangeOf({ values: numbers() })).toBeUndefined();
  });
});

describe('what a cell lights on other stages', () => {
  test('keys on stages with keys, dimensions in the output, else the row alone', () => {
    const key = { row: 2, col: 4 };
    const dimension = { row: 2, col: 40, dimension: true };
    expect(litOn('weights', key)).toBe(key);
    expect(litOn('output', dimension)).toBe(dimension);
    expect(litOn('output', key)).toEqual({ row: 2, col: -1 });
    expect(litOn('scores', dimension)).toEqual({ row: 2, col: -1 });
    expect(litOn('scores', null)).toBeNull();
  });
});
