import type { Ops, Tensor } from '../../ops';
import { maskCells, packBitmap } from '../../reference/mask';
import { applyMask } from './masking';
import { emptyRows } from './plan';
import { reach } from './reach';
import { factorOf, type MasksSpec } from './spec';

/** One size of the scores, and how much of the weight is in the wrong place there; means over the rows with both kinds of key. */
export interface SweepPoint {
  readonly gain: number;
  /** Weight on forbidden keys with −∞ added, with scores multiplied by the mask, with −penalty added. */
  readonly none: number;
  readonly zero: number;
  readonly finite: number;
  /** Weight that is missing from the row when the mask comes after the softmax. */
  readonly after: number;
}

/** What one setting shows, all of it read from the tensors. Matrices are [n, n], row i the query or output. */
export interface MasksMeasurements {
  readonly n: number;
  /** ‖output i with token j changed − output i‖. */
  readonly leak: Float32Array;
  /** First layer: Σ_j weight, and the part of it on forbidden keys, per row. */
  readonly rowSums: Float64Array;
  readonly forbidden: Float64Array;
  /** Rows with every key masked. */
  readonly emptyRows: readonly number[];
  /** Largest |row sum − 1| over the other rows. */
  readonly rowSumError: number;
  /** Mean weight on forbidden keys over the rows that have one. */
  readonly forbiddenMean: number;
  /** Pairs i ≠ j that the mask hides. */
  readonly hiddenPairs: number;
  /** Hidden pairs whose output moves although no chain of visible pairs leads from token j to output i. */
  readonly leaks: number;
  /** Hidden pairs whose output moves by way of other positions, in earlier layers. */
  readonly detours: number;
  /** Largest ‖Δ output‖ of a leak, and of all cells. */
  readonly largestLeak: number;
  readonly largestChange: number;
  /** Numbers among the weights and outputs that are none. */
  readonly nans: number;
  /** Largest forbidden minus largest visible score over the rows that have both; null where there is no such row. */
  readonly gap: number | null;
  /** The same at gain 1. */
  readonly gapAtOne: number | null;
  /** Only in a full measurement. */
  readonly sweep: readonly SweepPoint[] | null;
}

/** Gains of the sweep: 10⁰, 10^¼ … 10⁵. */
export const GAINS: readonly number[] = Array.from({ length: 21 }, (_, i) => 10 ** (i / 4));

/** Reads the figures back; with `full` also the sweep over the size of the scores. */
export async function measureMasks<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: MasksSpec, full: boolean): Promise<MasksMeasurements> {
  const n = spec.ids.length;
  const { weights, leak, output, scores, changedOutput } = tensors as Record<string, T>;
  const sweep = full ? sweepTensors(ops, tensors, spec) : null;
  // All reads are recorded before the first wait, so that they share one submit.
  const reading = Promise.all([leak!, scores!, weights!, output!, changedOutput!].map((tensor) => ops.read(tensor)));
  const sweeping = sweep && Promise.all(Object.values(sweep).map((tensor) => ops.read(tensor)));
  ops.free(...Object.values(sweep ?? {}));
  const [leakNumbers, scoreNumbers, weightNumbers, ...outputs] = (await reading) as [Float32Array, Float32Array, Float32Array, ...Float32Array[]];
  const visible = maskCells(spec.mask, n, n);
  // Added up in float64: a sum of equal weights in f32 drifts by more than the weights are off.
  const sums = (counts: (cell: number) => boolean) => rowSumsOf(weightNumbers, n, counts);
  const rowSums = sums(() => true);
  const forbidden = sums((cell) => visible[cell] === 0);
  const gap = gapOf(scoreNumbers, visible, n);
  return {
    n,
    leak: leakNumbers,
    rowSums,
    forbidden,
    ...rowFigures(visible, rowSums, forbidden, n),
    ...leakFigures(visible, leakNumbers, n, spec.layers),
    nans: [weightNumbers, ...outputs].reduce((sum, numbers) => sum + numbers.filter(Number.isNaN).length, 0),
    gap,
    gapAtOne: gap === null ? null : gap / spec.gain,
    sweep: sweeping && sweepPoints(await sweeping, visible, n),
  };
}

const hasBoth = (row: Uint8Array) => row.includes(0) && row.includes(1);
const rowOf = (cells: Uint8Array, i: number, n: number) => cells.subarray(i * n, (i + 1) * n);
const meanOf = (values: readonly number[]) => (values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length);

function rowSumsOf(weights: Float32Array, n: number, counts: (cell: number) => boolean): Float64Array {
  const sums = new Float64Array(n);
  weights.forEach((weight, cell) => {
    if (counts(cell)) sums[Math.floor(cell / n)]! += weight;
  });
  return sums;
}

