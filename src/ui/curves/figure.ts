/** Curves and histograms as figures for export. Pure. */
import type { PlotFigure } from '../export/figure';

/** A curve: one row for each point of each series; `low` and `high` are its error bar, or NaN. */
export function curveFigure(plot: Omit<PlotFigure, 'kind' | 'data'>): PlotFigure {
  const rows = plot.series.flatMap(({ name, points }) => points.map(({ x, y, low, high }) => [name, x, y, low ?? NaN, high ?? NaN]));
  return { kind: 'plot', ...plot, data: { kind: 'table', columns: ['series', 'x', 'y', 'low', 'high'], rows } };
}

/** A histogram: one row for each bar. */
export function histogramFigure(plot: Omit<PlotFigure, 'kind' | 'data'> & Required<Pick<PlotFigure, 'bars'>>): PlotFigure {
  const rows = plot.bars.items.map(({ from, to, count, share, density }) => [from, to, count, share, density]);
  return { kind: 'plot', ...plot, data: { kind: 'table', columns: ['from', 'to', 'count', 'share', 'density'], rows } };
}
