/** Gain and offset of a norm, each [cols] or null for ones and zeros. */
export interface Affine {
  readonly gamma: Float64Array | null;
  readonly beta: Float64Array | null;
}

/** Gradients of a norm's input and of its parameters. */
export interface NormGradients {
  readonly dx: Float64Array;
  readonly dgamma: Float64Array;
  readonly dbeta: Float64Array;
}

/** LayerNorm (Ba, Kiros and Hinton 2016): each row of x [rows, cols] to mean 0 and biased variance 1, then · gamma + beta. */
export function layerNorm(x: Float64Array, rows: number, cols: number, { gamma, beta }: Affine, eps: number) {
  const y = new Float64Array(x.length);
  const mean = new Float64Array(rows);
  const rstd = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = x.subarray(row * cols, (row + 1) * cols);
    const center = average(values, (value) => value);
    const scale = 1 / Math.sqrt(average(values, (value) => (value - center) ** 2) + eps);
    for (let c = 0; c < cols; c++) y[row * cols + c] = (values[c]! - center) * scale * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
    mean[row] = center;
    rstd[row] = scale;
  }
  return { y, mean, rstd };
}

/** Gradients of layerNorm, from its own mean [rows] and rstd [rows]; dy is the gradient with respect to y. */
export function layerNormBackward(
  x: Float64Array, dy: Float64Array, mean: Float64Array, rstd: Float64Array, gamma: Float64Array | null, rows: number, cols: number,
): NormGradients {
  const gradients = emptyGradients(x.length, cols);
  for (let row = 0; row < rows; row++) {
    const normal = Float64Array.from({ length: cols }, (_, c) => (x[row * cols + c]! - mean[row]!) * rstd[row]!);
    backwardRow(gradients, normal, dy, rstd[row]!, gamma, row * cols, true);
  }
  return gradients;
}

/** RMSNorm (Zhang and Sennrich 2019): each row of x [rows, cols] over its root mean square, then · gamma. */
export function rmsNorm(x: Float64Array, rows: number, cols: number, gamma: Float64Array | null, eps: number) {
  const y = new Float64Array(x.length);
  const rrms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = x.subarray(row * cols, (row + 1) * cols);
    rrms[row] = 1 / Math.sqrt(average(values, (value) => value ** 2) + eps);
    for (let c = 0; c < cols; c++) y[row * cols + c] = values[c]! * rrms[row]! * (gamma?.[c] ?? 1);
  }
  return { y, rrms };
}

/** Gradients of rmsNorm, from its own rrms [rows]; dbeta belongs to no parameter of it. */
export function rmsNormBackward(
  x: Float64Array, dy: Float64Array, rrms: Float64Array, gamma: Float64Array | null, rows: number, cols: number,
): NormGradients {
  const gradients = emptyGradients(x.length, cols);
  for (let row = 0; row < rows; row++) {
    const normal = Float64Array.from({ length: cols }, (_, c) => x[row * cols + c]! * rrms[row]!);
    backwardRow(gradients, normal, dy, rrms[row]!, gamma, row * cols, false);
  }
  return gradients;
}

/** Mean and biased variance of each column of x [rows, cols], over the rows that count. */
export function batchStatistics(x: Float64Array, rows: number, cols: number, valid: Uint32Array | null) {
  const mean = new Float64Array(cols);
  const variance = new Float64Array(cols);
  const counted = rowsThatCount(rows, valid);
  const count = Math.max(counted.length, 1);
  for (let c = 0; c < cols; c++) {
    const column = Float64Array.from(counted, (row) => x[row * cols + c]!);
    mean[c] = column.reduce((sum, value) => sum + value, 0) / count;
    variance[c] = column.reduce((sum, value) => sum + (value - mean[c]!) ** 2, 0) / count;
  }
  return { mean, variance, count: counted.length };
}

