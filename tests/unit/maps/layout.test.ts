import { scaleLinear, scalePow } from 'd3-scale';
import { describe, expect, test } from 'vitest';
import { Shelves } from '../../../src/gpu/view-atlas';
import { fullestColumns, gridLayout } from '../../../src/ui/maps/grid';
import { commandOf } from '../../../src/ui/maps/keys';
import { fitCellsInto } from '../../../src/ui/maps/source';
import { legendTicks } from '../../../src/ui/maps/ticks';
import type { Rect } from '../../../src/ui/maps/types';

const overlap = (a: Rect, b: Rect) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('the grid of heads', () => {
  test.each([[1, 350], [8, 1900], [8, 700], [12, 350], [16, 350], [16, 80]])('places %i maps in %i pixels without overlap', (count, width) => {
    const grid = gridLayout({ count, width, captionHeight: 40 });
    expect(grid.rects).toHaveLength(count);
    grid.rects.forEach((rect, i) => {
      expect(rect.x + rect.width).toBeLessThanOrEqual(width);
      expect(rect.y + rect.height + 40).toBeLessThanOrEqual(grid.height);
      for (const other of grid.rects.slice(i + 1)) expect(overlap({ ...rect, height: rect.height + 40 }, other)).toBe(false);
    });
  });

  test('spreads maps evenly over the rows', () => {
    // 110 + 12 pixels each: seven would fit into a row, but 4 + 4 reads better than 7 + 1.
    expect(gridLayout({ count: 8, width: 850, minSize: 110 }).columns).toBe(4);
    expect(gridLayout({ count: 12, width: 850, columns: 3 }).columns).toBe(3);
  });
});

describe('with an end downwards', () => {
  test.each([[1, 900, 500], [8, 800, 540], [16, 800, 540], [12, 300, 900], [7, 1200, 150]])('%i maps in %i × %i pixels are as large as fit', (count, width, tall) => {
    const request = { count, width, tall, captionHeight: 30, gap: 10, maxSize: Infinity };
    const grid = gridLayout(request);
    expect(grid.width).toBeLessThanOrEqual(width);
    expect(grid.height).toBeLessThanOrEqual(tall);
    for (let columns = 1; columns <= count; columns++) expect(gridLayout({ ...request, columns }).size).toBeLessThanOrEqual(grid.size);
  });

  test('cells of a map fill the smaller side of their room', () => {
    expect(fitCellsInto(4, 8, 100, 200, 3, 5)).toEqual({ x: 3, y: 5, width: 100, height: 50 });
    expect(fitCellsInto(8, 4, 100, 100)).toEqual({ x: 0, y: 0, width: 50, height: 100 });
  });
});

describe('the atlas', () => {
  test('gives every rectangle its own place within the width', () => {
    const shelves = new Shelves(100);
    const rects = [[40, 10], [40, 20], [30, 5], [100, 7], [1, 1], [99, 3]].map(([width, height]) => {
      shelves.add(width, height);
      return { x: shelves.x, y: shelves.y, width, height };
    });
    rects.forEach((rect, i) => {
      expect(rect.x + rect.width).toBeLessThanOrEqual(100);
      expect(rect.y + rect.height).toBeLessThanOrEqual(shelves.height);
      for (const other of rects.slice(i + 1)) expect(overlap(rect, other)).toBe(false);
    });
    shelves.reset();
    expect(shelves.height).toBe(0);
    expect(() => shelves.add(101, 1)).toThrow('101 cells');
  });
});

