/** The exhibit's plan, its sets of cells, the arithmetic of one cell and the NumPy that repeats it. */
import { describe, expect, it } from 'vitest';
import { arithmeticOf, type CellOperands } from '../../../src/exhibits/norms/arithmetic';
import { numpyOf } from '../../../src/exhibits/norms/numpy';
import { NORMS, params } from '../../../src/exhibits/norms/params';
import { scaleOf } from '../../../src/exhibits/norms/picture';
import { lengthsOf, planOf, type Cell3, type NormsValues } from '../../../src/exhibits/norms/plan';
import { isRealCell, setOf, setSize, sharedWith } from '../../../src/exhibits/norms/sets';
import { sheetLayout } from '../../../src/exhibits/norms/sheet-layout';
import { countedRows, realRows, rowsOf, type NormsSpec } from '../../../src/exhibits/norms/spec';
import { changeOf, gapOf, standardErrorOf } from '../../../src/exhibits/norms/sweep';
import { sentences as zh } from '../../../src/exhibits/norms/text/zh';
import { defaultsOf } from '../../../src/lab/params';
import { PlanError } from '../../../src/lab/plan';
import { batchNorm, batchStatistics, layerNorm, reciprocalDeviation, rmsNorm } from '../../../src/reference/norm';
import { normal } from '../../../src/reference/random';

const GPU = { maxTensorBytes: 2 ** 27, maxLength: null };
const plan = (change: Partial<NormsValues> = {}, bounds = GPU as { maxTensorBytes: number; maxLength: number | null }) =>
  planOf({ ...defaultsOf(params), ...change }, bounds);
const specOf = (change: Partial<NormsValues> = {}): NormsSpec => plan(change).spec;

const everyCell = ({ batch, tokens, features }: NormsSpec): Cell3[] =>
  Array.from({ length: batch * tokens * features }, (_, at) => ({
    sample: Math.floor(at / (tokens * features)), token: Math.floor(at / features) % tokens, feature: at % features,
  }));

describe('the plan', () => {
  it('brings the chosen cell into range and shows at most 6 × 8 × 12 cells', () => {
    const { cell, shown } = plan({ batch: 2, tokens: 3, features: 4, sample: 63, token: 63, feature: 63 });
    expect(cell).toEqual({ sample: 1, token: 2, feature: 3 });
    expect(shown).toEqual({ samples: 2, tokens: 3, features: 4 });
    expect(plan({ batch: 64, tokens: 64, features: 64 }).shown).toEqual({ samples: 6, tokens: 8, features: 12 });
  });

  it('draws ragged lengths around the asked share, keeps a token of each, and keeps them when sentences are added', () => {
    for (const padding of [0, 0.2, 0.5, 0.9]) {
      const lengths = lengthsOf({ batch: 64, tokens: 64, padding, seed: 4 });
      expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(64);
      // Samples come in pairs around the share: what is left is rounding to whole tokens, and the one token that always stays.
      expect(Math.abs(1 - lengths.reduce((sum, length) => sum + length, 0) / 64 / 64 - padding)).toBeLessThan(0.01);
      expect(new Set(lengths).size > 4).toBe(padding > 0);
      expect(lengthsOf({ batch: 5, tokens: 64, padding, seed: 4 })).toEqual(lengths.slice(0, 5));
    }
    expect(lengthsOf({ batch: 8, tokens: 8, padding: 0, seed: 1 })).toEqual(Array(8).fill(8));
    expect(plan({ padding: 0.5 }).paddingShare).toBeGreaterThan(0);
  });

  it('says with a sentence of the text what it refuses or remarks', () => {
    const keyOf = (change: Partial<NormsValues>, bounds?: typeof GPU | { maxTensorBytes: number; maxLength: number }) => {
      try {
        return plan(change, bounds).remarks.map(({ key }) => key);
      } catch (error) {
        return error instanceof PlanError ? error.remark.key : error;
      }
    };
    expect(keyOf({ batch: 1, tokens: 1 })).toBe('oneValue');
    expect(keyOf({ batch: 1, tokens: 1, mode: 'eval' })).toEqual(['untrained']);
    expect(keyOf({ norm: 'layer', features: 1 })).toEqual(['oneFeature']);
    expect(keyOf({ batch: 64, tokens: 64, features: 64 })).toEqual([]);
    expect(keyOf({ batch: 64, tokens: 64, features: 64 }, { maxTensorBytes: 2 ** 27, maxLength: 256 })).toBe('tooSlow');
    for (const key of ['oneValue', 'oneReal', 'untrained', 'oneFeature', 'tooSlow'] as const) expect(zh[key]).toBeTruthy();
  });
});

