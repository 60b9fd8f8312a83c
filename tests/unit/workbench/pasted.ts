/**
 * Runs the Python that `numpyOf` writes, line by line: it knows the forms that the page may write and refuses all others,
 * so that what the tests compute is what the pasted code says and nothing else.
 * @returns the number that the last line prints, and the number beside it in the comment, if any
 */
export function runPasted(code: string): { printed: number; shown: number | null } {
  let q: number[] = [];
  let rows: number[][] = [];
  let s: number[] = [];
  let p: number[] = [];
  let printed = NaN;
  let shown: number | null = null;
  const names: Record<string, number> = { 'np.nan': NaN, 'np.inf': Infinity, '-np.inf': -Infinity };
  const numbers = (list: string) =>
    list.split(', ').map((word) => {
      // What Python reads as a number too; "float" makes whole numbers floats.
      if (!(word in names) && !/^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(word)) throw new Error(`Python cannot read ${word}.`);
      return names[word] ?? Number(word);
    });
  const forms: [RegExp, (match: RegExpExecArray) => void][] = [
    [/^(|import numpy as np|#.*)$/, () => undefined],
    [/^q = np\.array\(\[(.*)\], float\) {2}# query \d+$/, (match) => (q = numbers(match[1]!))],
    [/^K = np\.array\(\[(.*)\], float\)\.reshape\((\d+), (\d+)\) {2}# all keys$/, (match) => {
      const flat = numbers(match[1]!);
      const [n, d] = [Number(match[2]), Number(match[3])];
      if (flat.length !== n * d) throw new Error(`cannot reshape array of size ${flat.length} into shape (${n},${d})`);
      rows = Array.from({ length: n }, (_, j) => flat.slice(j * d, (j + 1) * d));
    }],
    [/^s = K @ q {2}# scores of the row$/, () => (s = rows.map((row) => row.reduce((sum, value, c) => sum + value * q[c]!, 0)))],
    [/^s = np\.array\(\[(.*)\], float\) {2}# scores of query \d+$/, (match) => (s = numbers(match[1]!))],
    [/^s = s \/ np\.sqrt\((\d+)\)$/, (match) => (s = s.map((value) => value / Math.sqrt(Number(match[1]))))],
    [/^s = s \* ([\d.e+-]+)$/, (match) => (s = s.map((value) => value * Number(match[1])))],
    [/^s\[\[([\d,]+)\]\] = -np\.inf {2}# the mask$/, (match) => match[1]!.split(',').forEach((j) => (s[Number(j)] = -Infinity))],
    [/^e = np\.exp\(s - s\.max\(\)\)$/, () => {
      const top = s.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a));
      s = s.map((value) => Math.exp(value - top));
    }],
    [/^p = e \/ e\.sum\(\)$/, () => {
      const sum = s.reduce((a, b) => a + b, 0);
      p = s.map((value) => value / sum);
    }],
    [/^print\(p\[(\d+)\]\) {2}# the page shows (\S+)$/, (match) => {
      printed = p[Number(match[1])]!;
      shown = Number(match[2]);
    }],
    [/^w = np\.array\(\[(.*)\], float\) {2}# weights of query \d+$/, (match) => (p = numbers(match[1]!))],
    [/^v = np\.array\(\[(.*)\], float\) {2}# component \d+ of every value$/, (match) => (s = numbers(match[1]!))],
    [/^print\(w @ v\) {2}# the page shows (\S+)$/, (match) => {
      printed = p.reduce((sum, weight, j) => sum + weight * s[j]!, 0);
      shown = Number(match[1]);
    }],
    [/^print\(0\.0\) {2}# every key is masked/, () => (printed = 0)],
  ];
  for (const line of code.split('\n')) {
    const form = forms.find(([pattern]) => pattern.test(line));
    if (!form) throw new Error(`The pasted code has a line that this test does not know: ${line.slice(0, 200)}`);
    form[1](form[0].exec(line)!);
  }
  return { printed, shown };
}
