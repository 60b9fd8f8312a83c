import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { layerOf, readAttentionFile, type AttentionFile } from '../../../src/formats/attention.ts';
import { encodeNpy, encodeNpz, type Writable } from '../../../src/formats/write.ts';
import { codeOf, errorOf, fixture, jsonBytes, npyBytes, safetensorsBytes, sentenceOf } from './shared.ts';

const count = (shape: number[]): number => shape.reduce((product, size) => product * size, 1);
const ramp = (shape: number[]): Float32Array => Float32Array.from({ length: count(shape) }, (_, i) => i / 8);

/** A .npz in which an array is given by its shape (then filled with 0, ⅛, ¼ …) or by data and shape. */
function npz(arrays: Record<string, number[] | [Writable, number[]]>): AttentionFile {
  return readAttentionFile(npzBytes(arrays), 'x.npz');
}

function npzBytes(arrays: Record<string, number[] | [Writable, number[]]>): ArrayBuffer {
  const entries = Object.entries(arrays).map(([name, value]) => {
    const [data, shape] = isShape(value) ? [ramp(value), value] : value;
    return [name, { data, shape }];
  });
  return encodeNpz(Object.fromEntries(entries)).buffer;
}

function isShape(value: number[] | [Writable, number[]]): value is number[] {
  return value.every((item) => typeof item === 'number');
}

const notesOf = (file: AttentionFile): string[] => file.remarks.map((note) => note.code);

/** Row by row softmax over the causal prefix in float64; later columns 0. */
function causalSoftmax(scores: Float32Array, n: number, scale: number): Float64Array {
  const weights = new Float64Array(scores.length);
  for (let row = 0; row < scores.length / n; row++) {
    const seen = (row % n) + 1;
    const logits = Array.from(scores.subarray(row * n, row * n + seen), (score) => score * scale);
    const highest = Math.max(...logits);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
    logits.forEach((logit, column) => (weights[row * n + column] = Math.exp(logit - highest) / total));
  }
  return weights;
}

describe('files that NumPy wrote', () => {
  const real = new URL('../../../../shared/data/gpt2-attention-0.npz', import.meta.url);
  const small = { bytes: fixture('attention.npz').buffer, layers: 2, heads: 3, n: 4, headDim: 8, scale: 1, tokens: 'Data|Ġé|注意|👩‍👩‍👧' };
  const files = [small];
  if (existsSync(real)) {
    const bytes = new Uint8Array(readFileSync(real)).buffer;
    const tokens = 'Data| visualization| em|powers| users| to';
    files.push({ bytes, layers: 12, heads: 12, n: 6, headDim: NaN, scale: 1 / 8, tokens });
  }

  it.each(files)('$layers layers of $heads heads: scores give the file’s own weights', ({ bytes, layers, heads, n, headDim, scale, tokens }) => {
    const file = readAttentionFile(bytes, 'gpt2.npz');
    expect(file).toMatchObject({ layers, heads, queries: n, keys: n, headDim: Number.isNaN(headDim) ? null : headDim });
    expect(file.queryTokens?.join('|')).toBe(tokens);
    expect(file.keyTokens).toEqual(file.queryTokens);
    expect(file.remarks).toEqual([]);
    const expected = causalSoftmax(file.scores!, n, scale);
    expect(file.weights).toHaveLength(layers * heads * n * n);
    const worst = expected.reduce((most, weight, i) => Math.max(most, Math.abs(weight - file.weights![i])), 0);
    // Both round to float32: 6e-8 for a weight, and as much again for each operation of a softmax over few columns.
    expect(worst).toBeLessThan(1e-6);
  });

  it('reads float16 in Fortran order, big-endian float64 and byte texts together', () => {
    const file = readAttentionFile(fixture('compressed.npz').buffer, 'x.npz');
    expect(file).toMatchObject({ layers: 1, heads: 2, queries: 4, keys: 5, headDim: 3, valueDim: 2 });
    expect(file.q).toEqual(ramp([2, 4, 3]));
    expect(file.k).toEqual(ramp([2, 5, 3]));
    expect(file.v).toEqual(ramp([2, 5, 2]));
    expect(file.queryTokens).toEqual(['a', 'b', 'c', 'é']);
    expect(file.keyTokens).toEqual(['v', 'w', 'x', 'y', 'z']);
  });

  it('leaves tokens saved as Python objects out', () => {
    const file = readAttentionFile(fixture('objects.npz').buffer, 'x.npz');
    expect(file.queryTokens).toBeNull();
    expect(notesOf(file)).toEqual(['tokens-unreadable']);
  });
});