function rowFigures(visible: Uint8Array, rowSums: Float64Array, forbidden: Float64Array, n: number) {
  const empty = emptyRows(visible, n);
  const rows = Array.from({ length: n }, (_, i) => i);
  return {
    emptyRows: empty,
    rowSumError: rows.filter((i) => !empty.includes(i)).reduce((most, i) => Math.max(most, Math.abs(rowSums[i]! - 1)), 0),
    forbiddenMean: meanOf(rows.filter((i) => rowOf(visible, i, n).includes(0)).map((i) => forbidden[i]!)),
  };
}

function leakFigures(visible: Uint8Array, leak: Float32Array, n: number, layers: number) {
  const reached = reach(visible, n, layers);
  const figures = { hiddenPairs: 0, leaks: 0, detours: 0, largestLeak: 0, largestChange: 0 };
  leak.forEach((change, cell) => {
    figures.largestChange = Math.max(figures.largestChange, change);
    if (visible[cell] || Math.floor(cell / n) === cell % n) return;
    figures.hiddenPairs++;
    if (change === 0) return;
    if (reached[cell]) figures.detours++;
    else {
      figures.leaks++;
      figures.largestLeak = Math.max(figures.largestLeak, change);
    }
  });
  return figures;
}

/** By how much the largest forbidden score of a row exceeds its largest visible one, at most over all rows. */
function gapOf(scores: Float32Array, visible: Uint8Array, n: number): number | null {
  let gap: number | null = null;
  for (let i = 0; i < n; i++) {
    const row = rowOf(visible, i, n);
    if (!hasBoth(row)) continue;
    const largest = (kind: 0 | 1) => row.reduce((top, seen, j) => (seen === kind ? Math.max(top, scores[i * n + j]!) : top), -Infinity);
    gap = Math.max(gap ?? -Infinity, largest(0) - largest(1));
  }
  return gap;
}

/** For each way of masking, the weights of each row at every gain, summed over the forbidden keys [gains, n, 1]; for 'after' over all. */
function sweepTensors<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: MasksSpec): Record<'none' | 'zero' | 'finite' | 'after', T> {
  const n = spec.ids.length;
  const { q, k, visible, hidden } = tensors as Record<string, T>;
  const count = GAINS.length;
  const identities = (value: (gain: number) => number) =>
    ops.tensor(Float32Array.from({ length: count * n * n }, (_, at) => (Math.floor(at / n) % n === at % n ? value(GAINS[Math.floor(at / (n * n))]!) : 0)), [count, n, n]);
  const copy = identities(() => 1);
  const grow = identities(factorOf);
  const ones = ops.tensor(new Float32Array(n).fill(1), [n, 1]);
  const raw = ops.scores(q!, k!);
  const flat = ops.mergeHeads(raw);
  const scores = ops.matmul(grow, flat);
  const hiddenEverywhere = ops.matmul(copy, hidden!);
  // The mask op knows a rule, not these cells; as a bitmap they are the same mask.
  const rule = { visible: visible!, hidden: hidden!, spec: { bitmap: ops.tensor(bitmapOf(spec, n), [Math.ceil((n * n) / 32)]) } };
  const sumOf = (mistake: MasksSpec['mistake']) => {
    const { masked, weights } = applyMask(ops, { mistake, penalty: spec.penalty }, scores, rule, copy);
    const counted = mistake === 'after' ? null : ops.multiply(weights, hiddenEverywhere);
    const sums = ops.matmul(counted ?? weights, ones);
    ops.free(masked, weights, counted);
    return sums;
  };
  const sums = { none: sumOf('none'), zero: sumOf('zero'), finite: sumOf('finite'), after: sumOf('after') };
  ops.free(copy, grow, ones, raw, flat, scores, hiddenEverywhere, rule.spec.bitmap);
  return sums;
}

/** The visible cells of a mask as the mask op's bitmap. */
const bitmapOf = ({ mask }: MasksSpec, n: number): Uint32Array => packBitmap(maskCells(mask, n, n));

function sweepPoints([none, zero, finite, after]: readonly Float32Array[], visible: Uint8Array, n: number): SweepPoint[] {
  const rows = Array.from({ length: n }, (_, i) => i).filter((i) => hasBoth(rowOf(visible, i, n)));
  const at = (sums: Float32Array, gain: number) => meanOf(rows.map((i) => sums[gain * n + i]!));
  return GAINS.map((gain, g) => ({ gain, none: at(none!, g), zero: at(zero!, g), finite: at(finite!, g), after: 1 - at(after!, g) }));
}
