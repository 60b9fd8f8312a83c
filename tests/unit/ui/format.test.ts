import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatMilliseconds,
  formatNumber,
  formatPercent,
  parseNumber,
} from '../../../src/ui/format.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('formatNumber', () => {
  test.each([
    [0, '0.00'],
    [-0, '0.00'],
    [0.25, '0.25'],
    [-1.5, '−1.50'],
    [12345.678, '12345.68'],
    [3e-8, '3.0×10⁻⁸'],
    [-3e-8, '−3.0×10⁻⁸'],
    [0.0049, '4.9×10⁻³'],
    [0.005, '0.01'],
    [1.5e12, '1.5×10¹²'],
    [-Infinity, '−∞'],
    [Infinity, '∞'],
    [NaN, 'NaN'],
  ])('%s is written %s', (value, text) => expect(formatNumber(value, { locale: 'en' })).toBe(text));

  test('"0.00" is only ever an exact zero', () => {
    for (let power = -45; power < 0; power += 1) expect(formatNumber(10 ** power, { locale: 'en' })).not.toBe('0.00');
  });

  test('takes digits, a width, and plain notation for slots that have no room', () => {
    expect(formatNumber(0.03125, { locale: 'en', digits: 4 })).toBe('0.0313');
    expect(formatNumber(3e-8, { locale: 'en', scientific: false })).toBe('0.00');
    expect(formatNumber(-3e-8, { locale: 'en', scientific: false })).toBe('0.00');
    expect(formatNumber(-1.5, { locale: 'en', width: 8 })).toBe('\u2007\u2007\u2007−1.50');
  });

  test('follows the language', () => {
    expect(formatNumber(0.25, { locale: 'de' })).toBe('0,25');
    expect(formatNumber(-0.25, { locale: 'zh-CN' })).toBe('−0.25');
    expect(formatNumber(3e-8, { locale: 'zh-CN' })).toBe('3.0×10⁻⁸');
  });
});

test.each([
  [64, '64'],
  [0.125, '0.125'],
  [1 / Math.sqrt(7), '0.378'],
  [-2.5, '−2.5'],
  [0.00002, '2×10⁻⁵'],
  [0, '0'],
  [-Infinity, '−∞'],
])('formatCompact(%s) is %s', (value, text) => expect(formatCompact(value, { locale: 'en' })).toBe(text));

test('counts are grouped and shares are per cent', () => {
  expect(formatCount(100000, 'en')).toBe('100,000');
  expect(formatPercent(0.125, { locale: 'en', digits: 1 })).toBe('12.5%');
  expect(formatPercent(NaN, { locale: 'en' })).toBe('NaN');
});

test.each([
  [0, '0 bytes'],
  [512, '512 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [1536000, '1.5 MB'],
  [999999999, '1.0 GB'],
])('formatBytes(%s) is %s', (bytes, text) => expect(plain(formatBytes(bytes, 'en'))).toBe(text));

test.each([
  [0.4213, '0.42 ms'],
  [16.67, '16.7 ms'],
  [250, '250 ms'],
  [1250, '1.25 sec'],
])('formatMilliseconds(%s) is %s', (value, text) => expect(plain(formatMilliseconds(value, 'en'))).toBe(text));

test('units follow the language', () => expect(plain(formatMilliseconds(1250, 'zh-CN'))).toContain('秒'));

describe('parseNumber', () => {
  test.each([
    ['0.5', 0.5],
    [' 64 ', 64],
    ['-3', -3],
    ['−3', -3],
    ['.5', 0.5],
    ['5.', 5],
    ['1e-3', 0.001],
    ['3.0×10⁻⁸', 3e-8],
    ['2*10^5', 2e5],
    ['1/8', 0.125],
    ['0,5', 0.5],
    ['６４', 64],
    ['１／８', 0.125],
  ])('reads %s', (typed, value) => expect(parseNumber(typed)).toBe(value));

  test.each(['', 'abc', '1/0', '1/2/3', '0x10', '1,000,000.5', 'Infinity', '--3', '1e999', '3 apples', '/', 'e5'])('refuses "%s"', (typed) =>
    expect(parseNumber(typed)).toBeNull(),
  );

  test('reads back what the page writes', () => {
    for (const value of [0, 0.25, -1.5, 4096, 3e-8, -3e-8, 1.5e12]) {
      expect(parseNumber(formatNumber(value, { locale: 'en' }))).toBeCloseTo(value, 12);
    }
  });
});