describe('shapes', () => {
  it.each([
    [[4, 4], 1, 1, 4, 4],
    [[3, 5], 1, 1, 3, 5],
    [[2, 4, 4], 1, 2, 4, 4],
    [[3, 2, 4, 4], 3, 2, 4, 4],
    [[1, 2, 4, 4], 1, 2, 4, 4],
    [[3, 1, 2, 4, 4], 3, 2, 4, 4],
    [[1, 3, 2, 4, 5], 3, 2, 4, 5],
    [[1, 1, 1, 1, 1], 1, 1, 1, 1],
  ])('scores %j', (shape, layers, heads, queries, keys) => {
    const file = npz({ scores: shape });
    expect(file).toMatchObject({ layers, heads, queries, keys, headDim: null });
    expect(file.scores).toEqual(ramp(shape));
  });

  it.each([
    [[5, 3], [4, 3]],
    [[2, 5, 3], [2, 4, 3]],
    [[6, 2, 5, 3], [6, 2, 4, 3]],
    [[6, 1, 2, 5, 3], [6, 1, 2, 4, 3]],
    [[1, 6, 2, 5, 3], [6, 2, 4, 3]],
  ])('q %j with k %j', (q, k) => {
    const file = npz({ q, k });
    const [heads, layers] = [q, k].map((shape) => shape.filter((size) => size === 2 || size === 6))[0].reverse();
    expect(file).toMatchObject({ layers: layers ?? 1, heads: heads ?? 1, queries: 5, keys: 4, headDim: 3 });
  });

  it('layerOf gives views of one layer', () => {
    const file = npz({ scores: [3, 2, 4, 4], q: [3, 2, 4, 5] });
    const layer = layerOf(file, 2);
    expect(layer.scores).toEqual(ramp([3, 2, 4, 4]).subarray(64));
    expect(layer.q).toHaveLength(40);
    expect(layer.scores!.buffer).toBe(file.scores!.buffer);
    expect('weights' in layer).toBe(false);
    for (const wrong of [-1, 3, 0.5, NaN]) expect(() => layerOf(file, wrong)).toThrow(/has layers 0 to 2/);
  });

  it.each([
    ['a vector', { scores: [4] }, 'array-rank'],
    ['six axes', { scores: [1, 1, 1, 1, 4, 4] }, 'array-rank'],
    ['a batch of 2', { scores: [3, 2, 2, 4, 4] }, 'array-batch'],
    ['no rows', { scores: [0, 4] }, 'array-empty'],
    ['scores and weights of different size', { scores: [2, 4, 4], weights: [2, 5, 5] }, 'shape-mismatch'],
    ['q and k of different width', { q: [4, 8], k: [4, 9] }, 'shape-mismatch'],
    ['q and k of different heads', { q: [8, 4, 2], k: [2, 4, 2] }, 'shape-mismatch'],
    ['k and v of different length', { q: [4, 8], k: [4, 8], v: [5, 8] }, 'shape-mismatch'],
    ['scores that do not belong to q', { scores: [4, 4], q: [5, 8] }, 'shape-mismatch'],
    ['weights that do not belong to v', { weights: [4, 4], v: [5, 8] }, 'shape-mismatch'],
    ['q alone', { q: [4, 8] }, 'incomplete'],
    ['k and v alone', { k: [4, 8], v: [4, 8] }, 'incomplete'],
    ['v alone', { v: [4, 8] }, 'nothing-usable'],
    ['unknown names', { x: [4, 4], y: [4, 4] }, 'nothing-usable'],
    ['only tokens', { tokens: [['a', 'b'], [2]] }, 'nothing-usable'],
    ['texts instead of scores', { scores: [['a'], [1, 1]] }, 'array-is-text'],
  ] as [string, Record<string, number[] | [Writable, number[]]>, string][])('refuses %s', (_, arrays, code) => {
    expect(codeOf(() => npz(arrays))).toBe(code);
  });

  it('names both shapes, and the names it found', async () => {
    expect(await sentenceOf(() => npz({ Scores: [2, 4, 4], Query: [2, 5, 3] }))).toMatch(
      /^“Scores” and “Query” do not belong together: as \[layers, heads, rows, columns\] they are \[1, 2, 4, 4\] and \[1, 2, 5, 3\]/,
    );
    expect(await sentenceOf(() => npz({ foo: [2, 2], bar: [2, 2] }))).toMatch(/found: foo, bar.*q and k \(and v\), scores, or weights/);
  });
});

