import { ParamError, type Param } from './params';

/** A mask painted by hand over m × n cells: lengths of alternating runs, visible first, in reading order. */
export interface Painted {
  readonly rows: number;
  readonly cols: number;
  readonly runs: readonly number[];
}

/** The visible cells (1) of a painted mask as one byte each, row-major. */
export function paintedCells({ rows, cols, runs }: Painted): Uint8Array {
  const cells = new Uint8Array(rows * cols);
  let at = 0;
  runs.forEach((run, index) => {
    if (index % 2 === 0) cells.fill(1, at, at + run);
    at += run;
  });
  return cells;
}

/** The run lengths of cells (non-zero = visible). */
export function paint(cells: ArrayLike<number | boolean>, rows: number, cols: number): Painted {
  const runs: number[] = [];
  let visible = true;
  let run = 0;
  for (let at = 0; at < rows * cols; at++) {
    if (Boolean(cells[at]) === visible) run++;
    else {
      runs.push(run);
      visible = !visible;
      run = 1;
    }
  }
  runs.push(run);
  return { rows, cols, runs };
}

/** A painted mask on another grid: cells beyond the painted ones are visible. */
export function fitPainted(painted: Painted, m: number, n: number): Uint8Array {
  const cells = paintedCells(painted);
  if (painted.rows === m && painted.cols === n) return cells;
  const fitted = new Uint8Array(m * n).fill(1);
  for (let i = 0; i < Math.min(m, painted.rows); i++) {
    for (let j = 0; j < Math.min(n, painted.cols); j++) fitted[i * n + j] = cells[i * painted.cols + j]!;
  }
  return fitted;
}

/** The painted mask as a parameter: `rows.cols.runs` with the numbers in base 36, so that a link stays short. */
export function bitmapParam(): Param<Painted | null> {
  const check = (value: unknown): Painted | null => {
    if (value === null) return null;
    const { rows, cols, runs } = (value ?? {}) as Painted;
    const whole = (number: unknown) => Number.isInteger(number) && (number as number) >= 0;
    const good =
      whole(rows) && whole(cols) && Array.isArray(runs) && runs.every(whole) &&
      rows * cols <= 2 ** 20 && runs.reduce((sum, run) => sum + run, 0) === rows * cols;
    if (!good) throw new ParamError('null or { rows, cols, runs } with run lengths that add up to rows × cols', value);
    return { rows, cols, runs };
  };
  return {
    kind: 'painted', default: null,
    format: (value) => (value ? [value.rows, value.cols, ...value.runs].map((number) => number.toString(36)).join('.') : ''),
    parse: (written) => {
      if (written === '') return null;
      const [rows, cols, ...runs] = written.split('.').map((digits) => (/^[0-9a-z]+$/.test(digits) ? parseInt(digits, 36) : NaN));
      return check({ rows, cols, runs });
    },
    check,
  };
}
