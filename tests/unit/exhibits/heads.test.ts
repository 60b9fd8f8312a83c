/** Exhibit 1's pure parts: plans, the constructed task, the arithmetic behind a number and the code that repeats it. */
import { describe, expect, it } from 'vitest';
import { weightArithmetic } from '../../../src/exhibits/heads/arithmetic';
import { pairArithmetic, pairCode, pastedRows, weightCode, type PairOperands } from '../../../src/exhibits/heads/numpy';
import { FIRST_TEXT, HEADS, params, WIDTHS } from '../../../src/exhibits/heads/params';
import { planOf, type HeadsValues, type OpenFile } from '../../../src/exhibits/heads/plan';
import { TARGETS_WIDTH, targetOperands } from '../../../src/exhibits/heads/targets';
import { defaultsOf } from '../../../src/lab/params';
import { PlanError } from '../../../src/lab/plan';
import { jensenShannon } from '../../../src/reference/head_statistics';
import { softmax } from '../../../src/reference/softmax';
import { seeded } from '../lab/seeded';

const BOUNDS = { maxTensorBytes: 2 ** 27, maxLength: null };
const plan = (change: Partial<HeadsValues> = {}, open: OpenFile | null = null, bounds = BOUNDS) => planOf({ ...defaultsOf(params), ...change }, open, bounds);

describe('the plan', () => {
  it('divides every width among every number of heads without a rest', () => {
    for (const h of HEADS) {
      for (const d of WIDTHS) {
        const { spec } = plan({ h, d });
        expect(spec.heads * spec.headDim!).toBe(Number(d));
        expect(Number.isInteger(spec.headDim)).toBe(true);
      }
    }
  });

  it('reads the text as tokens, and leaves out heads that are not there', () => {
    const { spec, keyTokens, n } = plan({ h: '4', off: [1, 3, 9], head: 12 });
    expect(keyTokens?.join(' ')).toBe(FIRST_TEXT);
    expect(n).toBe(keyTokens!.length);
    expect(spec.off).toEqual([1, 3]);
    expect(plan({ h: '4', head: 12 }).head).toBe(3);
  });

  it('says how many tokens of a long text are computed', () => {
    const { n, remarks } = plan({ text: 'word '.repeat(300) });
    expect(n).toBe(128);
    expect(remarks).toEqual([{ key: 'cutText', values: { shown: 128, total: 300 } }]);
  });

  const refusal = (action: () => unknown) => {
    try {
      action();
    } catch (error) {
      if (error instanceof PlanError) return error.remark.key;
      throw error;
    }
    return null;
  };

  it('refuses an empty text, a file that is not open, and what the backend cannot hold', () => {
    expect(refusal(() => plan({ text: '  ' }))).toBe('emptyText');
    expect(refusal(() => plan({ source: 'mine' }))).toBe('noFile');
    expect(refusal(() => plan({ source: 'random', n: 128 }, null, { ...BOUNDS, maxLength: 64 as never }))).toBe('tooLong');
    expect(refusal(() => plan({ source: 'random', n: 128, h: '16' }, null, { ...BOUNDS, maxTensorBytes: 1000 }))).toBe('tooLarge');
    expect(refusal(() => plan())).toBeNull();
  });

  const fileOf = (arrays: Partial<OpenFile['file']>): OpenFile => ({
    file: { name: 'a.npz', layers: 3, heads: 12, queries: 6, keys: 6, headDim: null, queryTokens: null, keyTokens: null, remarks: [], ...arrays },
    id: 'file1',
    layer: () => ({}),
  });

  it('takes a file’s weights where it has them, and computes them where it has not', () => {
    const weights = plan({ source: 'mine', mask: 'causal', layer: 7 }, fileOf({ weights: new Float32Array(1), scores: new Float32Array(1) }));
    expect(weights.spec).toMatchObject({ heads: 12, headDim: null, width: null, causal: false, input: { has: 'weights', asset: 'file1/2' } });
    expect(weights.canMask).toBe(false);
    const scores = plan({ source: 'mine', mask: 'causal' }, fileOf({ scores: new Float32Array(1) }));
    expect(scores.spec).toMatchObject({ headDim: 64, width: 768, causal: true, input: { has: 'scores' } });
    expect(scores.remarks.map(({ key }) => key)).toEqual(['assumedWidth']);
    const operands = plan({ source: 'mine' }, fileOf({ q: new Float32Array(1), k: new Float32Array(1), headDim: 16 }));
    expect(operands.spec).toMatchObject({ headDim: 16, width: 192, input: { has: 'qk' } });
    expect(operands.remarks).toEqual([]);
  });
});