describe('values', () => {
  const with1 = (value: number, wide = false): [Writable, number[]] => {
    const data = wide ? new Float64Array(8) : new Float32Array(8);
    data[5] = value;
    return [data, [2, 2, 2]];
  };

  it.each([
    ['NaN in scores', { scores: with1(NaN) }, 'not-finite', 'NaN'],
    ['Infinity in scores', { scores: with1(Infinity) }, 'not-finite', 'Infinity'],
    ['-Infinity in weights', { weights: with1(-Infinity) }, 'not-finite', '-Infinity'],
    ['-Infinity in q', { q: with1(-Infinity), k: [2, 2, 2] }, 'not-finite', '-Infinity'],
    ['NaN in v', { q: [2, 2, 2], k: [2, 2, 2], v: with1(NaN) }, 'not-finite', 'NaN'],
    ['a float64 beyond float32', { scores: with1(1e39, true) }, 'float32-range', '1e+39'],
  ] as [string, Record<string, number[] | [Writable, number[]]>, string, string][])('refuses %s and says where', (_, arrays, code, value) => {
    const error = errorOf(() => npz(arrays));
    expect(error.code).toBe(code);
    expect(error.values).toMatchObject({ value, index: '[1, 0, 1]', count: 1 });
  });

  it('takes -Infinity in scores as masked, float64 minimum too, and counts it', () => {
    const file = npz({ scores: [Float64Array.of(1, -Infinity, 2, -Number.MAX_VALUE), [2, 2]] });
    expect(Array.from(file.scores!)).toEqual([1, -Infinity, 2, -Infinity]);
    expect(file.remarks).toEqual([{ code: 'scores-masked', values: { count: 2 } }]);
  });

  it('keeps very negative finite scores as they are', () => {
    expect(npz({ scores: [Float32Array.of(0, -1e30, 0, 0), [2, 2]] }).scores![1]).toBe(Math.fround(-1e30));
  });

  it('notes weights whose rows do not sum to 1', () => {
    expect(notesOf(npz({ weights: [Float32Array.of(1, 0, 0.5, 0.5), [2, 2]] }))).toEqual([]);
    expect(npz({ weights: [Float32Array.of(1, 0, 0, 0), [2, 2]] }).remarks).toEqual([{ code: 'weights-rows', values: { count: 1, rows: 2 } }]);
    expect(notesOf(npz({ weights: [Float32Array.of(2, -1, 1, 0), [2, 2]] }))).toEqual(['weights-rows']);
  });
});