describe('the set of a cell', () => {
  const settings: Partial<NormsValues>[] = NORMS.flatMap((norm) => [{ norm }, { norm, padding: 0.5, counted: false }, { norm, padding: 0.5, counted: true }]);

  it.each(settings)('has the size that is said, and the values that are taken, at %o', (change) => {
    const spec = specOf({ batch: 3, tokens: 4, features: 5, ...change });
    const input = Float32Array.from({ length: 60 }, (_, at) => at);
    for (const cell of everyCell(spec).filter((each) => isRealCell(spec, each))) {
      const shared = sharedWith(spec, cell);
      const { values, at } = setOf(spec, input, cell);
      expect(values[at]).toBe((cell.sample * 4 + cell.token) * 5 + cell.feature);
      expect(values).toHaveLength(setSize(spec));
      if (!shared) {
        expect(spec.norm).toBe('none');
        continue;
      }
      expect(shared(cell)).toBe(true);
      const lit = everyCell(spec).flatMap((other, index) => (shared(other) ? [input[index]!] : []));
      expect(lit).toEqual(values);
    }
  });

  it('is a feature of the whole batch, or a token', () => {
    const cell = { sample: 1, token: 2, feature: 3 };
    const batch = sharedWith(specOf({ norm: 'batch' }), cell)!;
    expect(batch({ sample: 0, token: 0, feature: 3 })).toBe(true);
    expect(batch({ sample: 1, token: 2, feature: 4 })).toBe(false);
    const layer = sharedWith(specOf({ norm: 'layer' }), cell)!;
    expect(layer({ sample: 1, token: 2, feature: 4 })).toBe(true);
    expect(layer({ sample: 1, token: 1, feature: 3 })).toBe(false);
  });

  it('leaves out padding, whose own cell then belongs to none', () => {
    const spec = specOf({ batch: 2, tokens: 4, features: 2, padding: 0.9, counted: false });
    expect(countedRows(spec)).toBe(realRows(spec));
    expect(realRows(spec)).toBeLessThan(rowsOf(spec));
    const token = spec.lengths[0]!;
    expect(setOf(spec, new Float32Array(16), { sample: 0, token, feature: 0 }).at).toBe(-1);
  });
});

/** One output of the float64 twin, and the operands that the drawer would read. */
function cellOf(change: Partial<NormsValues>, cell: Cell3): { spec: NormsSpec; operands: CellOperands } {
  const spec = specOf({ batch: 3, tokens: 4, features: 5, ...change });
  const [rows, cols] = [rowsOf(spec), spec.features];
  const input = Float32Array.from(normal(rows * cols, { seed: 2, stream: 1 }), (value) => 2 * value + 1);
  const x = Float64Array.from(input);
  const affine = { gamma: new Float64Array(cols).fill(spec.gamma), beta: new Float64Array(cols).fill(spec.beta) };
  const running = { mean: 0.25, variance: 3.5 };
  const filled = (value: number) => new Float64Array(cols).fill(value);
  const batch = batchStatistics(x, rows, cols, null);
  const outputs = {
    none: () => x,
    layer: () => layerNorm(x, rows, cols, affine, spec.eps).y,
    rms: () => rmsNorm(x, rows, cols, affine.gamma, spec.eps).y,
    batch: () =>
      spec.mode === 'train'
        ? batchNorm(x, rows, cols, batch.mean, reciprocalDeviation(batch.variance, spec.eps), affine, null)
        : batchNorm(x, rows, cols, filled(running.mean), reciprocalDeviation(filled(running.variance), spec.eps), affine, null),
  };
  const at = (cell.sample * spec.tokens + cell.token) * cols + cell.feature;
  const evaluated = spec.norm === 'batch' && spec.mode === 'eval';
  return { spec, operands: { ...setOf(spec, input, cell), x: input[at]!, y: outputs[spec.norm]()[at]!, running: evaluated ? running : null } };
}

const settings: Partial<NormsValues>[] = [
  { norm: 'layer' }, { norm: 'layer', gamma: -0.5, beta: 0.25, eps: 0.5 }, { norm: 'rms' }, { norm: 'rms', gamma: 1.5, eps: 0.01 },
  { norm: 'batch' }, { norm: 'batch', gamma: 2, beta: -1 }, { norm: 'batch', mode: 'eval', beta: 1 },
];

