/** What assistive technology is told of curves and histograms. */
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import Curve from '../../../src/ui/curves/Curve.svelte';
import Histogram from '../../../src/ui/curves/Histogram.svelte';
import type { CurveSeries } from '../../../src/ui/curves/types';

const theory: CurveSeries = { id: 'theory', name: 'theory', kind: 'line', hue: 'ink', points: [{ x: 1, y: 1, low: 0.5, high: 1.5 }, { x: 64, y: 64, low: 60, high: 68 }] };
const measured: CurveSeries = { id: 'measured', name: 'measured', kind: 'points', hue: 'accent', points: [{ x: 1, y: 1.1, low: 1, high: 1.2 }, { x: 64, y: 0 }, { x: 4096, y: NaN }] };
const axes = { x: { label: 'd_k', scale: 'log' as const, domain: [1, 4096] as const }, y: { label: 'variance', scale: 'log' as const, domain: [0.1, 100] as const } };

describe('Curve', () => {
  const { body } = render(Curve, { props: { label: 'variance against width', series: [theory, measured], ...axes, tableLabel: 'Table', locale: 'en' } });

  test('is a list with one entry for each measured x, which says every value there', () => {
    expect(body).toContain('role="listbox"');
    expect(body).toContain('aria-label="variance against width"');
    expect(body.match(/role="option"/g)).toHaveLength(3);
    expect(body).toContain('d_k 1; theory: 1 (0.5 … 1.5); measured: 1.1 (1 … 1.2)');
    expect(body).toContain('d_k 4096; measured: –');
  });

  test('draws theory as a line in a band and measurements as points with error bars', () => {
    expect(body.match(/<path class="band/g)).toHaveLength(1);
    expect(body.match(/<path class="error/g)).toHaveLength(1);
  });

  test('a value beyond the axis is an arrow, a missing one is nothing', () => {
    expect(body.match(/<path class="arrow/g)).toHaveLength(1); // 0 on a log axis
    expect(body.match(/<path class="point/g)!.length - 1).toBe(1); // the legend has one more
  });
});

test('a quiet series is drawn and in the table, but not in the legend', () => {
  const { body } = render(Curve, { props: { label: 'v', series: [{ ...theory, quiet: true }, measured], ...axes, tableLabel: 'Table', locale: 'en' } });
  expect(body.match(/class="entry/g)).toHaveLength(1);
  expect(body.match(/<path class="band/g)).toHaveLength(1);
});

describe('Histogram', () => {
  const data = { min: -2, max: 2, counts: [1, 4, 4, 1], above: 10 };
  const props = { label: 'scores', data, name: 'measured', xLabel: 'score', yLabel: 'density', tableLabel: 'Table', locale: 'en', outsideText: (below: string, above: string) => `${below} below, ${above} above` };

  test('says each bar with its share of all values, and what lies outside', () => {
    const { body } = render(Histogram, { props });
    expect(body.match(/role="option"/g)).toHaveLength(4);
    expect(body).toContain('−1 … 0: 20.0%');
    expect(body).toContain('0.0% below, 50.0% above');
  });

  test('draws a density over the bars', () => {
    const { body } = render(Histogram, { props: { ...props, curves: [{ id: 'normal', name: 'normal', density: () => 0.25 }] } });
    expect(body.match(/<rect/g)).toHaveLength(4);
    expect(body).toMatch(/<path class="line/);
  });
});