describe('names, tokens and d_k', () => {
  it.each([
    [{ QUERY: [4, 3], Keys: [4, 3], Value: [4, 3] }, ['q', 'k', 'v']],
    [{ Attention: [4, 4] }, ['weights']],
    [{ attn: [4, 4] }, ['weights']],
    [{ SCORES: [4, 4], queries: [4, 3] }, ['scores', 'q']],
  ] as [Record<string, number[]>, (keyof AttentionFile)[]][])('finds %j', (arrays, parts) => {
    const file = npz(arrays);
    for (const part of ['q', 'k', 'v', 'scores', 'weights'] as const) expect(part in file).toBe(parts.includes(part));
  });

  it('prefers the plainest of several names', () => {
    const file = npz({ query: [5, 3], q: [4, 3], k: [4, 3] });
    expect(file.queries).toBe(4);
    expect(file.remarks).toEqual([{ code: 'duplicate', values: { ignored: 'query', used: 'q' } }]);
  });

  it('gives shared tokens to the axes of their length', () => {
    const tokens: [Writable, number[]] = [['a', 'b', 'c'], [3]];
    expect(npz({ scores: [3, 3], tokens })).toMatchObject({ queryTokens: ['a', 'b', 'c'], keyTokens: ['a', 'b', 'c'] });
    expect(npz({ scores: [3, 4], tokens })).toMatchObject({ queryTokens: ['a', 'b', 'c'], keyTokens: null });
    expect(npz({ scores: [4, 3], tokens })).toMatchObject({ queryTokens: null, keyTokens: ['a', 'b', 'c'] });
  });

  it('drops tokens of the wrong number with a note, and keeps the arrays', () => {
    const file = npz({ scores: [4, 4], tokens: [['a', 'b', 'c'], [3]] });
    expect(file).toMatchObject({ queryTokens: null, keyTokens: null });
    expect(file.remarks).toEqual([{ code: 'tokens-count', values: { array: 'tokens', count: 3, queries: 4, keys: 4 } }]);
  });

  it('takes tokens behind an axis of 1, token numbers, and repairs lone surrogates', () => {
    expect(npz({ scores: [2, 2], tokens: [['a', 'b'], [1, 2]] }).queryTokens).toEqual(['a', 'b']);
    expect(npz({ scores: [2, 2], tokens: [Int32Array.of(50256, 11), [2]] }).queryTokens).toEqual(['50256', '11']);
    expect(npz({ scores: [1, 1], tokens: [['a\ud800'], [1]] }).queryTokens).toEqual(['a\ufffd']);
    expect(notesOf(npz({ scores: [2, 2], tokens: [['a', 'b', 'c', 'd'], [2, 2]] }))).toEqual(['tokens-unreadable']);
  });

  it('takes d_k from q, else from the entry', () => {
    const dK = (value: number): [Writable, number[]] => [Float64Array.of(value), []];
    expect(npz({ scores: [2, 2], d_k: dK(64) }).headDim).toBe(64);
    expect(npz({ scores: [2, 2], head_dim: [Int32Array.of(64), [1]] }).headDim).toBe(64);
    expect(npz({ q: [2, 3], k: [2, 3], dk: dK(3) })).toMatchObject({ headDim: 3, remarks: [] });
    const other = npz({ q: [2, 3], k: [2, 3], d_k: dK(64) });
    expect(other.headDim).toBe(3);
    expect(notesOf(other)).toEqual(['d-k-ignored']);
    for (const value of [0, -1, 1.5, NaN]) {
      const file = npz({ scores: [2, 2], d_k: dK(value) });
      expect(file.headDim).toBeNull();
      expect(notesOf(file)).toEqual(['d-k-invalid']);
    }
  });
});

describe('one array without a name', () => {
  const probabilities = Float32Array.of(1, 0, 0.25, 0.75);
  const raw = Float32Array.of(1, 0, 0.25, 3);
  const npy = (data: Float32Array, name: string): AttentionFile => readAttentionFile(encodeNpy(data, [2, 2]).buffer, name);

  it('is scores, unless its rows sum to 1 or its name says weights', () => {
    expect(npy(raw, 'x.npy')).toMatchObject({ scores: raw, remarks: [{ code: 'taken-as', values: { array: 'x.npy', role: 'scores' } }] });
    expect(npy(probabilities, 'x.npy').weights).toEqual(probabilities);
    expect(npy(raw, 'Attn_layer0.npy').weights).toEqual(raw);
    expect(npy(raw, 'attention_scores.npy').scores).toEqual(raw);
    expect(npy(Float32Array.of(2, -1, 0, 1), 'x.npy').scores).toBeDefined();
    expect(npy(Float32Array.of(1, -Infinity, 0, 1), 'weights.npy').scores).toBeDefined();
  });

  it('may be a JSON list, or the arr_0 of numpy.savez', () => {
    expect(readAttentionFile(jsonBytes([[1, 0], [0.5, 0.5]]), 'x.json').weights).toEqual(Float32Array.of(1, 0, 0.5, 0.5));
    expect(npz({ arr_0: [2, 2] }).scores).toEqual(ramp([2, 2]));
    expect(codeOf(() => npz({ arr_0: [2, 2], arr_1: [2, 2] }))).toBe('nothing-usable');
  });

  it('is refused when it holds text', () => {
    expect(codeOf(() => readAttentionFile(encodeNpy(['a'], [1]).buffer, 'x.npy'))).toBe('array-is-text');
  });
});

