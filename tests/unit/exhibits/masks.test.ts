/** The parts of the exhibit on masks that need no device: plans, figures, the arithmetic of a number and its program. */
import { describe, expect, it } from 'vitest';
import { leakArithmetic, weightArithmetic } from '../../../src/exhibits/masks/arithmetic';
import { leaksFrom, movedOutputs, ranges } from '../../../src/exhibits/masks/figures';
import { measureMasks } from '../../../src/exhibits/masks/measure';
import { programOf } from '../../../src/exhibits/masks/numpy';
import { MAX_TOKENS, MISTAKES, params } from '../../../src/exhibits/masks/params';
import { sentences as en } from '../../../src/exhibits/masks/text/en';
import { sentences as zh } from '../../../src/exhibits/masks/text/zh';
import { masksPipeline } from '../../../src/exhibits/masks/pipeline';
import { emptyRows, namedMask, planOf, type MasksValues } from '../../../src/exhibits/masks/plan';
import { reach } from '../../../src/exhibits/masks/reach';
import { factorOf, UNDERFLOW, WIDTH } from '../../../src/exhibits/masks/spec';
import { defaultsOf } from '../../../src/lab/params';
import { paint } from '../../../src/lab/painted';
import { PlanError } from '../../../src/lab/plan';
import { StageCache } from '../../../src/lab/stage-cache';
import { referenceOps } from '../../../src/ops';
import { maskCells } from '../../../src/reference/mask';

const bounds = { maxTensorBytes: 2 ** 27, maxLength: null };
const planFor = (change: Partial<MasksValues>, limit: number | null = null) => planOf({ ...defaultsOf(params), ...change }, { ...bounds, maxLength: limit });
const drawn = (cells: ArrayLike<number>, n: number) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (cells[i * n + j] ? '#' : '.')).join(''));

/** A run on the twins, with everything that a number is explained from. */
function twin(change: Partial<MasksValues>) {
  const plan = planFor(change);
  const tensors = masksPipeline.run(referenceOps, new StageCache(referenceOps), plan.spec, new Map());
  return { plan, tensors, read: (name: string) => Float32Array.from(tensors[name]!.data) };
}

