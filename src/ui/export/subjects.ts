/** The usual figures, from what a component has at hand; numbers are read only when a file is asked for. Pure. */
import { formatNumber } from '../format';
import type { CurveHue } from '../curves/types';
import type { BarsFigure, ExportSubject, FigureArray, MapFigure, MapPanel, TableFigure } from './figure';
import { differenceOf, hasHidden, rangeOf, withInfinities, withoutHidden } from './values';

/** One matrix of a map figure, and how its numbers are read back. */
export interface MapRequest extends Omit<MapPanel, 'layers'> {
  /** The array's name in files: "weights". */
  readonly array: string;
  /** Values [rows, cols] as computed. */
  readonly read: () => Promise<Float32Array>;
  /** Where it has no cell, the picture has none either: weights are zero there. */
  readonly hidden?: () => Promise<Float32Array | null>;
  /** The picture shows read − minus. */
  readonly minus?: () => Promise<Float32Array>;
}

/** Words of the legend; the range is the data's own. */
export interface LegendRequest {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly rangeText?: (low: string, high: string) => string;
  readonly rootNote?: string;
  /** The word beside the hatch, where a map has one. */
  readonly maskedWord?: string;
}

interface MapsRequest {
  readonly title: string;
  readonly note?: string;
  readonly name: readonly string[];
  readonly settings?: readonly string[];
  readonly maps: readonly MapRequest[];
  /** Maps of one shape become one array of this name [maps, rows, cols]. */
  readonly stack?: string;
  readonly columns?: number;
  readonly legend?: LegendRequest;
}

/** One or several heat-maps. */
export function mapSubject({ title, note, name, settings, maps, stack, columns, legend }: MapsRequest): ExportSubject {
  return {
    title, name, ...(settings && { settings }), cells: maps.reduce((sum, { rows, cols }) => sum + rows * cols, 0),
    async figure(): Promise<MapFigure> {
      const read = await Promise.all(
        maps.map(async (map) => {
          const raw = withInfinities(await map.read());
          const shown = withoutHidden(map.minus ? differenceOf(raw, withInfinities(await map.minus())) : raw, (await map.hidden?.()) ?? null);
          return { map, raw: map.minus ? shown : raw, shown };
        }),
      );
      const panels = read.map(({ map: { array: _array, read: _read, hidden: _hidden, minus: _minus, ...panel }, shown }): MapPanel => ({ ...panel, layers: [{ values: shown }] }));
      const range = rangeOf(read.map(({ shown }) => shown));
      return {
        kind: 'maps', title, note, panels, columns,
        ...(legend && {
          legend: {
            title: legend.title, scale: maps[0]!.scale, format: legend.format,
            notes: [
              ...(range && legend.rangeText ? [legend.rangeText(legend.format(range[0]), legend.format(range[1]))] : []),
              ...(maps[0]!.scale.root && legend.rootNote ? [legend.rootNote] : []),
            ],
            ...(legend.maskedWord && read.some(({ shown }) => hasHidden(shown)) && { maskedWord: legend.maskedWord }),
          },
        }),
        data: { kind: 'arrays', arrays: stack ? [stacked(stack, read)] : read.map(({ map, raw }) => ({ name: map.array, shape: [map.rows, map.cols], data: raw, labels: [map.rowTokens ?? null, map.colTokens ?? null] })) },
      };
    },
  };
}

function stacked(name: string, read: readonly { readonly map: MapRequest; readonly raw: Float32Array }[]): FigureArray {
  const { rows, cols, rowTokens, colTokens } = read[0]!.map;
  const data = new Float32Array(read.length * rows * cols);
  read.forEach(({ raw }, index) => data.set(raw, index * rows * cols));
  return { name, shape: [read.length, rows, cols], data, labels: [null, rowTokens ?? null, colTokens ?? null] };
}

/** Values as bars, all of them, with their names and numbers. */
export function barsSubject(request: {
  readonly title: string;
  readonly name: readonly string[];
  readonly settings?: readonly string[];
  readonly values: ArrayLike<number>;
  readonly nameOf: (index: number) => string;
  readonly format?: (value: number) => string;
  readonly domain?: readonly [number, number];
  readonly hue?: CurveHue;
}): ExportSubject {
  const { title, name, settings, values, nameOf, format = (value) => formatNumber(value), hue = 'accent' } = request;
  return {
    title, name, ...(settings && { settings }), cells: values.length,
    figure(): BarsFigure {
      const numbers = Array.from(values);
      const finite = numbers.filter((value) => Number.isFinite(value));
      const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
      return {
        kind: 'bars', title, hue, domain: request.domain ?? (low < high ? [low, high] : [0, 1]),
        items: numbers.map((value, index) => ({ name: nameOf(index), value, text: format(value) })),
        data: { kind: 'table', columns: ['name', 'value'], rows: numbers.map((value, index) => [nameOf(index), value]) },
      };
    },
  };
}

/** One reading, or one row of a table: what it is called, its numbers, and their texts. */
export interface TableRow {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly texts: readonly string[];
}

/** A table: `columns` names the numbers; `keys` are their names in files. */
export function tableSubject(request: { readonly title: string; readonly name: readonly string[]; readonly columns: readonly string[]; readonly keys: readonly string[]; readonly rows: () => readonly TableRow[] }): ExportSubject {
  const { title, name, columns, keys } = request;
  return {
    title, name,
    figure(): TableFigure {
      const rows = request.rows();
      return {
        kind: 'table', title, columns: ['', ...columns], rows: rows.map((row) => [row.name, ...row.texts]),
        data: { kind: 'table', columns: ['name', ...keys], rows: rows.map((row) => [row.name, ...row.values.map((value) => value ?? NaN)]) },
      };
    },
  };
}