describe('detection', () => {
  const bytes = npzBytes({ scores: [2, 2] });

  it('goes by the bytes, whatever the name', () => {
    expect(readAttentionFile(bytes, 'x.json').scores).toEqual(ramp([2, 2]));
    expect(readAttentionFile(encodeNpy(ramp([2, 2]), [2, 2]).buffer, 'x.npz').scores).toEqual(ramp([2, 2]));
    expect(readAttentionFile(jsonBytes({ scores: [[1, 2]] }), 'noname').keys).toBe(2);
    expect(readAttentionFile(jsonBytes('\ufeff\n {"scores": [[1, 2]]}'), 'noname').keys).toBe(2);
  });

  it('reads safetensors with tokens and d_k in the metadata', () => {
    const header = {
      __metadata__: { tokens: '["a", "注"]', d_k: '64' },
      scores: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    };
    const file = readAttentionFile(safetensorsBytes(header, [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]).buffer, 'x');
    expect(file).toMatchObject({ queries: 1, keys: 2, headDim: 64, keyTokens: ['a', '注'], queryTokens: null });
    expect(Array.from(file.scores!)).toEqual([1, 2]);
    header.__metadata__.tokens = 'a 注';
    expect(notesOf(readAttentionFile(safetensorsBytes(header, new Uint8Array(8)).buffer, 'x'))).toEqual(['tokens-unreadable']);
  });

  it('names the file in every error', async () => {
    expect(await sentenceOf(() => readAttentionFile(new ArrayBuffer(0), 'mine.npz'))).toMatch(/^“mine\.npz” is empty \(0 bytes\)/);
    expect(errorOf(() => readAttentionFile(npzBytes({ scores: [4] }), 'mine.npz')).values.file).toBe('mine.npz');
  });

  it.each([
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), 'x.png', 'unknown-format'],
    ['a picture called .npy', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'x.npy', 'npy-magic'],
    ['a picture called .npz', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'x.npz', 'zip-truncated'],
    ['a picture called .json', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'x.json', 'json-encoding'],
    ['a picture called .safetensors', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'x.safetensors', 'safetensors-truncated'],
    ['one byte', Uint8Array.of(0), 'x', 'unknown-format'],
  ] as const)('refuses %s', (_, data, name, code) => {
    expect(codeOf(() => readAttentionFile(Uint8Array.from(data).buffer, name))).toBe(code);
  });

  it('refuses every prefix of a file in every format', () => {
    const files: [string, Uint8Array][] = [
      ['x.npz', new Uint8Array(bytes)],
      ['x.npz', fixture('attention.npz')],
      ['x.npy', encodeNpy(ramp([2, 2]), [2, 2])],
      ['x.safetensors', safetensorsBytes({ scores: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] } }, new Uint8Array(8))],
      ['x.json', new Uint8Array(jsonBytes({ scores: [[1, 2]] }))],
    ];
    for (const [name, whole] of files) {
      expect(readAttentionFile(Uint8Array.from(whole).buffer, name).scores).toBeDefined();
      for (let length = 0; length < whole.length; length++) codeOf(() => readAttentionFile(whole.slice(0, length).buffer as ArrayBuffer, name));
    }
  });

  it('compares the declared size with the bytes before it takes memory for 8 TB', () => {
    const header = "{'descr': '<f8', 'fortran_order': True, 'shape': (1000000, 1000000), }";
    expect(codeOf(() => readAttentionFile(npyBytes(header, [0]).buffer, 'x.npy'))).toBe('data-truncated');
  });

  it('turns a refused allocation into a sentence', () => {
    const slice = vi.spyOn(Uint8Array.prototype, 'slice').mockImplementation(() => {
      throw new RangeError('Array buffer allocation failed');
    });
    try {
      expect(codeOf(() => readAttentionFile(bytes, 'x.npz'))).toBe('too-large');
    } finally {
      slice.mockRestore();
    }
  });
});
