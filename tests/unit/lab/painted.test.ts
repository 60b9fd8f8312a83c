import { describe, expect, it } from 'vitest';
import { bitmapParam, paint, paintedCells } from '../../../src/lab/painted';
import { seeded } from './seeded';

/** Cells of which about `share` are visible. */
function cellsOf(rows: number, cols: number, share: number): Uint8Array {
  const random = seeded(rows + cols);
  return Uint8Array.from({ length: rows * cols }, () => Number(random() < share));
}
const sizes: [rows: number, cols: number][] = [[1, 1], [1, 9], [9, 1], [7, 7], [33, 5], [64, 64], [1024, 1024]];
const param = bitmapParam();

describe('a painted mask', () => {
  it.each(sizes)('of %i × %i comes back from its run lengths and from a link', (rows, cols) => {
    for (const share of [0, 0.05, 0.5, 1]) {
      const cells = cellsOf(rows, cols, share);
      const painted = paint(cells, rows, cols);
      expect(painted.runs.reduce((sum, run) => sum + run, 0)).toBe(rows * cols);
      const back = param.parse(param.format(painted));
      expect(back).toEqual(painted);
      expect(Buffer.compare(paintedCells(back!), cells)).toBe(0);
    }
  });

  it('counts visible cells first, and takes any non-zero cell as visible', () => {
    expect(paint([1, 1, 0, 0, 0, 7], 2, 3)).toEqual({ rows: 2, cols: 3, runs: [2, 3, 1] });
    expect(paint([0, 1], 1, 2)).toEqual({ rows: 1, cols: 2, runs: [0, 1, 1] });
    expect(paint([0, 0], 1, 2).runs).toEqual([0, 2]);
  });

  it('of a causal triangle over 64 tokens takes a short link', () => {
    const cells = Uint8Array.from({ length: 64 * 64 }, (_, cell) => Number(cell % 64 <= Math.floor(cell / 64)));
    expect(param.format(paint(cells, 64, 64)).length).toBeLessThan(400);
  });

  it('is none where the link says nothing', () => {
    expect(param.format(null)).toBe('');
    expect(param.parse('')).toBeNull();
    expect(param.check(null)).toBeNull();
  });

  it.each([
    '2', '2.2', '2.2.3', '2.2.5', '2.2.4.1', '-2.-2.4', '2.2.2.-1.3', '2.2.x y', '2.2.4.', '2..4', '2.2.1é.3', '2.2.1,3', '2.2.1.5.3',
    `${(2 ** 20 + 1).toString(36)}.1.${(2 ** 20 + 1).toString(36)}`, 'zzzzzzzzzz.zzzzzzzzzz.1',
  ])('is refused when written as %j', (written) => {
    expect(() => param.parse(written)).toThrow(/run lengths that add up to rows × cols/);
  });

  it.each([
    [{}], [{ rows: 2, cols: 2, runs: 4 }], [{ rows: 2, cols: 2, runs: [1.5, 2.5] }], [{ rows: 2, cols: 2, runs: ['4'] }],
    [{ rows: 2.5, cols: 2, runs: [5] }], [{ rows: NaN, cols: 2, runs: [] }], ['2.2.4'], [4], [undefined],
    [{ rows: 1025, cols: 1024, runs: [1025 * 1024] }],
  ])('is refused as the value %j', (value) => {
    expect(() => param.check(value)).toThrow(/null or \{ rows, cols, runs \}/);
  });

  it('of the largest grid that the page draws is taken', () => {
    expect(param.check({ rows: 1024, cols: 1024, runs: [1024 * 1024] })).toEqual({ rows: 1024, cols: 1024, runs: [1024 * 1024] });
  });
});
