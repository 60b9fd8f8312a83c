/** What one setting means: sources, masks, limits, and the sentences for what cannot be computed. */
import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../../src/lab/params';
import { MASKS, MAX_TEXT_TOKENS, MODEL_WIDTH, params } from '../../../src/exhibits/workbench/params';
import { fitPainted, paint } from '../../../src/lab/painted';
import { draftOf, factorOf, planOf, PlanError, presetMask, type OpenFile, type WorkbenchValues } from '../../../src/exhibits/workbench/plan';
import type { MaskPlan } from '../../../src/exhibits/workbench/spec';
import { maskCells, packBitmap, presetRule, unpackBitmap, visible } from '../../../src/reference/mask';
import { tokenId } from '../../../src/text/hash';

const roomy = { maxTensorBytes: 2 ** 28, maxLength: null };
const setting = (change: Partial<WorkbenchValues>): WorkbenchValues => ({ ...defaultsOf(params), ...change });
const plan = (change: Partial<WorkbenchValues>, open: OpenFile | null = null, bounds: Parameters<typeof planOf>[2] = roomy) =>
  planOf(setting(change), open, bounds);

/** A file of `layers` × `heads`; the plan reads its shapes and which arrays there are, not their values. */
function fileOf(given: Partial<OpenFile['file']> & { queries: number; keys: number }): OpenFile {
  const file = { name: 'f.npz', layers: 1, heads: 1, headDim: null, queryTokens: null, keyTokens: null, notes: [], remarks: [], ...given };
  return { id: 'file7', file } as Partial<OpenFile> as OpenFile;
}
const some = new Float32Array(1);

/** The remark of the PlanError that `make` throws. */
function refusal(make: () => unknown) {
  try {
    make();
  } catch (error) {
    if (error instanceof PlanError) return error.remark;
    throw error;
  }
  return null;
}

describe('the text source', () => {
  it('numbers tokens, so that equal words are one token everywhere', () => {
    const { spec, queryTokens, keyTokens, m, n } = plan({ text: 'a b a', positions: 'rope' });
    expect(queryTokens).toEqual(['a', 'b', 'a']);
    expect(keyTokens).toEqual(queryTokens);
    expect([m, n]).toEqual([3, 3]);
    expect(spec.input).toEqual({ kind: 'text', ids: ['a', 'b', 'a'].map(tokenId), width: MODEL_WIDTH, positions: 'rope' });
  });

  it('splits as asked', () => {
    expect(plan({ text: '猫é', split: 'character' }).queryTokens).toEqual(['猫', 'é']);
    expect(plan({ text: '猫', split: 'byte' }).queryTokens).toEqual(['E7', '8C', 'AB']);
  });

  it('is cut at the limit and says how many tokens there are', () => {
    const long = plan({ text: 'x'.repeat(MAX_TEXT_TOKENS + 88), split: 'character' });
    expect(long.n).toBe(MAX_TEXT_TOKENS);
    expect(long.remarks).toEqual([{ key: 'cutText', values: { shown: 512, total: 600 } }]);
    expect(plan({ text: 'x'.repeat(MAX_TEXT_TOKENS), split: 'character' }).remarks).toEqual([]);
  });

  it.each(['', '   ', '\n\t', '\u200b'])('without a token (%j) is refused', (text) => {
    expect(refusal(() => plan({ text }))).toEqual({ key: 'emptyText', values: {} });
  });

  it('of white space is tokens where characters count', () => {
    expect(plan({ text: '  ', split: 'character' }).n).toBe(2);
  });
});

describe('the random source', () => {
  it('takes n, heads, width and seed as they are', () => {
    const { spec, m, n, layers, layer, head, queryTokens } = plan({ source: 'random', n: 33, heads: 5, dk: 7, seed: 9, layer: 4, head: 12 });
    expect(spec).toMatchObject({ input: { kind: 'random', n: 33 }, heads: 5, headDim: 7, seed: 9 });
    expect({ m, n, layers, layer, head, queryTokens }).toEqual({ m: 33, n: 33, layers: 1, layer: 0, head: 4, queryTokens: null });
  });

  it('does not depend on the text', () => {
    expect(plan({ source: 'random', text: '' }).spec).toEqual(plan({ source: 'random' }).spec);
  });
});