describe('the arithmetic of a cell', () => {
  it.each(settings)('is the twin’s, step by step, at %o', (change) => {
    for (const cell of [{ sample: 0, token: 0, feature: 0 }, { sample: 2, token: 3, feature: 4 }, { sample: 1, token: 2, feature: 3 }]) {
      const { spec, operands } = cellOf(change, cell);
      const parts = arithmeticOf(operands, spec)!;
      // Both are float64, in another order of summation.
      expect(parts.y).toBeCloseTo(operands.y, 12);
      expect(parts.deviation).toBeCloseTo(Math.sqrt(parts.variance + spec.eps), 14);
      expect(parts.mean === null).toBe(spec.norm === 'rms');
      if (spec.norm === 'batch' && spec.mode === 'train') expect(parts.unbiased).toBeCloseTo((parts.variance * 12) / 11, 12);
      else expect(parts.unbiased).toBeNull();
    }
  });

  it('says nothing where no norm is applied', () => {
    const { spec, operands } = cellOf({ norm: 'none' }, { sample: 0, token: 1, feature: 2 });
    expect(arithmeticOf(operands, spec)).toBeNull();
    expect(arithmeticOf({ ...operands, at: -1 }, { ...spec, norm: 'batch' })).toBeNull();
  });
});

/**
 * Runs the Python that `numpyOf` writes: it knows the lines that the page may write and refuses all others, so that what is
 * computed here is what the pasted code says.
 */
