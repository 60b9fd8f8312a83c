import { describe, expect, test } from 'vitest';
import { colLabels, fitFrame, fitted, labelRoom, mostThickness, niceStride, rowLabels, type AxisLayout } from '../../../src/ui/maps/axis-labels';

/** A font in which every character is 8 pixels wide. */
const measure = (text: string) => 8 * [...text].length;
const font = { fontSize: 14, measure };
const LINE = 14 * 1.2;
const words = ['The', 'animal', "didn't", 'cross', 'the', 'street', 'because', 'it', 'was', 'too', 'tired', '.'];
const request = (tokens: string[], length: number, first = 0, last = tokens.length) => ({ ...font, tokens, first, last, length, maxThickness: 90 });

/** Pixels along the axis that a label covers. */
function extent(layout: AxisLayout, i: number): [number, number] {
  const { at, text } = layout.labels[i];
  if (layout.angle === 0) return [at - measure(text) / 2, at + measure(text) / 2];
  // Slanted lines are apart by their distance across the text.
  const half = layout.angle === 45 ? (LINE * Math.SQRT2) / 2 : LINE / 2;
  return [at - half, at + half];
}

describe('labels above columns', () => {
  test.each([[1200, 0], [400, 45], [250, 90], [120, 90], [30, 90]])('in %i pixels are turned by %i° and do not overlap', (length, angle) => {
    const layout = colLabels(request(words, length));
    expect(layout.angle).toBe(angle);
    expect(layout.labels.length).toBeGreaterThan(0);
    for (let i = 1; i < layout.labels.length; i++) {
      // A rounding error of float64 is no overlap.
      expect(extent(layout, i)[0]).toBeGreaterThanOrEqual(extent(layout, i - 1)[1] - 1e-9);
    }
  });

  test('stay level for single Chinese characters', () => {
    expect(colLabels(request([...'注意力就是你所需要的一切'], 12 * 20)).angle).toBe(0);
  });

  test('are shortened to the room across the axis, the whole token kept beside', () => {
    const layout = colLabels(request(['internationalization', 'b', 'c'], 30));
    const [label] = layout.labels;
    expect(label.text).toContain('…');
    expect(label.full).toBe('internationalization');
    expect(layout.thickness).toBeLessThanOrEqual(90);
  });

  test('reach beyond the end only as far as they say', () => {
    const { overhang, angle } = colLabels(request(words.map((word) => word + 'xxxx'), 400));
    expect(angle).toBe(45);
    expect(overhang).toBeGreaterThan(0);
  });
});

describe('labels beside rows', () => {
  test.each([[400, 1], [120, 2], [40, 10], [12, 20]])('in %i pixels show every %i-th token', (length, stride) => {
    const layout = rowLabels(request(words, length));
    expect(layout.stride).toBe(stride);
    expect(layout.labels.map(({ index }) => index)).toEqual(words.map((_, i) => i).filter((i) => i % stride === 0));
    for (let i = 1; i < layout.labels.length; i++) {
      expect(layout.labels[i].at - layout.labels[i - 1].at).toBeGreaterThanOrEqual(LINE - 1e-9);
    }
  });

  test('show only what lies in the window, in the middle of its rows', () => {
    const layout = rowLabels(request(words, 100, 3.4, 5.4));
    expect(layout.labels.map(({ index }) => index)).toEqual([3, 4]);
    expect(layout.labels.map(({ at }) => at)).toEqual([expect.closeTo(5, 9), expect.closeTo(55, 9)]);
  });

  test('make blanks visible', () => {
    expect(rowLabels(request([' ', '\n'], 100)).labels.map(({ text }) => text)).toEqual(['␣', '↵']);
  });

  test('are none for no tokens', () => {
    expect(rowLabels(request([], 100, 0, 5)).labels).toEqual([]);
    expect(rowLabels(request([], 100, 0, 5)).thickness).toBe(0);
  });
});

test('strides are round numbers', () => {
  expect([0.2, 1, 1.1, 2, 3, 6, 11, 21, 51, 101].map(niceStride)).toEqual([1, 1, 2, 2, 5, 10, 20, 50, 100, 200]);
});

test('a text is cut no further than it must be', () => {
  expect(fitted('attention', 100, measure)).toBe('attention');
  expect(fitted('internationalization', 56, measure)).toBe('int…ion');
});

describe('the frame', () => {
  test.each([[12, 12, 720, 620], [64, 64, 360, 900], [3, 50, 600, 400], [50, 3, 600, 400], [1, 1, 300, 300]])(
    'of %i × %i cells fits into %i × %i pixels',
    (rows, cols, width, height) => {
      const tokens = (count: number) => Array.from({ length: count }, (_, i) => words[i % words.length]);
      const frame = fitFrame({ ...font, rows, cols, width, height, rowTokens: tokens(rows), colTokens: tokens(cols), axisWords: { query: 'query ↓', key: 'key →' } });
      expect(frame.width).toBeLessThanOrEqual(width);
      // One pixel of rounding.
      expect(frame.height).toBeLessThanOrEqual(height + 1);
      expect(frame.rect.width).toBeGreaterThan(0);
      if (rows === cols) expect(frame.rect.width).toBe(frame.rect.height);
    },
  );
});

describe('room for labels', () => {
  const axisWords = { query: 'query ↓', key: 'key →' };
  const long = ['Data', 'visualization', 'em', 'powers', 'users', 'to'];
  test.each([[long, 500], [words, 1200], [words, 400], [words, 120], [['的', '猫'], 300]])('%j at %i pixels holds what is drawn, zoomed or not', (tokens, length) => {
    const width = length + 120;
    const maxThickness = mostThickness(width, 14);
    const room = labelRoom({ ...font, rowTokens: tokens, colTokens: tokens, axisWords, length, width });
    for (const last of [tokens.length, 2]) {
      const top = colLabels({ ...font, tokens, first: 0, last, length, maxThickness });
      expect(room.top).toBeGreaterThanOrEqual(top.thickness + LINE);
      const left = rowLabels({ ...font, tokens, first: 0, last, length, maxThickness });
      expect(room.left).toBeGreaterThanOrEqual(left.thickness);
    }
  });

  test('is no more than short labels need', () => {
    const room = labelRoom({ ...font, rowTokens: ['a'], colTokens: ['a'], axisWords, length: 400, width: 520 });
    expect(room.left).toBeLessThan(8 * axisWords.query.length + 20);
    expect(room.top).toBeLessThan(2 * LINE + 20);
  });
});
