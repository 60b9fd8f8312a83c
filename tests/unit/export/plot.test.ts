import { describe, expect, test } from 'vitest';
import { plotScene } from '../../../src/export/plot';
import { sceneToSvg } from '../../../src/export/svg';
import { curveFigure, histogramFigure } from '../../../src/ui/curves/figure';
import { barsOf } from '../../../src/ui/curves/bins';
import { axisOf } from '../../../src/ui/curves/axis';
import type { CurveSeries } from '../../../src/ui/curves/types';
import { only, parseXml, PENS } from './lib';

const points = [{ x: 1, y: 1, low: 0.5, high: 2 }, { x: 10, y: 30 }, { x: 100, y: 5000 }, { x: 1000, y: NaN }];
const series: CurveSeries[] = [
  { id: 'theory', name: 'theory', kind: 'line', hue: 'warn', dashed: true, points: [{ x: 1, y: 1 }, { x: 1000, y: 100 }] },
  { id: 'measured', name: 'measured ± 2σ', kind: 'points', hue: 'accent', shape: 'square', points },
];
const figure = curveFigure({
  title: 'Entropy', x: { label: 'width', scale: 'log', domain: [1, 1000] }, y: { label: 'nats', scale: 'log', domain: [0.1, 1000] }, series, marks: [{ value: 10, label: 'now' }],
});

describe('a curve', () => {
  const scene = plotScene(figure, PENS);
  const paths = only(scene.items, 'path');

  test('has each point where the axes put it, and an arrow for what lies beyond', () => {
    // The frame's corners, from the axis's own line.
    const axis = paths.find(({ d, stroke }) => /^M[\d.]+ [\d.]+h560$/.test(d) && stroke === PENS.ink['--edge'])!;
    const [left, bottom] = axis.d.slice(1).split('h')[0]!.split(' ').map(Number) as [number, number];
    const [x, y] = [axisOf('log', [1, 1000], left, left + 560), axisOf('log', [0.1, 1000], bottom, bottom - 320)];
    const group = only(scene.items, 'group').find(({ name }) => name === 'measured ± 2σ')!;
    const signs = only(group.items, 'path').filter(({ fill }) => fill !== undefined);
    expect(signs.map((sign) => [sign.x, sign.y])).toEqual(points.slice(0, 2).map((point) => [expect.closeTo(x.at(point.x), 1), expect.closeTo(y.at(point.y), 1)]));
    // one error bar, one arrow, nothing for NaN
    expect(only(group.items, 'path').filter(({ fill }) => fill === undefined)).toHaveLength(2);
  });

  test('as SVG is well-formed, with axes, names and marks as text', () => {
    const elements = parseXml(sceneToSvg(scene, { title: 'Entropy', description: '', link: '' }));
    const texts = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
    for (const text of ['Entropy', 'width', 'nats', 'theory', 'measured ± 2σ', 'now', '1', '10', '100', '1000']) expect(texts).toContain(text);
    expect(elements.find(({ attributes }) => attributes['stroke-dasharray'] === '5 4')).toBeDefined();
  });

  test('gives its numbers as a table, one row for each point', () => {
    expect(figure.data).toMatchObject({ kind: 'table', columns: ['series', 'x', 'y', 'low', 'high'] });
    if (figure.data.kind !== 'table') throw new Error('A curve is a table.');
    expect(figure.data.rows).toHaveLength(6);
    expect(figure.data.rows[2]).toEqual(['measured ± 2σ', 1, 1, 0.5, 2]);
  });
});

describe('a histogram', () => {
  test('has one bar for each bin, as high as its density', () => {
    const items = barsOf({ min: 0, max: 4, counts: [1, 2, 4, 1] });
    const scene = plotScene(
      histogramFigure({ title: 'Scores', x: { label: 'score', domain: [0, 4] }, y: { label: 'density', domain: [0, 0.5] }, series: [], bars: { name: 'scores', hue: 'q', items } }), PENS,
    );
    const bars = only(only(scene.items, 'group').find(({ name }) => name === 'scores')!.items, 'rect');
    expect(bars.map(({ height }) => height)).toEqual(items.map(({ density }) => expect.closeTo((density / 0.5) * 320, 3)));
  });
});
