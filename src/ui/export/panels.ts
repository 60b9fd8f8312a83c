/** Panels of numbers for export: instruments, and a number taken apart. Pure. */
import { formatNumber } from '../format';
import type { ExportSubject, MeterReading, MetersFigure, SumFigure, SumGroup } from './figure';

/** The lowest float32 stands for "no cell" on the device. */
const MASKED = -3.4028234663852886e38;

export interface MeterGroup {
  readonly heading?: string;
  readonly readings: readonly MeterReading[];
}

/** Instruments with their readings; what theory expects stands beside them in the numbers. */
export function metersSubject(request: {
  readonly title: string;
  readonly note?: string;
  readonly name: readonly string[];
  readonly settings?: readonly string[];
  /** What stands for a value that does not exist. */
  readonly missing: string;
  readonly locale?: string;
  /** The readings when a file is asked for. */
  readonly groups: () => readonly MeterGroup[] | Promise<readonly MeterGroup[]>;
}): ExportSubject {
  const { title, note, name, settings, missing, locale } = request;
  return {
    title, name, ...(settings && { settings }),
    async figure(): Promise<MetersFigure> {
      const groups = await request.groups();
      const textOf = ({ value, unit, format = (number) => formatNumber(number, { locale }) }: MeterReading) =>
        value === null ? missing : [format(value), unit].filter(Boolean).join(' ');
      return {
        kind: 'meters', title, ...(note && { note }),
        groups: groups.map(({ heading, readings }) => ({ heading, items: readings.map((reading) => ({ ...reading, text: textOf(reading) })) })),
        data: {
          kind: 'table', columns: ['quantity', 'name', 'value', 'expected', 'unit'],
          rows: groups.flatMap(({ readings }) => readings.map(({ key, label, value, mark, unit }) => [key, label, value ?? NaN, mark?.value ?? NaN, unit ?? ''])),
        },
      };
    },
  };
}

/** Numbers of a calculation under one name: "q", "products". A single number has no index. */
export interface SumPart {
  readonly part: string;
  readonly values: ArrayLike<number> | number;
  /** What the indices are called, such as the tokens of keys. */
  readonly nameOf?: (index: number) => string;
}

/** "Why this number?": drawn as the drawer shows it; the numbers are a table of all operands, what was made of them, and the result. */
export function sumSubject(request: {
  readonly title: string;
  readonly name: readonly string[];
  readonly settings?: readonly string[];
  readonly groups: readonly SumGroup[];
  readonly parts: readonly SumPart[];
  readonly format: (value: number) => string;
}): ExportSubject {
  const { title, name, settings, groups, parts, format } = request;
  const countOf = ({ values }: SumPart) => (typeof values === 'number' ? 1 : values.length);
  return {
    title, name, ...(settings && { settings }), cells: parts.reduce((sum, part) => sum + countOf(part), 0),
    figure: (): SumFigure => ({
      kind: 'sum', title, groups, format,
      data: {
        kind: 'table', columns: ['part', 'index', 'name', 'value'],
        rows: parts.flatMap(({ part, values, nameOf }) =>
          typeof values === 'number'
            ? [[part, 0, '', values]]
            : Array.from(values, (value, index): [string, number, string, number] => [part, index, nameOf?.(index) ?? '', value <= MASKED ? -Infinity : value]),
        ),
      },
    }),
  };
}