describe("the visitor's file", () => {
  it('without a file is refused', () => expect(refusal(() => plan({ source: 'mine' }))).toEqual({ key: 'noFile', values: {} }));

  it('brings heads, shapes, width and tokens; layer and head are brought into range', () => {
    const open = fileOf({ layers: 3, heads: 2, queries: 4, keys: 6, headDim: 5, valueDim: 8, q: some, k: some, v: some, queryTokens: [...'abcd'], keyTokens: [...'uvwxyz'] });
    const made = plan({ source: 'mine', layer: 99, head: 99, heads: 16, dk: 999, off: [0, 1] }, open);
    expect(made).toMatchObject({ m: 4, n: 6, layers: 3, layer: 2, head: 1, headDim: 5, queryTokens: [...'abcd'], keyTokens: [...'uvwxyz'], remarks: [] });
    expect(made.spec.input).toEqual({ kind: 'mine', asset: 'file7/2', has: { qk: true, v: true, scores: false, weights: false }, m: 4, n: 6, valueDim: 8 });
    // Heads of a file have no output projection to be left out of.
    expect(made.spec).toMatchObject({ heads: 2, headDim: 5, off: [] });
  });

  it('of scores takes d_k from the page where the file says none', () => {
    expect(plan({ source: 'mine', dk: 16 }, fileOf({ queries: 2, keys: 2, scores: some })).spec.factor).toBe(1 / 4);
    expect(plan({ source: 'mine', dk: 16 }, fileOf({ queries: 2, keys: 2, scores: some, headDim: 64 })).spec.factor).toBe(1 / 8);
  });

  it('of weights alone says that there is nothing to scale', () => {
    expect(plan({ source: 'mine' }, fileOf({ queries: 2, keys: 2, weights: some })).remarks).toEqual([{ key: 'noScale', values: {} }]);
  });
});

describe('the factor', () => {
  it.each([['off', 1], ['rsqrt', 1 / Math.sqrt(48)], [0.3, 0.3], [4, 4]] as const)('%s', (scale, factor) => {
    expect(factorOf({ scale }, 48)).toBe(factor);
  });
});