describe('a plan', () => {
  it('of the first sentences has room for token 5 and one after it, in both languages', () => {
    for (const text of [en.firstText, zh.firstText]) {
      const { n, tokens, token } = planFor({ text });
      expect(tokens).toHaveLength(n);
      expect(n).toBeGreaterThan(6);
      expect(token).toBe(5);
    }
    expect(planFor({}).tokens![5]).toBe('it');
  });

  it('brings the changed token into range, cuts long texts and says so, and refuses an empty one', () => {
    expect(planFor({ text: 'two words', token: 9 }).token).toBe(1);
    const long = planFor({ text: 'w '.repeat(70) });
    expect(long.n).toBe(MAX_TOKENS);
    expect(long.remarks).toEqual([{ key: 'cutText', values: { shown: 64, total: 70 } }]);
    expect(() => planFor({ text: '  ' })).toThrow(PlanError);
    expect(() => planFor({ source: 'random', n: 40 }, 32)).toThrow(PlanError);
  });

  it('gives random tokens embeddings of their own, and equal words equal ones', () => {
    expect(new Set(planFor({ source: 'random', n: 20 }).spec.ids).size).toBe(20);
    const { ids } = planFor({ text: 'a b a' }).spec;
    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('says when rows are empty, when a mask was painted on another grid, and that 64-bit floats reach further', () => {
    expect(planFor({ mask: 'causal-padding', side: 'left', padding: 3 }).remarks).toEqual([{ key: 'emptyRows', values: { count: 3, n: 8 } }]);
    expect(planFor({ mask: 'painted', painted: paint([1, 1, 1, 1], 2, 2) }).remarks).toEqual([{ key: 'paintedElsewhere', values: { rows: 2, cols: 2, n: 8 } }]);
    expect(planFor({ mistake: 'finite' }, 256).remarks).toEqual([{ key: 'cpuFloats', values: {} }]);
    expect(planFor({ mistake: 'finite' }).remarks).toEqual([]);
  });
});

describe('a mask by name', () => {
  const numbers = { window: 2, prefix: 2, padding: 1, side: 'right', block: 2 } as const;
  const cells = (mask: Parameters<typeof namedMask>[0], change: object = {}) => drawn(maskCells(namedMask(mask, { ...numbers, ...change }, 4), 4, 4), 4);

  it('shows the cells that it promises', () => {
    expect(cells('none')).toEqual(['####', '####', '####', '####']);
    expect(cells('causal')).toEqual(['#...', '##..', '###.', '####']);
    expect(cells('padding')).toEqual(['###.', '###.', '###.', '###.']);
    expect(cells('causal-padding')).toEqual(['#...', '##..', '###.', '###.']);
    expect(cells('padding', { side: 'left' })).toEqual(['.###', '.###', '.###', '.###']);
    expect(cells('causal-padding', { side: 'left' })).toEqual(['....', '.#..', '.##.', '.###']);
    expect(cells('window')).toEqual(['#...', '##..', '.##.', '..##']);
    expect(cells('prefix')).toEqual(['##..', '##..', '###.', '####']);
    expect(cells('blocks')).toEqual(['##..', '##..', '..##', '..##']);
    expect(cells('padding', { padding: 9 })).toEqual(['#...', '#...', '#...', '#...']);
  });

  it('has empty rows where it shows nothing', () => {
    expect(emptyRows(Uint8Array.of(0, 0, 1, 0), 2)).toEqual([0]);
    expect(emptyRows(Uint8Array.of(1, 0, 0, 1), 2)).toEqual([]);
  });
});

describe('what can be reached through layers', () => {
  it('is what is visible and oneself, once, and from there on again', () => {
    const window = maskCells({ causal: true, window: 2 }, 4, 4);
    expect(drawn(reach(window, 4, 1), 4)).toEqual(['#...', '##..', '.##.', '..##']);
    expect(drawn(reach(window, 4, 2), 4)).toEqual(['#...', '##..', '###.', '.###']);
    expect(drawn(reach(new Uint8Array(9), 3, 2), 3)).toEqual(['#..', '.#.', '..#']);
  });
});

describe('the outputs that moved', () => {
  const leak = (rows: string[]) => ({ n: rows.length, leak: Float32Array.from(rows.join(''), (sign) => Number(sign === '#')) });

  it('are named as the prediction asks', () => {
    expect(movedOutputs(leak(['#..', '##.', '###']), 1)).toEqual({ moved: [1, 2], same: [0], pattern: 'later' });
    expect(movedOutputs(leak(['###', '.##', '..#']), 1).pattern).toBe('earlier');
    expect(movedOutputs(leak(['###', '###', '###']), 1).pattern).toBe('all');
    expect(movedOutputs(leak(['#..', '.#.', '..#']), 1).pattern).toBe('self');
    expect(movedOutputs(leak(['...', '...', '...']), 1)).toEqual({ moved: [], same: [0, 1, 2], pattern: null });
  });

  it('of the first or last token tell no two answers apart', () => {
    expect(movedOutputs(leak(['#..', '##.', '###']), 0).pattern).toBeNull();
    expect(movedOutputs(leak(['#..', '##.', '###']), 9)).toEqual({ moved: [2], same: [0, 1], pattern: null });
  });

  it('are written as ranges', () => {
    expect(ranges([0, 1, 2, 5])).toBe('0–2, 5');
    expect(ranges([3, 4])).toBe('3, 4');
    expect(ranges([])).toBe('');
  });
});

describe('where a finite penalty begins to leak', () => {
  it('is where the gap comes within reach of exp', () => {
    expect(leaksFrom(2, 1e4)).toBeCloseTo((1e4 - UNDERFLOW.certain) / 2, 9);
    expect(leaksFrom(-1, 1e4)).toBeNull();
    expect(leaksFrom(null, 1e4)).toBeNull();
    expect(leaksFrom(2, 10)).toBe('always');
  });

  it('bounds the exponential as they say: nothing of e^-103.98 is left in f32, e^-87.33 is a normal number', () => {
    expect(Math.fround(Math.exp(-UNDERFLOW.certain))).toBe(0);
    expect(Math.fround(Math.exp(-UNDERFLOW.certain + 0.02))).toBeGreaterThan(0);
    expect(Math.exp(-UNDERFLOW.possible)).toBeGreaterThan(2 ** -126);
    expect(Math.exp(-UNDERFLOW.possible - 0.02)).toBeLessThan(2 ** -126);
  });
});

describe('the arithmetic of a weight', () => {
  it.each(MISTAKES)('gives the weight that the run has: %s', (mistake) => {
    const { plan, read } = twin({ mistake, gain: 2, penalty: 1 });
    const { n, cells, spec } = plan;
    const [q, k, goesIn, weights] = [read('q'), read('k'), read(mistake === 'after' ? 'scores' : 'masked'), read('weights')];
    for (let cell = 0; cell < n * n; cell++) {
      const [row, col] = [Math.floor(cell / n), cell % n];
      const a = weightArithmetic({
        col, mistake, factor: factorOf(spec.gain), q: q.subarray(row * WIDTH, (row + 1) * WIDTH), k: k.subarray(col * WIDTH, (col + 1) * WIDTH),
        visible: cells.subarray(row * n, (row + 1) * n), maskedRow: goesIn.subarray(row * n, (row + 1) * n), weightRow: weights.subarray(row * n, (row + 1) * n),
      });
      expect(a.deviceWeight).toBe(weights[cell]);
      // The operands are the run's, rounded to f32: scores up to 10 by 6e-7, and so, relatively, their exponentials.
      expect(Math.abs(a.weight - a.deviceWeight)).toBeLessThanOrEqual(2e-6);
      expect(Math.abs(a.scaled - read('scores')[cell]!)).toBeLessThanOrEqual(1e-5);
      expect(a.hidden).toBe(cells[cell] === 0);
    }
  });

  it('of an empty row is 0 and says that nothing takes part', () => {
    const nothing = new Uint8Array(2);
    const row = new Float32Array(2);
    const a = weightArithmetic({ col: 0, q: row, k: row, factor: 1, mistake: 'none', visible: nothing, maskedRow: row, weightRow: row });
    expect(a).toMatchObject({ largest: null, rowSum: 0, weight: 0 });
  });

  it('of a leak is the length of the difference', () => {
    const a = leakArithmetic(Float32Array.of(1, 2, 5), Float32Array.of(4, 6, 5));
    expect([...a.difference]).toEqual([3, 4, 0]);
    expect(a).toMatchObject({ squares: 25, norm: 5 });
  });
});

describe('the program for NumPy', () => {
  const operandsOf = (change: Partial<MasksValues>) => {
    const { plan, read } = twin(change);
    const names = Array.from({ length: plan.spec.layers }, (_, l) => ['wq', 'wk', 'wv'].map((name) => `${name}${l}`)).flat();
    const { mistake, penalty, gain } = plan.spec;
    return { x: read('x'), matrices: names.map(read), visible: plan.cells, mistake, penalty, gain, row: 2, col: 1, changed: null, shown: read('weights')[2 * plan.n + 1]! };
  };
  const numbers = (code: string, name: string) => new RegExp(`^${name} = np\\.array\\(\\[(.*)\\], float\\)`, 'm').exec(code)![1]!.split(', ').map(Number);

  it('holds every operand to the bit', () => {
    const operands = operandsOf({ layers: 2 });
    const code = programOf(operands);
    expect(Float32Array.from(numbers(code, 'x'))).toEqual(operands.x);
    expect(Float32Array.from(numbers(code, 'W'))).toEqual(Float32Array.from(operands.matrices.flatMap((matrix) => [...matrix])));
    expect(code).toContain('.reshape(2, 3, 16, 16)');
    expect(code).toContain("'10000000 11000000 11100000 11110000 11111000 11111100 11111110 11111111'");
    expect(Math.fround(Number(/the page shows (\S+)/.exec(code)![1]))).toBe(operands.shown);
  });

  it('masks as the page does', () => {
    const way = (change: Partial<MasksValues>) => programOf(operandsOf(change));
    expect(way({})).toContain('p = softmax(np.where(sees, s, -np.inf))');
    expect(way({ mistake: 'after' })).toContain('p = softmax(s) * sees');
    expect(way({ mistake: 'zero' })).toContain('p = softmax(s * sees)');
    expect(way({ mistake: 'finite', penalty: 4 })).toContain('np.float32(-10000) * ~sees');
    expect(way({ gain: 20 })).toContain('/ np.sqrt(16) * 20');
  });

  it('of a leak changes one token and prints the length of the difference', () => {
    const changed = Float32Array.from({ length: WIDTH }, (_, e) => e / 2);
    const code = programOf({ ...operandsOf({}), changed, shown: 1.5 });
    expect(Float32Array.from(numbers(code, 'y\\[1\\]'))).toEqual(changed);
    expect(code).toContain('print(np.linalg.norm(after[2] - before[2]))  # the page shows 1.5');
  });
});

describe('the measurements', () => {
  it('count pairs, leaks and detours apart', async () => {
    const { plan, tensors } = twin({ source: 'random', n: 6, mask: 'window', window: 2, layers: 2 });
    const m = await measureMasks(referenceOps, tensors, plan.spec, false);
    // Of 30 pairs i ≠ j, five are visible (j = i − 1); two layers also bring j = i − 2, four pairs.
    expect(m).toMatchObject({ hiddenPairs: 25, leaks: 0, detours: 4, emptyRows: [], nans: 0, sweep: null });
  });
});
