import type { HistogramRange, Ops, Tensor } from '../../ops';
import { ROW_STATISTICS, ROW_STATISTICS_WIDTH } from '../../reference/row_statistics';
import { mean, median, share } from '../../reference/summary';
import { carriers, logBins, logMedianError, meanError, type Counted } from './summary';
import { SHIFT, SIDES, type ScalingSpec, type Side } from './spec';
import { scoreVariance } from './theory';

/** A row whose Jacobian is smaller than this passes practically nothing. */
export const SMALL_JACOBIAN = 1e-3;

/** The norms of a gradient that reached the rows of q. */
export interface GradientFigures {
  readonly mean: number;
  readonly median: number;
  readonly largest: number;
  /** Smallest share of the rows that carries half of the sum of all norms. */
  readonly carriers: number;
  /** Standard errors from the spread between the draws: of the mean, and of ln(median); null for fewer than 4 draws. */
  readonly meanError: number | null;
  readonly medianLogError: number | null;
  /** How many rows fall into each half decade of the norm, as powers of ten. */
  readonly decades: Counted;
}

/** What is read of one side. Rows with fewer than two visible keys have nothing to choose between and are left out. */
export interface SideFigures {
  readonly factor: number;
  /** Of the scores after the factor, over all visible cells. */
  readonly variance: number;
  /** Mean entropy of the rows, in nats. */
  readonly entropy: number;
  readonly entropyError: number | null;
  /** Largest weight of a row: mean, and median. */
  readonly largest: number;
  readonly largestMedian: number;
  /** ‖diag(p) − ppᵀ‖_F of each row: mean, median, and the share of rows below SMALL_JACOBIAN. */
  readonly jacobian: number;
  readonly jacobianMedian: number;
  readonly jacobianMedianLogError: number | null;
  readonly jacobianSmall: number;
  /** ‖∂L/∂q_i‖ for L = ⟨G, softmax(factor · QKᵀ) V⟩; null where the source has no k, or before the hand rests. */
  readonly gradient: GradientFigures | null;
  /** How the scores after the factor are distributed; null before the hand rests. */
  readonly histogram: Counted | null;
}

/** What the exhibit shows of one setting. */
export interface Measurements {
  readonly off: SideFigures;
  readonly on: SideFigures;
  /** Width of q and k. */
  readonly dk: number;
  /** Mean and variance of q·k over all visible cells. */
  readonly scoreMean: number;
  readonly scoreVariance: number;
  /** Largest |q·k|. */
  readonly scoreExtent: number;
  /** Mean and mean square of the components of q and k; null where a file brought scores. */
  readonly components: { readonly mean: number; readonly square: number } | null;
  /** Mean of ln(visible keys): the entropy of a row that attends to all alike. */
  readonly entropyLimit: number;
  /** Rows that the figures are taken over. */
  readonly rows: number;
  /** Draws, or heads, that these rows are spread over. */
  readonly draws: number;
}

/** Bins of the histogram of scores, and how many expected deviations it reaches to either side. */
const SCORE_BINS = 48;
const SCORE_REACH = 4;

/** Reads everything back and summarises it; the gradient and the histograms only where `full`. */
export async function measureScaling<T extends Tensor>(
  ops: Ops<T>,
  tensors: Readonly<Record<string, T>>,
  spec: ScalingSpec,
  full: boolean,
): Promise<Measurements> {
  const of = (name: string): T => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`There is no "${name}" to measure.`);
    return tensor;
  };
  const rowTensors = SIDES.map((side) => ops.rowStatistics(of(`scaled.${side}`), of(`weights.${side}`), { scores: false }));
  const moments = SIDES.map((side) => ops.moments(of(`scaled.${side}`)));
  const vectors = [tensors.q, tensors.k].filter((tensor) => tensor !== undefined).map((tensor) => ops.moments(tensor));
  const gradients = full ? gradientNorms(ops, tensors) : null;
  const ranges = SIDES.map((side) => expectedRange(spec, side));
  const histograms = full ? SIDES.map((side, i) => ranges[i] && ops.histogram(of(`scaled.${side}`), ranges[i]!)) : [null, null];
  // A file's scores must be seen before their range is known, and the visitor may have changed the setting by then: count a copy.
  const copies = full ? SIDES.map((side, i) => (ranges[i] ? null : ops.scale(of(`scaled.${side}`), 1))) : [null, null];
  // All reads are recorded before the first wait, so that they share one submit.
  const reading = Promise.all([
    Promise.all(rowTensors.map((tensor) => ops.read(tensor))),
    Promise.all(moments.map((tensor) => ops.read(tensor))),
    Promise.all(vectors.map((tensor) => ops.read(tensor))),
    gradients && Promise.all(gradients.map((tensor) => ops.read(tensor))),
    Promise.all(histograms.map((tensor) => tensor && ops.readIntegers(tensor))),
  ]);
  ops.free(...rowTensors, ...moments, ...vectors, ...(gradients ?? []), ...histograms);
  const [rows, sideMoments, vectorMoments, norms, counts] = await reading;
  for (const [i, copy] of copies.entries()) {
    if (!copy) continue;
    ranges[i] = rangeAround(sideMoments[i]![0]!, Math.sqrt(sideMoments[i]![1]!));
    const histogram = ops.histogram(copy, ranges[i]!);
    const late = ops.readIntegers(histogram);
    ops.free(copy, histogram);
    counts[i] = await late;
  }

  const cells = countsOf(rows[0]!);
  const kept = [...cells.keys()].filter((row) => cells[row]! >= 2);
  const figures = (side: Side, index: number): SideFigures => ({
    ...rowFigures(rows[index]!, kept, spec),
    factor: spec.factors[side],
    variance: sideMoments[index]![1]!,
    gradient: norms && gradientFigures(norms[index]!, spec.factors[side], kept, spec),
    histogram: counts[index] ? countedOf(ranges[index]!, counts[index]!) : null,
  });
  const [first] = sideMoments;
  const { off: bare } = spec.factors;
  return {
    off: figures('off', 0),
    on: figures('on', 1),
    dk: spec.dk,
    scoreMean: first![0]! / bare,
    scoreVariance: first![1]! / bare ** 2,
    scoreExtent: Math.max(-first![2]!, first![3]!) / bare,
    components: vectorMoments.length === 2 ? componentsOf(vectorMoments) : null,
    entropyLimit: mean(kept.map((row) => Math.log(cells[row]!))),
    rows: kept.length,
    draws: spec.draws,
  };
}

