/**
 * Writes tensors and tables as CSV and JSON. Both come in pieces of text, one after the other, so that a large tensor never has
 * to be one string. Numbers of float32 arrays are as short as leads back to the same float32.
 */

/** A tensor with one to three axes, in C order; `labels` names the indices of each axis, or null for plain numbers. */
export interface LabelledArray {
  /** A word of ASCII: the member of the JSON object, the array's name in a .npz file. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
  readonly labels?: readonly (readonly string[] | null)[];
}

/** Named columns of equal length. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What stands beside the numbers in every file. */
export interface About {
  readonly title: string;
  /** The address that reproduces the numbers. */
  readonly link: string;
}

/** The shortest decimal number that reads back as the same float32 (or float64, where `single` is false). */
export function shortest(value: number, single = true): string {
  const exact = String(value);
  if (!single || exact.length <= 8 || !Number.isFinite(value)) return exact;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** A number in a CSV file as NumPy and pandas read it: `-inf` is a masked cell, `nan` is not a number. */
function csvNumber(value: number, single: boolean): string {
  if (Number.isFinite(value)) return shortest(value, single);
  return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
}

/** A field after RFC 4180; with # in quotes too, since it begins a comment for most readers. */
const csvText = (text: string): string => (/[",#\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Comment lines: title and link. Line breaks would end the comment. */
const comments = ({ title, link }: About): string => [title, link].map((line) => `# ${line.replace(/[\r\n]+/g, ' ')}\n`).join('');

/**
 * The lines of a CSV file: two comment lines (title, link), a line of column names, then one line for each row of each matrix.
 * A label stands behind its index ("3 cat"), so that equal tokens stay apart and no spreadsheet takes one for a formula.
 * Matrices of a stack follow each other, named in the first column.
 */
export function* arraysToCsv(arrays: readonly LabelledArray[], about: About): Generator<string> {
  yield comments(about);
  const stacked = arrays.length > 1 || arrays.some(({ shape }) => shape.length > 2);
  let header = '';
  for (const { name, shape, data, labels = [] } of arrays) {
    const [maps, rows, cols] = [1, 1, 1, ...shape].slice(-3) as [number, number, number];
    const [mapLabels, rowLabels, colLabels] = [null, null, null, ...Array.from(shape, (_, axis) => labels[axis] ?? null)].slice(-3);
    const label = (of: readonly string[] | null | undefined, index: number) => csvText(of ? `${index} ${of[index]}` : String(index));
    const own = [...(stacked ? ['array'] : []), '', ...Array.from({ length: cols }, (_, col) => label(colLabels, col))].join(',');
    if (own !== header) yield `${(header = own)}\n`;
    const single = data instanceof Float32Array;
    for (let row = 0; row < maps * rows; row++) {
      const [map, at] = [Math.floor(row / rows), row % rows];
      const first = stacked ? [csvText(maps > 1 ? `${name} ${mapLabels ? mapLabels[map] : map}` : name)] : [];
      const cells = Array.from(data.subarray(row * cols, (row + 1) * cols), (value) => csvNumber(value, single));
      yield `${[...first, label(rowLabels, at), ...cells].join(',')}\n`;
    }
  }
}

/** A table as CSV, with the same comment lines. Texts that a spreadsheet would take for formulas get an apostrophe. */
export function* tableToCsv({ columns, rows }: Table, about: About): Generator<string> {
  yield comments(about);
  yield `${columns.map(csvText).join(',')}\n`;
  const field = (value: string | number) => (typeof value === 'number' ? csvNumber(value, false) : csvText(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value));
  for (const row of rows) yield `${row.map(field).join(',')}\n`;
}

const jsonNumber = (value: number, single: boolean): string => (Number.isFinite(value) ? shortest(value, single) : 'null');

/**
 * A JSON object: `title`, `link`, `program`, then each array as `{ shape, data, labels }` with `data` in C order. What JSON has no
 * number for, such as the −∞ of a masked cell, is null.
 */
export function* arraysToJson(arrays: readonly LabelledArray[], about: About): Generator<string> {
  yield head(about);
  for (const { name, shape, data, labels } of arrays) {
    yield `,\n${JSON.stringify(name)}: {"shape": ${JSON.stringify(shape)}, "labels": ${JSON.stringify(labels ?? null)}, "data": [`;
    const width = shape.at(-1) ?? 1;
    const single = data instanceof Float32Array;
    for (let at = 0; at < data.length; at += width) {
      const row = Array.from(data.subarray(at, at + width), (value) => jsonNumber(value, single)).join(', ');
      yield `${at > 0 ? ',' : ''}\n${row}`;
    }
    yield ']}';
  }
  yield '\n}\n';
}

/** A table as JSON: `rows` is a list of objects. */
export function* tableToJson({ columns, rows }: Table, about: About): Generator<string> {
  yield `${head(about)},\n"rows": [`;
  for (const [index, row] of rows.entries()) {
    const members = row.map((value, at) => `${JSON.stringify(columns[at])}: ${typeof value === 'number' ? jsonNumber(value, false) : JSON.stringify(value)}`);
    yield `${index > 0 ? ',' : ''}\n{${members.join(', ')}}`;
  }
  yield '\n]}\n';
}

const head = ({ title, link }: About): string =>
  `{\n"title": ${JSON.stringify(title)},\n"link": ${JSON.stringify(link)},\n"program": "Attention Lab"`;