describe('masks', () => {
  const numbers = { window: 3, prefix: 2, padding: 4, block: 5 };
  const n = 12;

  it.each(MASKS.filter((mask) => mask !== 'painted'))('%s shows the cells that its rule shows', (mask) => {
    const { mask: made } = plan({ source: 'random', n, mask, ...numbers }).spec;
    const segments = Uint32Array.from({ length: n }, (_, i) => Math.floor(i / 5));
    const rule = presetRule(mask, { window: 3, prefix: 2, validKeys: n - 4, segments, bitmap: new Uint32Array() });
    expect(maskCells(made, n, n)).toEqual(maskCells(rule, n, n));
  });

  it('are plain data, which can be posted to a worker', () => {
    for (const mask of MASKS) {
      const { spec } = plan({ source: 'random', n, mask, painted: paint(new Uint8Array(144), 12, 12) });
      expect(structuredClone(spec)).toEqual(spec);
    }
  });

  it('padding leaves at least one key', () => {
    expect(presetMask('padding', { ...numbers, padding: 12 }, n)).toEqual({ validKeys: 1 });
    expect(presetMask('causal-padding', { ...numbers, padding: 1000 }, n)).toEqual({ causal: true, validKeys: 1 });
  });

  it('blocks over more queries than keys compare positions, as over fewer', () => {
    for (const [queries, keys] of [[9, 4], [4, 9], [6, 6]] as const) {
      const open = fileOf({ queries, keys, scores: some });
      const { mask } = plan({ source: 'mine', mask: 'blocks', block: 2 }, open).spec;
      const shift = Math.max(0, keys - queries);
      for (let i = 0; i < queries; i++) {
        for (let j = 0; j < keys; j++) expect(visible(mask, i, j, queries, keys)).toBe(Math.floor((i + shift) / 2) === Math.floor(j / 2));
      }
    }
  });

  describe('painted', () => {
    const cells = Uint8Array.of(1, 0, 0, 0, 1, 1);
    const cellsOf = (mask: MaskPlan, count: number) => unpackBitmap(mask.bitmap!, count);

    it('with nothing painted yet hides nothing', () => expect(plan({ source: 'random', n: 4, mask: 'painted' }).spec.mask).toEqual({}));

    it('shows the painted cells', () => {
      const painted = paint([1, 0, 0, 1], 2, 2);
      const made = plan({ source: 'random', n: 2, mask: 'painted', painted });
      expect(made.remarks).toEqual([]);
      expect([...cellsOf(made.spec.mask, 4)]).toEqual([1, 0, 0, 1]);
    });

    it('on another size keeps the cells that both have, shows the rest, and says so', () => {
      const made = plan({ source: 'random', n: 3, mask: 'painted', painted: paint(cells, 2, 3) });
      expect(made.remarks).toEqual([{ key: 'paintedElsewhere', values: { rows: 2, cols: 3, m: 3, n: 3 } }]);
      expect([...cellsOf(made.spec.mask, 9)]).toEqual([1, 0, 0, 0, 1, 1, 1, 1, 1]);
      expect([...fitPainted(paint(cells, 2, 3), 1, 2)]).toEqual([1, 0]);
      expect([...fitPainted(paint(cells, 2, 3), 2, 4)]).toEqual([1, 0, 0, 1, 0, 1, 1, 1]);
    });

    it('is packed for the kernel', () => {
      const painted = paint(cells, 2, 3);
      expect(plan({ source: 'random', n: 2, mask: 'painted', painted }).spec.mask.bitmap).toEqual(packBitmap([1, 0, 0, 1]));
    });
  });
});

describe('heads switched off', () => {
  it('beyond the number of heads are left out', () => {
    expect(plan({ heads: 4, off: [1, 3, 7] }).spec.off).toEqual([1, 3]);
  });
});

describe('limits', () => {
  it('in CPU mode bound the length, and name it', () => {
    const bounds = { maxTensorBytes: 2 ** 28, maxLength: 256 };
    expect(refusal(() => plan({ source: 'random', n: 257 }, null, bounds))).toEqual({ key: 'tooLong', values: { n: 257, limit: 256 } });
    expect(refusal(() => plan({ source: 'mine' }, fileOf({ queries: 2, keys: 300, scores: some }), bounds))).toEqual({ key: 'tooLong', values: { n: 300, limit: 256 } });
    expect(plan({ source: 'random', n: 256 }, null, bounds).n).toBe(256);
  });

  const settings: [mib: number, heads: number, dk: number, n: number][] = [
    [128, 16, 4096, 1024], [128, 16, 64, 1024], [1, 8, 64, 1024], [1, 3, 1, 1024], [16, 5, 4096, 1024], [7.3, 7, 333, 1000], [0.25, 16, 4096, 64], [2, 4, 64, 362], [2, 4, 64, 361],
  ];
  it.each(settings)('of %d MiB, heads %i, d_k %i: the n that is named fits, the next does not', (mib, heads, dk, n) => {
    const bounds = { maxTensorBytes: Math.floor(mib * 2 ** 20), maxLength: null };
    const at = (length: number) => refusal(() => plan({ source: 'random', n: length, heads, dk }, null, bounds));
    const remark = at(n);
    // Each of the tensors [h, n, n] and [h, n, d_k] must stay within the limit, with its rows and columns in whole vectors of four.
    const [whole, width] = [n, dk].map((extent) => extent + ((4 - (extent % 4)) % 4)) as [number, number];
    const needed = 4 * heads * Math.max(n * whole, whole * width);
    if (needed <= bounds.maxTensorBytes) return expect(remark).toBeNull();
    expect(remark).toMatchObject({ key: 'tooLarge', values: { n, heads, mib: Math.floor(mib) } });
    const fits = Number(remark!.values.fits);
    expect(at(fits + 1)?.key).toBe('tooLarge');
    if (fits > 0) expect(at(fits)).toBeNull();
  });

  it('count the tensors that there are: the page’s d_k is none of a file of scores', () => {
    const bounds = { maxTensorBytes: 2 ** 20, maxLength: null };
    const scores = fileOf({ heads: 4, queries: 200, keys: 200, scores: some });
    expect(plan({ source: 'mine', dk: 4096 }, scores, bounds).n).toBe(200);
    const wide = fileOf({ heads: 4, queries: 200, keys: 200, scores: some, v: some, valueDim: 400 });
    expect(refusal(() => plan({ source: 'mine', dk: 1 }, wide, bounds))).toMatchObject({ key: 'tooLarge', values: { fits: 160 } });
  });
});

