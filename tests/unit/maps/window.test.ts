import { describe, expect, test } from 'vitest';
import type { CellWindow } from '../../../src/ui/maps/types';
import {
  cellAt, cellsBetween, cellsRect, clampWindow, clipTo, mostZoom, transformOf, wholeWindow, windowOf, windowWith, zoomOf, zoomTo,
} from '../../../src/ui/maps/window';

const size = { rows: 200, cols: 400, width: 800, height: 400 };
/** Windows go through a handful of float64 operations on numbers up to 1e3. */
const close = (actual: CellWindow, expected: CellWindow) => {
  for (const edge of ['x0', 'y0', 'x1', 'y1'] as const) expect(actual[edge]).toBeCloseTo(expected[edge], 9);
};

describe('a window', () => {
  test('is moved back onto the matrix and keeps its size', () => {
    close(clampWindow({ x0: -5, y0: 190, x1: 15, y1: 210 }, 200, 400), { x0: 0, y0: 180, x1: 20, y1: 200 });
    close(clampWindow({ x0: -50, y0: -10, x1: 900, y1: 500 }, 200, 400), wholeWindow(200, 400));
  });

  test('zooms around a point that stays where it is', () => {
    const view = { x0: 100, y0: 50, x1: 300, y1: 150 };
    const next = zoomTo(view, 4, { x: 150, y: 100 }, size);
    expect(zoomOf(next, 400)).toBeCloseTo(4, 9);
    expect((150 - next.x0) / (next.x1 - next.x0)).toBeCloseTo((150 - view.x0) / (view.x1 - view.x0), 9);
    expect((100 - next.y0) / (next.y1 - next.y0)).toBeCloseTo((100 - view.y0) / (view.y1 - view.y0), 9);
  });

  test('never shows less than large cells, nor more than the matrix', () => {
    close(zoomTo(wholeWindow(200, 400), 0.1, { x: 7, y: 3 }, size), wholeWindow(200, 400));
    expect(zoomOf(zoomTo(wholeWindow(200, 400), 1e6, { x: 7, y: 3 }, size), 400)).toBeCloseTo(mostZoom(size), 9);
    expect(mostZoom({ rows: 4, cols: 4, width: 400, height: 400 }), 'cells of 100 pixels need no zoom').toBe(1);
  });

  test('survives the way through d3-zoom', () => {
    const view = { x0: 33.5, y0: 80.25, x1: 133.5, y1: 130.25 };
    close(windowOf(transformOf(view, size), size), view);
    expect(transformOf(wholeWindow(200, 400), size)).toEqual({ k: 1, x: -0, y: -0 });
  });

  test('moves as little as shows a cell', () => {
    const view = { x0: 10, y0: 10, x1: 20, y1: 20 };
    close(windowWith(view, { row: 15, col: 15 }, 200, 400), view);
    close(windowWith(view, { row: 5, col: 20 }, 200, 400), { x0: 11, y0: 5, x1: 21, y1: 15 });
  });
});

describe('a point', () => {
  test('lies in the cell whose rectangle holds it', () => {
    const view = { x0: 3.25, y0: 7.5, x1: 23.25, y1: 17.5 };
    for (const [x, y] of [[0, 0], [29.9, 20], [30.1, 20], [799.9, 399.9], [400, 200]]) {
      const { row, col } = cellAt(x, y, view, size)!;
      const rect = cellsRect(row, row + 1, col, col + 1, view, size);
      expect(x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height).toBe(true);
    }
    expect(cellAt(0, 0, view, size)).toEqual({ row: 7, col: 3 });
  });

  test('beside the map lies in none', () => {
    const view = wholeWindow(200, 400);
    for (const [x, y] of [[-1, 5], [5, -0.1], [800, 5], [5, 400]]) expect(cellAt(x, y, view, size)).toBeNull();
  });
});

test('a rectangle is cut to the map', () => {
  expect(clipTo({ x: -10, y: 390, width: 30, height: 30 }, size)).toEqual({ x: 0, y: 390, width: 20, height: 10 });
  expect(clipTo({ x: 900, y: 0, width: 30, height: 30 }, size).width).toBe(0);
});

test('a fast stroke skips no cell', () => {
  const cells = cellsBetween({ row: 2, col: 9 }, { row: 7, col: -3 });
  expect(cells[0]).toEqual({ row: 2, col: 9 });
  expect(cells.at(-1)).toEqual({ row: 7, col: -3 });
  for (let i = 1; i < cells.length; i++) {
    expect(Math.max(Math.abs(cells[i].row - cells[i - 1].row), Math.abs(cells[i].col - cells[i - 1].col))).toBe(1);
  }
  expect(cellsBetween({ row: 1, col: 1 }, { row: 1, col: 1 })).toEqual([{ row: 1, col: 1 }]);
});
