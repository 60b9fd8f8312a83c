/** All layers at once: what is computed, what is refused with which numbers, and where the maps stand. */
import { describe, expect, it } from 'vitest';
import { layersOf, MOST_ALONG } from '../../../src/exhibits/workbench/layers';
import { tilesOf } from '../../../src/exhibits/workbench/layer-tiles';
import { params } from '../../../src/exhibits/workbench/params';
import { bytesOf, planOf, type OpenFile, type WorkbenchValues } from '../../../src/exhibits/workbench/plan';
import { defaultsOf } from '../../../src/lab/params';
import type { Bounds } from '../../../src/lab/plan';

const roomy: Bounds = { maxTensorBytes: 2 ** 28, maxTotalBytes: 1.5 * 2 ** 30, maxLength: null };
const cpu: Bounds = { ...roomy, maxLength: 256 };
const some = new Float32Array(1);

/** A file that is read for its shapes only. */
function fileOf(given: Partial<OpenFile['file']>): OpenFile {
  const file = { name: 'f.npz', layers: 12, heads: 12, queries: 6, keys: 6, headDim: null, queryTokens: null, keyTokens: null, remarks: [], scores: some, weights: some, ...given };
  return { id: 'file7', file } as Partial<OpenFile> as OpenFile;
}
const all = (given: Partial<OpenFile['file']>, change: Partial<WorkbenchValues> = {}, bounds = roomy) =>
  layersOf(planOf({ ...defaultsOf(params), source: 'mine', ...change }, fileOf(given), bounds), bounds);

describe('all layers', () => {
  it('are nothing where there is one, or no file', () => {
    expect(all({ layers: 1 })).toBeNull();
    for (const source of ['text', 'random'] as const) expect(layersOf(planOf({ ...defaultsOf(params), source }, null, roomy), roomy)).toBeNull();
  });

  it('are the heads of one setting, with its scale, mask and kernel, of the arrays of the whole file', () => {
    const plan = all({}, { scale: 0.5, mask: 'causal', layer: 7, head: 3, kernel: 'naive' })!;
    expect(plan).toMatchObject({ layers: 12, heads: 12, refusal: null });
    expect(plan.spec).toMatchObject({ heads: 144, factor: 0.5, mask: { causal: true }, kernel: 'naive', off: [], lean: true, aside: true });
    expect(plan.spec!.input).toMatchObject({ kind: 'mine', asset: 'file7/all', m: 6, n: 6, has: { scores: true, weights: true, v: false } });
  });

  it('do not depend on the layer and head on the stage', () => {
    expect(all({}, { layer: 7, head: 3 })).toEqual(all({}));
  });

  it('ask for no output, although the file has values', () => {
    const plan = all({ q: some, k: some, v: some, headDim: 64, valueDim: 64 })!;
    expect(plan.spec!.input).toMatchObject({ has: { qk: true, v: false }, valueDim: 0 });
    expect(plan.spec!.headDim).toBe(64);
  });

  it.each([
    ['layers', { layers: MOST_ALONG + 1, heads: 1 }],
    ['heads', { layers: 2, heads: MOST_ALONG + 1 }],
    ['maps', { layers: 96, heads: 43 }],
  ])('are refused where there are too many %s', (_, shape) => {
    expect(all(shape)!.spec).toBeNull();
    expect(all(shape)!.refusal).toEqual({ key: 'layersTooMany', values: { ...shape, most: 4096, along: 96 } });
    expect(all({ layers: 96, heads: 42 })!.refusal).toBeNull();
  });

  it('are refused beyond the memory, and the length that is named fits while the next one does not', () => {
    const bounds = { ...roomy, maxTotalBytes: 2 ** 26 };
    const { spec, refusal } = all({ queries: 512, keys: 512 }, {}, bounds)!;
    expect(spec).toBeNull();
    expect(refusal!.key).toBe('layersTooLarge');
    expect(refusal!.values).toMatchObject({ layers: 12, heads: 12, m: 512, n: 512, mib: 64 });
    const fits = refusal!.values['fits'] as number;
    expect(all({ queries: fits, keys: fits }, {}, bounds)!.refusal).toBeNull();
    expect(all({ queries: fits + 1, keys: fits + 1 }, {}, bounds)!.refusal).not.toBeNull();
    expect(refusal!.values['need'] as number).toBeGreaterThan(64);
  });

  it('are refused where one buffer cannot hold them', () => {
    const bounds = { ...roomy, maxTensorBytes: 2 ** 22 };
    const { refusal } = all({ queries: 128, keys: 128 }, {}, bounds)!;
    const { largest } = bytesOf({ heads: 144, widths: [] }, 128, 128);
    expect(refusal).toMatchObject({ key: 'layersTooLarge', values: { mib: 4, need: Math.ceil(largest / 2 ** 20) } });
    expect(all({ queries: 64, keys: 64 }, {}, bounds)!.refusal).toBeNull();
  });

  it('are fewer where the CPU computes', () => {
    expect(all({ queries: 120, keys: 120 }, {}, cpu)!.refusal).toBeNull();
    const { refusal } = all({ queries: 128, keys: 128 }, {}, cpu)!;
    expect(refusal).toMatchObject({ key: 'layersTooSlow', values: { fits: 120 } });
  });

  it('of GPT-2 fit at 64 tokens, and at its own length of 1024 they do not', () => {
    expect(all({ queries: 64, keys: 64, q: some, k: some, headDim: 64 })!.refusal).toBeNull();
    expect(all({ queries: 1024, keys: 1024 })!.refusal!.key).toBe('layersTooLarge');
  });
});

describe('the tiles', () => {
  const font = { fontSize: 14, measure: (text: string) => 8 * text.length };
  const place = (width: number, windowHeight = 800, rows = 12, cols = 12) => tilesOf({ rows, cols, width, windowHeight, ...font });

  it.each([[340], [370], [600], [1800]])('of 12 × 12 maps fit into %i pixels and touch no neighbour', (width) => {
    const { tile, rect, ...size } = place(width);
    expect(size.width).toBeLessThanOrEqual(width);
    const [first, right, below, last] = [tile(0, 0), tile(0, 1), tile(1, 0), tile(11, 11)];
    expect(right.x - first.x).toBeGreaterThanOrEqual(24);
    expect(right.x).toBeGreaterThanOrEqual(first.x + first.side + 2);
    expect(below.y).toBeGreaterThanOrEqual(first.y + first.side + 2);
    expect(last.x + last.side).toBeLessThanOrEqual(rect.x + rect.width);
    expect(last.y + last.side).toBeLessThanOrEqual(size.height);
  });

  it('are seen at once where the window is high enough', () => {
    for (const height of [720, 1080]) expect(place(1800, height).rect.height).toBeLessThanOrEqual(0.72 * height);
  });

  it('never shrink below a finger’s size: the grid is wider than its box then', () => {
    const { width, tile } = place(300, 800, 12, 16);
    expect(width).toBeGreaterThan(300);
    expect(tile(0, 1).x - tile(0, 0).x).toBe(24);
  });

  it('stand in the middle of the cells that the pointer finds them by', () => {
    const { rect, tile } = place(400);
    const { x, y, side } = tile(3, 5);
    expect(x + side / 2).toBeCloseTo(rect.x + (5.5 / 12) * rect.width, 9);
    expect(y + side / 2).toBeCloseTo(rect.y + (3.5 / 12) * rect.height, 9);
  });
});