describe('a large setting', () => {
  const bounds = { maxTensorBytes: 2 ** 28, maxTotalBytes: 1.5 * 2 ** 30, maxLength: null };
  const at = (change: Partial<WorkbenchValues>) => plan({ source: 'random', ...change }, null, bounds);

  it('of n = 4096 spares memory and says so; below 256 MiB in all nothing is spared', () => {
    expect(at({ n: 4096, heads: 1 })).toMatchObject({ spec: { lean: true }, remarks: [{ key: 'lean' }] });
    const plain = at({ n: 4000, heads: 1 });
    expect(plain.spec.lean).toBeUndefined();
    expect(plain.remarks).toEqual([]);
  });

  it('is bounded by all tensors together as well, and the n that is named fits', () => {
    const refused = refusal(() => at({ n: 4096, heads: 4, dk: 4096 }))!;
    expect(refused).toMatchObject({ key: 'tooMuch', values: { n: 4096, heads: 4, mib: 1536 } });
    const fits = Number(refused.values.fits);
    expect(at({ n: fits, heads: 4, dk: 4096 }).n).toBe(fits);
    expect(refusal(() => at({ n: fits + 1, heads: 4, dk: 4096 }))).toMatchObject({ key: 'tooMuch' });
    expect(refusal(() => at({ n: 4096, heads: 5 }))).toMatchObject({ key: 'tooLarge', values: { mib: 256 } });
  });
});

describe('a frame of a drag', () => {
  const draft = (change: Partial<WorkbenchValues>, open: OpenFile | null = null) => draftOf(plan(change, open))?.spec.only;

  it('leaves out the outputs of the heads that are not chosen, where that saves much', () => {
    expect(draft({ source: 'random', n: 256, heads: 12, dk: 64, head: 7 })).toBe(7);
    expect(draft({ source: 'random', n: 32, heads: 12, dk: 64 })).toBeUndefined();
    expect(draft({ source: 'random', n: 1024, heads: 1, dk: 64 })).toBeUndefined();
  });

  it('leaves nothing out of a text, whose heads W_O mixes, nor of a file without values', () => {
    expect(draft({ source: 'text', text: 'a '.repeat(256), heads: 12, dk: 512 })).toBeUndefined();
    const scores = fileOf({ heads: 12, queries: 1024, keys: 1024, scores: some });
    expect(draft({ source: 'mine' }, scores)).toBeUndefined();
    expect(draft({ source: 'mine', head: 2 }, fileOf({ heads: 12, queries: 1024, keys: 1024, scores: some, v: some, valueDim: 64 }))).toBe(2);
  });
});

describe('the kernel', () => {
  it('is left to the device unless the setting names one', () => {
    expect(plan({}).spec.kernel).toBeUndefined();
    expect(plan({ kernel: 'naive' }).spec.kernel).toBe('naive');
  });

  it('is the tiled one where subgroups are asked for and the device has none, and the page says so', () => {
    const made = plan({ kernel: 'subgroups' }, null, { ...roomy, subgroups: false });
    expect(made.spec.kernel).toBe('tiled');
    expect(made.remarks).toEqual([{ key: 'noSubgroups', values: {} }]);
    expect(plan({ kernel: 'subgroups' }, null, { ...roomy, subgroups: true })).toMatchObject({ spec: { kernel: 'subgroups' }, remarks: [] });
  });
});
