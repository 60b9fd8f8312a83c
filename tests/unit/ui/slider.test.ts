import { describe, expect, test } from 'vitest';
import { afterKey, checkAxis, settle, stopNear, toPosition, toValue } from '../../../src/ui/controls/scale.ts';
import type { Axis } from '../../../src/ui/controls/scale.ts';

const width: Axis = { min: 1, max: 4096, scale: 'log', step: 1 };
const factor: Axis = { min: 0, max: 2, scale: 'linear', step: 0 };
const heads: Axis = { min: 1, max: 16, scale: 'linear', step: 1 };

describe('positions', () => {
  test('a log scale puts each doubling at the same distance', () => {
    expect(toPosition(width, 1)).toBe(0);
    expect(toPosition(width, 4096)).toBe(1);
    for (let power = 0; power <= 12; power += 1) expect(toPosition(width, 2 ** power)).toBeCloseTo(power / 12, 12);
  });

  test('every whole number comes back from its own position', () => {
    for (let value = 1; value <= 4096; value += 1) expect(toValue(width, toPosition(width, value))).toBe(value);
  });

  test('values outside are held at the ends', () => {
    expect(toPosition(factor, -1)).toBe(0);
    expect(toPosition(factor, 99)).toBe(1);
    expect(settle(heads, 99)).toBe(16);
    expect(settle(heads, 3.4)).toBe(3);
  });

  test('a grid leaves no binary tail', () => {
    expect(settle({ min: 0, max: 1, scale: 'linear', step: 0.1 }, 0.3)).toBe(0.3);
  });

  test('a range that is none is refused in a sentence', () => {
    expect(() => checkAxis({ ...width, min: 0 })).toThrow('A log slider needs min > 0');
    expect(() => checkAxis({ ...heads, max: 1 })).toThrow('min < max');
    expect(() => checkAxis(width)).not.toThrow();
  });
});

describe('stops', () => {
  const stops = [
    { value: 0.125, label: '1/√d_k' },
    { value: 1, label: '1' },
  ];

  test('the nearest within reach wins, and none beyond', () => {
    expect(stopNear(factor, stops, 0.07, 0.02)?.value).toBe(0.125);
    expect(stopNear(factor, stops, 0.1, 0.02)).toBeNull();
    expect(stopNear(factor, stops, 0.4, 1)?.value).toBe(1);
  });

  test('arrow keys land on a stop and then leave it', () => {
    expect(afterKey(factor, stops, 0.12, 'ArrowRight')).toBe(0.125);
    expect(afterKey(factor, stops, 0.125, 'ArrowRight')).toBeCloseTo(0.145, 12);
    expect(afterKey(factor, stops, 0.13, 'ArrowLeft')).toBe(0.125);
    expect(afterKey(factor, stops, 0.95, 'PageUp')).toBe(1);
  });
});

describe('keys', () => {
  test('whole numbers on a log scale advance by at least one, and reach the end from the start', () => {
    let value = 1;
    let presses = 0;
    while (value < 4096 && presses < 1000) {
      const next = afterKey(width, [], value, 'ArrowRight')!;
      expect(next).toBeGreaterThan(value);
      expect(Number.isInteger(next)).toBe(true);
      value = next;
      presses += 1;
    }
    expect(value).toBe(4096);
    expect(presses).toBeLessThan(120);
    for (; value > 1; presses += 1) {
      const next = afterKey(width, [], value, 'ArrowLeft')!;
      expect(next).toBeLessThan(value);
      value = next;
    }
    expect(presses).toBeLessThan(240);
  });

  test('page keys double and halve a log scale and walk a tenth of a linear one', () => {
    expect(afterKey(width, [], 64, 'PageUp')).toBe(128);
    expect(afterKey(width, [], 64, 'PageDown')).toBe(32);
    expect(afterKey(width, [], 4000, 'PageUp')).toBe(4096);
    expect(afterKey(factor, [], 1, 'PageDown')).toBeCloseTo(0.8, 12);
    expect(afterKey(heads, [], 8, 'PageUp')).toBe(10);
  });

  test('ends stay ends, Home and End go there, other keys mean nothing', () => {
    expect(afterKey(heads, [], 16, 'ArrowUp')).toBe(16);
    expect(afterKey(heads, [], 1, 'ArrowDown')).toBe(1);
    expect(afterKey(width, [], 64, 'Home')).toBe(1);
    expect(afterKey(width, [], 64, 'End')).toBe(4096);
    expect(afterKey(width, [], 64, 'a')).toBeNull();
  });

  test('a continuous log scale moves from every place', () => {
    const axis: Axis = { min: 1e-3, max: 10, scale: 'log', step: 0 };
    for (let value = axis.min; value < axis.max; value = afterKey(axis, [], value, 'ArrowUp')!) {
      expect(afterKey(axis, [], value, 'ArrowUp')!).toBeGreaterThan(value);
    }
  });
});