function runPasted(code: string): { printed: number; shown: number; runningVariance: number | null } {
  let x: number[] = [];
  let [mean, variance, rms, printed, shown] = [NaN, NaN, NaN, NaN, NaN];
  let runningVariance: number | null = null;
  let y: number[] = [];
  const n = '(-?\\d+(?:\\.\\d+)?(?:e[+-]\\d+)?)';
  const average = (of: (value: number) => number) => x.reduce((sum, value) => sum + of(value), 0) / x.length;
  const forms: [RegExp, (match: string[]) => void][] = [
    [/^(|import numpy as np|#.*)$/, () => undefined],
    [/^x = np\.array\(\[(.*)\], float\) {2}#.*$/, ([, list]) => (x = list!.split(', ').map(Number))],
    [RegExp(`^x = ${n}(  #.*)?$`), ([, value]) => (x = [Number(value)])],
    [RegExp(`^mean, var = ${n}, ${n}  #.*$`), ([, m, v]) => ([mean, variance] = [Number(m), Number(v)])],
    [/^mean = x\.mean\(\)$/, () => (mean = average((value) => value))],
    [/^var = x\.var\(\) {2}#.*$/, () => (variance = average((value) => (value - mean) ** 2))],
    [RegExp(`^rms = np\\.sqrt\\(\\(x \\*\\* 2\\)\\.mean\\(\\) \\+ ${n}\\)$`), ([, eps]) => (rms = Math.sqrt(average((value) => value ** 2) + Number(eps)))],
    [RegExp(`^y = \\(\\(x - mean\\) / np\\.sqrt\\(var \\+ ${n}\\)\\) \\* ${n} \\+ ${n}$`), ([, eps, gamma, beta]) =>
      (y = x.map((value) => ((value - mean) / Math.sqrt(variance + Number(eps))) * Number(gamma) + Number(beta)))],
    [RegExp(`^y = \\(x / rms\\) \\* ${n}$`), ([, gamma]) => (y = x.map((value) => (value / rms) * Number(gamma)))],
    [RegExp(`^print\\((x|y)(?:\\[(\\d+)\\])?\\)  # the page shows ${n}$`), ([, name, at, value]) =>
      ([printed, shown] = [(name === 'x' ? x : y)[Number(at ?? 0)]!, Number(value)])],
    [RegExp(`^print\\(0\\.0\\)  # padding.* the page shows ${n}$`), ([, value]) => ([printed, shown] = [0, Number(value)])],
    [RegExp(`^running_var = \\(1 - ${n}\\) \\* 1 \\+ ${n} \\* x\\.var\\(ddof=1\\)  #.*$`), ([, kept, taken]) =>
      (runningVariance = 1 - Number(kept) + (Number(taken) * variance * x.length) / (x.length - 1))],
  ];
  for (const line of code.split('\n')) {
    const form = forms.find(([pattern]) => pattern.test(line));
    if (!form) throw new Error(`The pasted code has a line that this test does not know: ${line}`);
    form[1]([...form[0].exec(line)!]);
  }
  return { printed, shown, runningVariance };
}

describe('the NumPy of a cell', () => {
  it.each([...settings, { norm: 'none' } as const])('prints what the page shows, at %o', (change) => {
    const { spec, operands } = cellOf(change, { sample: 1, token: 2, feature: 3 });
    const { printed, shown, runningVariance } = runPasted(numpyOf(operands, spec));
    // Inputs are written with the nine digits of an f32, the output with nine digits of a float64.
    expect(printed).toBeCloseTo(operands.y, 7);
    expect(shown).toBeCloseTo(operands.y, 7);
    if (spec.norm === 'batch' && spec.mode === 'train') {
      expect(runningVariance).toBeCloseTo(0.9 + 0.1 * arithmeticOf(operands, spec)!.unbiased!, 7);
    } else expect(runningVariance).toBeNull();
  });

  it('says that padding which is left out is zero', () => {
    const { spec, operands } = cellOf({ norm: 'batch' }, { sample: 0, token: 0, feature: 0 });
    expect(runPasted(numpyOf({ ...operands, at: -1, y: 0 }, spec))).toMatchObject({ printed: 0, shown: 0 });
  });
});

describe('the theory', () => {
  it('is 1/√(B·T) for independent tokens and 1/√B where a sentence is one thing', () => {
    expect(standardErrorOf(4, 16, 0)).toBeCloseTo(1 / 8, 14);
    expect(standardErrorOf(4, 16, 1)).toBeCloseTo(1 / 2, 14);
  });

  it('has no change where there is no other sentence, and less of both with every doubling from B = 2', () => {
    expect(changeOf(1, 8, 0)).toBe(0);
    for (let batch = 2; batch < 64; batch *= 2) {
      expect(changeOf(2 * batch, 8, 0.3)).toBeLessThan(changeOf(batch, 8, 0.3));
      expect(gapOf(2 * batch, 8, 0.3)).toBeLessThan(gapOf(batch, 8, 0.3));
    }
    // Independent tokens: 3 (B − 1) / (B² T), and 3 / (2 B T).
    expect(changeOf(4, 8, 0) ** 2).toBeCloseTo((3 * 3) / (16 * 8), 14);
    expect(gapOf(4, 8, 0) ** 2).toBeCloseTo(1.5 / 32, 14);
  });
});

describe('the colours', () => {
  const setting = { norm: 'layer', gamma: 1, beta: 0 } as const;
  it('are centred on 0, and hold three deviations of an output', () => {
    expect(scaleOf('output', setting, 99)).toEqual({ palette: 'diverging', domain: [-3, 3] });
    expect(scaleOf('output', { ...setting, gamma: -2, beta: 2 }, 99).domain).toEqual([-8, 8]);
    expect(scaleOf('output', { ...setting, norm: 'none' }, 99)).toEqual(scaleOf('input', setting, 0));
    expect(scaleOf('change', setting, 2.3)).toEqual({ palette: 'difference', domain: [-3, 3] });
    expect(scaleOf('gradient', setting, 0)).toEqual({ palette: 'difference', domain: [-1, 1], root: true });
  });
});

describe('the sheets', () => {
  const four = { count: 4, tokens: 8, features: 12, em: 14 };

  it('stand in rows, no larger than is read with ease', () => {
    const { rects, cell, height, caption } = sheetLayout({ ...four, width: 900 });
    expect(rects.every(({ x, width }) => x + width <= 900)).toBe(true);
    expect(cell.height * 8).toBeLessThanOrEqual(15 * 14);
    expect(rects.map(({ y }) => y)).toEqual([caption, caption, caption, caption]);
    expect(height).toBe(caption + cell.height * 8 + 4);
  });

  it.each([[1000, 500], [1000, 120], [300, 900], [1500, 800]])('fill a room of %i × %i, and stay within it', (width, tall) => {
    const { rects, cell, height, caption } = sheetLayout({ ...four, width, tall });
    expect(height).toBeLessThanOrEqual(tall + 1e-9);
    for (const [index, rect] of rects.entries()) {
      expect(rect.x + rect.width).toBeLessThanOrEqual(width + 1e-9);
      for (const other of rects.slice(index + 1)) expect(rect.x + rect.width <= other.x || rect.y + rect.height + caption <= other.y + 1e-9).toBe(true);
    }
    expect(cell.width).toBeLessThanOrEqual(2 * cell.height);
    expect(cell.height).toBeLessThanOrEqual(cell.width + 1e-9);
  });
});