/** ‖∂L/∂q_i‖ / factor of every row [draws, m], for each side; null where there are no keys. */
function gradientNorms<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>): T[] | null {
  const { k, v, gradOutput } = tensors;
  if (!k || !v || !gradOutput) return null;
  const dweights = ops.matmul(gradOutput, v, { transposeB: true }); // dP = G Vᵀ
  const norms = SIDES.map((side) => {
    const dscores = ops.softmaxBackward(tensors[`weights.${side}`]!, dweights);
    const product = ops.matmul(dscores, k); // dQ = factor · dS K
    const norm = ops.rowNorms(product);
    ops.free(dscores, product);
    return norm;
  });
  ops.free(dweights);
  return norms;
}

/** Where the scores of random draws are expected, after the factor; null for a file, whose scores nobody knows. */
function expectedRange({ input, dk, factors }: ScalingSpec, side: Side): HistogramRange | null {
  if (input.kind === 'mine') return null;
  const middle = input.dist === 'shifted' ? dk * SHIFT ** 2 : 0;
  return rangeAround(factors[side] * middle, factors[side] * Math.sqrt(scoreVariance(input.dist, dk)));
}

function rangeAround(middle: number, deviation: number): HistogramRange {
  const reach = SCORE_REACH * deviation || 1;
  return { min: Math.fround(middle - reach), max: Math.fround(middle + reach), bins: SCORE_BINS };
}

const countedOf = ({ min, max }: HistogramRange, counts: Uint32Array): Counted => ({
  min, max, below: counts[0]!, counts: Array.from(counts.subarray(1, -1)), above: counts[counts.length - 1]!,
});

const at = (statistics: Float32Array, row: number, name: keyof typeof ROW_STATISTICS) => statistics[row * ROW_STATISTICS_WIDTH + ROW_STATISTICS[name]]!;
const countsOf = (statistics: Float32Array) => Array.from({ length: statistics.length / ROW_STATISTICS_WIDTH }, (_, row) => at(statistics, row, 'cells'));

function rowFigures(statistics: Float32Array, kept: readonly number[], { m }: ScalingSpec) {
  const column = (name: keyof typeof ROW_STATISTICS) => kept.map((row) => at(statistics, row, name));
  const byDraw = (values: readonly number[]) => groups(values, kept, m);
  const [entropy, largest, jacobian] = [column('entropy'), column('peak'), column('jacobian')];
  return {
    entropy: mean(entropy),
    entropyError: meanError(byDraw(entropy)),
    largest: mean(largest),
    largestMedian: median(largest),
    jacobian: mean(jacobian),
    jacobianMedian: median(jacobian),
    jacobianMedianLogError: logMedianError(byDraw(jacobian)),
    jacobianSmall: share(jacobian, (norm) => norm < SMALL_JACOBIAN),
  };
}

function gradientFigures(norms: Float32Array, factor: number, kept: readonly number[], { m }: ScalingSpec): GradientFigures {
  const values = kept.map((row) => factor * norms[row]!);
  const byDraw = groups(values, kept, m);
  return {
    mean: mean(values),
    median: median(values),
    largest: values.reduce((most, value) => Math.max(most, value), 0),
    carriers: carriers(values, 0.5),
    meanError: meanError(byDraw),
    medianLogError: logMedianError(byDraw),
    decades: logBins(values, -12, 3, 2),
  };
}

/** The rows' values apart by draw. */
function groups(values: readonly number[], kept: readonly number[], m: number): number[][] {
  const found = new Map<number, number[]>();
  values.forEach((value, index) => {
    const draw = Math.floor(kept[index]! / m);
    const group = found.get(draw);
    if (group) group.push(value);
    else found.set(draw, [value]);
  });
  return [...found.values()];
}

/** Mean and mean square over q and k together. */
function componentsOf(moments: readonly Float32Array[]) {
  const total = moments.reduce((sum, each) => sum + each[4]!, 0);
  const weighted = (of: (each: Float32Array) => number) => moments.reduce((sum, each) => sum + of(each) * each[4]!, 0) / total;
  return { mean: weighted((each) => each[0]!), square: weighted((each) => each[1]! + each[0]! ** 2) };
}
