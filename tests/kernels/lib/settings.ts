import { planOf, type OpenFile, type WorkbenchValues } from '../../../src/exhibits/workbench/plan';
import { params } from '../../../src/exhibits/workbench/params';
import type { AttentionSpec } from '../../../src/exhibits/workbench/spec';
import { defaultsOf } from '../../../src/lab/params';
import { testNormals } from './backends';

/** The spec of a setting of the workbench: defaults where nothing is said. */
export function specOf(change: Partial<WorkbenchValues>, open: OpenFile | null = null): AttentionSpec {
  return planOf({ ...defaultsOf(params), ...change }, open, { maxTensorBytes: 2 ** 27, maxLength: null }).spec;
}

export type Arrays = Partial<Record<'q' | 'k' | 'v' | 'scores' | 'weights', Float32Array>>;

/** A visitor's file of one layer with these arrays, and the assets that the session would load from it. */
export function visitorsFile(shape: { heads: number; m: number; n: number; headDim?: number; valueDim?: number }, arrays: Arrays) {
  const { heads, m, n, headDim = null, valueDim } = shape;
  const file = { name: 'f.npz', layers: 1, heads, queries: m, keys: n, headDim, valueDim, ...arrays, queryTokens: null, keyTokens: null, notes: [], remarks: [] };
  const open = { id: 'file', file } as Partial<OpenFile> as OpenFile;
  return { open, assets: new Map([['file/0', arrays as Readonly<Record<string, Float32Array>>]]) };
}

/** Seeded q, k and v of a file. */
export const randomArrays = (heads: number, m: number, n: number, d: number, dv: number) => ({
  q: testNormals(heads * m * d, 21), k: testNormals(heads * n * d, 22), v: testNormals(heads * n * dv, 23),
});