describe('keys', () => {
  const press = (key: string, at = { row: 5, col: 5 }, extra = {}) =>
    commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...extra }, at, 30, 20);

  test.each([
    ['ArrowUp', { row: 4, col: 5 }], ['ArrowDown', { row: 6, col: 5 }], ['ArrowLeft', { row: 5, col: 4 }], ['ArrowRight', { row: 5, col: 6 }],
    ['PageDown', { row: 15, col: 5 }], ['PageUp', { row: 0, col: 5 }], ['Home', { row: 5, col: 0 }], ['End', { row: 5, col: 19 }],
  ])('%s moves, and never off the map', (key, to) => expect(press(key)).toEqual({ kind: 'move', to }));

  test('ctrl with Home and End goes to the corners', () => {
    expect(press('Home', undefined, { ctrlKey: true })).toEqual({ kind: 'move', to: { row: 0, col: 0 } });
    expect(press('End', undefined, { metaKey: true })).toEqual({ kind: 'move', to: { row: 29, col: 19 } });
  });

  test('Enter and Space lock, or paint while the brush is out; Escape unlocks', () => {
    expect(press('Enter')).toEqual({ kind: 'lock' });
    expect(commandOf({ key: ' ', ctrlKey: false, metaKey: false, altKey: false }, { row: 0, col: 0 }, 3, 3, true)).toEqual({ kind: 'paint' });
    expect(press('Escape')).toEqual({ kind: 'unlock' });
  });

  test('+, − and 0 zoom; what the browser or the page uses is left alone', () => {
    expect(press('0')).toEqual({ kind: 'zoom', by: 'whole' });
    const [larger, smaller] = [press('+'), press('-')];
    expect(larger).toMatchObject({ kind: 'zoom' });
    expect(smaller).toMatchObject({ kind: 'zoom' });
    expect((larger as { by: number }).by * (smaller as { by: number }).by).toBeCloseTo(1, 12);
    for (const key of ['1', '5', 'a', 'Tab']) expect(press(key)).toBeNull();
    expect(press('0', undefined, { ctrlKey: true }), 'the browser zooms').toBeNull();
    expect(press('ArrowLeft', undefined, { altKey: true }), 'the browser goes back').toBeNull();
  });
});

describe('the ticks of a legend', () => {
  const measure = (text: string) => 8 * text.length;
  const cases = [240, 120, 60].flatMap((width) => [
    { width, scale: scaleLinear().domain([-4, 4]).range([0, width]) },
    { width, scale: scalePow().exponent(0.5).domain([0, 1]).range([0, width]) },
    { width, scale: scaleLinear().domain([-0.25, 0.25]).range([0, width]) },
  ]);

  test.each(cases)('show both ends and do not touch ($width pixels)', ({ width, scale }) => {
    const ticks = legendTicks(scale, width, measure, String);
    expect([ticks[0].value, ticks.at(-1)!.value]).toEqual(scale.domain());
    const spans = ticks.map(({ x, text }, i) => {
      const start = i === 0 ? x : i === ticks.length - 1 ? x - measure(text) : x - measure(text) / 2;
      return [start, start + measure(text)];
    });
    for (let i = 2; i < spans.length - 1; i++) expect(spans[i][0]).toBeGreaterThan(spans[i - 1][1]);
    if (ticks.length > 2) {
      expect(spans[1][0]).toBeGreaterThan(spans[0][1]);
      expect(spans.at(-1)![0]).toBeGreaterThan(spans.at(-2)![1]);
    }
  });

  test('stand where the scale puts them', () => {
    const root = scalePow().exponent(0.5).domain([0, 1]).range([0, 400]);
    for (const { value, x } of legendTicks(root, 400, measure, String)) expect(x).toBeCloseTo(400 * Math.sqrt(value), 9);
    expect(legendTicks(root, 400, measure, String).length).toBeGreaterThan(3);
  });
});

test.each([
  [1, 1800, 600], [8, 1840, 600], [8, 900, 900], [16, 1840, 650], [12, 1230, 420], [16, 300, 2000],
])('%i maps are as large as %i × %i allow, and all fit', (count, width, height) => {
  const [gap, captionHeight] = [14, 60];
  const { columns, size } = fullestColumns({ count, width, height, gap, captionHeight });
  const grid = gridLayout({ count, width, gap, captionHeight, columns, maxSize: size });
  expect(grid.size).toBe(size);
  expect(grid.width).toBeLessThanOrEqual(width);
  expect(grid.height).toBeLessThanOrEqual(height);
  for (let other = 1; other <= count; other++) {
    const larger = gridLayout({ count, width, gap, captionHeight, columns: other, maxSize: size + 1 });
    expect(larger.size <= size || larger.height > height, `${other} columns`).toBe(true);
  }
});