describe('the constructed task', () => {
  it('scores each wanted key √16 times the sharpness in its own half, and no other key', () => {
    const { q, k } = targetOperands({ sharpness: 8, tilt: 0.5 });
    for (let row = 0; row < 13; row++) {
      const t = row + 3;
      for (let key = 0; key < 16; key++) {
        const score = (from: number) => Array.from({ length: 16 }, (_, c) => q[row * TARGETS_WIDTH + from + c]! * k[key * TARGETS_WIDTH + from + c]!).reduce((sum, part) => sum + part, 0);
        expect(score(0)).toBe(key === t - 1 ? 4 * 8 * 1.25 : 0);
        expect(score(16)).toBe(key === t - 3 ? 4 * 8 * 0.75 : 0);
      }
    }
  });
});

describe('the arithmetic of a number', () => {
  const random = seeded(5);
  const normals = (length: number) => Float32Array.from({ length }, () => 2 * (random() + random() + random()) - 3);
  const [n, headDim] = [9, 8];
  const [q, keys] = [normals(headDim), normals(n * headDim)];

  const rowOf = (visible: number) => {
    const scores = Float64Array.from({ length: visible }, (_, j) => q.reduce((sum, value, c) => sum + value * keys[j * headDim + c]!, 0) / Math.sqrt(headDim));
    return softmax(scores, 1, visible);
  };

  it('gives the weight that a softmax over the visible keys gives', () => {
    for (const causal of [false, true]) {
      const [row, col] = [4, 2];
      const expected = rowOf(causal ? row + 1 : n)[col]!;
      const sum = weightArithmetic({ head: 1, row, col, q, keys, causal, weight: expected }, n);
      expect(sum.weight).toBeCloseTo(expected, 14);
      expect(sum.hidden).toBe(false);
      expect(sum.products.reduce((total, product) => total + product, 0)).toBeCloseTo(sum.score, 12);
    }
    expect(weightArithmetic({ head: 1, row: 4, col: 5, q, keys, causal: true, weight: 0 }, n)).toMatchObject({ hidden: true, weight: 0 });
  });

  it('writes code that holds the operands, and says what the page shows', () => {
    const code = weightCode({ head: 1, row: 4, col: 2, q, keys, causal: true, weight: 0.25 });
    const arrays = [...code.matchAll(/np\.array\(\[([^\]]*)\]/g)].map((match) => Float32Array.from(match[1]!.split(', '), Number));
    expect(arrays).toEqual([q, keys]); // nine digits give back every f32
    expect(code).toContain('s = s[:5]  # the causal mask');
    expect(code).toContain('print(p[2])  # the page shows 0.25');
    expect(weightCode({ head: 1, row: 4, col: 6, q, keys, causal: true, weight: 0 })).toContain('print(0.0)');
  });

  it('pastes scores where the keys are too many', () => {
    const many = normals(600 * headDim);
    const code = weightCode({ head: 0, row: 0, col: 0, q, keys: many, causal: false, weight: 0.5 });
    expect(code).not.toContain('K =');
    expect(/s = np\.array\(\[([^\]]*)\]/.exec(code)![1]!.split(', ')).toHaveLength(600);
  });

  const stack = (rows: number, cols: number) => Float32Array.from(softmax(Float64Array.from(normals(rows * cols)), rows, cols));
  const pair = (rows: number, cols: number): PairOperands => ({ a: 0, b: 3, n: cols, first: stack(rows, cols), second: stack(rows, cols) });

  it('takes a divergence apart into the entropies of its definition', () => {
    const operands = pair(7, 11);
    const { rows, mean, largest, ofAverage, average } = pairArithmetic(operands);
    const twin = jensenShannon(Float64Array.from([...operands.first, ...operands.second]), 2, 7, 11);
    // The f32 weights sum to 1 only within 1e-7, which the two forms weigh differently.
    for (let row = 0; row < 7; row++) expect(rows[row]).toBeCloseTo(twin[row * 4 + 1]!, 6);
    expect(mean).toBeCloseTo(rows.reduce((sum, value) => sum + value, 0) / 7, 14);
    expect(ofAverage - average).toBe(rows[largest]);
    expect(rows[largest]).toBe(Math.max(...rows));
  });

  it('pastes as many rows as a person may want to, and says so', () => {
    const small = pair(7, 11);
    expect(pastedRows(small)).toBe(7);
    expect(pairCode(small)).toContain(`the page shows ${Number(pairArithmetic(small).mean.toPrecision(9))}`);
    const large = pair(100, 100);
    expect(pastedRows(large)).toBe(20);
    expect(pairCode(large)).toContain('these 20 of 100 rows give');
    expect(pairCode(large)).toContain('.reshape(20, 100)  # head 3');
  });
});