/** The running statistics after a batch: (1 − momentum) · old + momentum · new, with the unbiased variance. */
export function updateRunning(
  running: { mean: Float64Array; variance: Float64Array }, batch: { mean: Float64Array; variance: Float64Array; count: number }, momentum: number,
) {
  const { count } = batch;
  const blend = (old: number, now: number) => (1 - momentum) * old + momentum * now;
  return {
    mean: running.mean.map((old, c) => (count > 0 ? blend(old, batch.mean[c]!) : old)),
    variance: running.variance.map((old, c) => (count > 1 ? blend(old, (batch.variance[c]! * count) / (count - 1)) : old)),
  };
}

/** 1 / √(variance + eps) */
export const reciprocalDeviation = (variance: Float64Array, eps: number) => variance.map((value) => 1 / Math.sqrt(value + eps));

/** BatchNorm (Ioffe and Szegedy 2015) with given statistics [cols]; rows that do not count become zeros. */
export function batchNorm(
  x: Float64Array, rows: number, cols: number, mean: Float64Array, rstd: Float64Array, { gamma, beta }: Affine, valid: Uint32Array | null,
): Float64Array {
  const y = new Float64Array(x.length);
  for (const row of rowsThatCount(rows, valid)) {
    for (let c = 0; c < cols; c++) {
      y[row * cols + c] = (x[row * cols + c]! - mean[c]!) * rstd[c]! * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
    }
  }
  return y;
}

/** Gradients of batchNorm; with `training` the statistics are those of the batch and pass gradients too. */
export function batchNormBackward(
  x: Float64Array, dy: Float64Array, mean: Float64Array, rstd: Float64Array, gamma: Float64Array | null,
  rows: number, cols: number, valid: Uint32Array | null, training: boolean,
): NormGradients {
  const { dx, dgamma, dbeta } = emptyGradients(x.length, cols);
  const counted = rowsThatCount(rows, valid);
  const normal = (at: number, c: number) => (x[at]! - mean[c]!) * rstd[c]!;
  for (const row of counted) {
    for (let c = 0; c < cols; c++) {
      dgamma[c]! += dy[row * cols + c]! * normal(row * cols + c, c);
      dbeta[c]! += dy[row * cols + c]!;
    }
  }
  for (const row of counted) {
    for (let c = 0; c < cols; c++) {
      const at = row * cols + c;
      const through = training ? (dbeta[c]! + normal(at, c) * dgamma[c]!) / counted.length : 0;
      dx[at] = rstd[c]! * (gamma?.[c] ?? 1) * (dy[at]! - through);
    }
  }
  return { dx, dgamma, dbeta };
}

const average = (values: Float64Array, of: (value: number) => number): number =>
  values.reduce((sum, value) => sum + of(value), 0) / values.length;

const rowsThatCount = (rows: number, valid: Uint32Array | null): number[] =>
  Array.from({ length: rows }, (_, row) => row).filter((row) => !valid || valid[row] !== 0);

const emptyGradients = (cells: number, cols: number): NormGradients => ({
  dx: new Float64Array(cells),
  dgamma: new Float64Array(cols),
  dbeta: new Float64Array(cols),
});

/** One row of layerNormBackward (centered) or rmsNormBackward, starting at cell `start`. */
function backwardRow(
  { dx, dgamma, dbeta }: NormGradients, normal: Float64Array, dy: Float64Array, rstd: number, gamma: Float64Array | null, start: number, centered: boolean,
): void {
  const g = normal.map((_, c) => dy[start + c]! * (gamma?.[c] ?? 1));
  const mean = centered ? average(g, (value) => value) : 0;
  const along = g.reduce((sum, value, c) => sum + value * normal[c]!, 0) / g.length;
  for (let c = 0; c < g.length; c++) {
    dx[start + c] = rstd * (g[c]! - mean - normal[c]! * along);
    dgamma[c]! += dy[start + c]! * normal[c]!;
    dbeta[c]! += dy[start + c]!;
  }
}
