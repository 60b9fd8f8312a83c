import type { Gpu } from '../gpu';
import * as twin from '../reference/norm';
import { checkChannels, hosted, parameterGradients, type NormGradients, type NormOptions } from './norm';
import { asRows, assertSameShape, doubles, emptyOn, host, integers, sizeOf, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';

/** Statistics of the batch, or the running ones; and the rows that count. */
export type BatchNormOptions<T extends Tensor> = NormOptions<T> & {
  /** u32 [N]: 1 where a row counts, 0 where it is padding. Padding enters no statistic, and its y and dx are zeros. */
  readonly valid?: T;
} & (
    | {
        readonly mode: 'train';
        /** [c], both or neither; new ones are returned and these left as they are. */
        readonly runningMean?: T;
        readonly runningVar?: T;
        /** Share of the new batch in the running statistics; 0.1 unless told. */
        readonly momentum?: number;
      }
    | { readonly mode: 'eval'; readonly runningMean: T; readonly runningVar: T }
  );

export interface BatchNormResult<T extends Tensor> {
  readonly y: T;
  /** [c]; in evaluation the caller's `runningMean` itself. */
  readonly mean: T;
  /** Biased variance [c]; in evaluation the caller's `runningVar` itself. */
  readonly variance: T;
  /** 1 / √(variance + eps) [c] */
  readonly rstd: T;
  /** Running statistics after this batch [c], where running ones were given in training. */
  readonly runningMean?: T;
  readonly runningVar?: T;
}

export interface BatchNormInput<T extends Tensor> {
  readonly x: T;
  readonly gamma?: T;
  readonly mean: T;
  readonly rstd: T;
  readonly dy: T;
  readonly valid?: T;
  readonly mode: 'train' | 'eval';
}

export interface BatchNormOps<T extends Tensor> {
  /**
   * BatchNorm (Ioffe and Szegedy 2015) of x [..., c] per channel, over all rows N = batch × tokens: normalised with the
   * biased variance, the running variance updated with the unbiased one, as PyTorch does. With `valid` and fewer than two
   * rows that count, y is beta and the running variance stays. @throws when N < 2 in training.
   */
  batchNorm(x: T, options: BatchNormOptions<T>): BatchNormResult<T>;
  /** Gradients of batchNorm, from what it returned; in training they pass through the statistics as well. */
  batchNormBackward(input: BatchNormInput<T>): NormGradients<T>;
}

const DEFAULT_EPS = 1e-5;
const DEFAULT_MOMENTUM = 0.1;
const WG = 64;
/** Rows that one invocation sums up. */
const CHUNK = 32;
/** Rows that one invocation of the vec4 kernel normalises. */
const RUN = 16;

/** The running statistics of the options, or null. @throws when the options do not fit x. */
function checkForward<T extends Tensor>(x: T, options: BatchNormOptions<T>) {
  const { rows, cols } = asRows(x.shape);
  const { gamma, beta, runningMean, runningVar, valid } = options;
  checkChannels('batchNorm', cols, { gamma, beta, runningMean, runningVar });
  checkValid('batchNorm', rows, valid);
  if (options.mode === 'train' && rows < 2) {
    throw new Error('BatchNorm in training needs at least two rows (batch × tokens): the variance of one row is 0. Add rows or use evaluation.');
  }
  if (!runningMean !== !runningVar) throw new Error('batchNorm: runningMean and runningVar go together; give both or neither.');
  if (options.mode === 'eval' && !runningMean) throw new Error('batchNorm: evaluation needs runningMean and runningVar.');
  return { rows, cols, running: runningMean && runningVar ? { mean: runningMean, variance: runningVar } : null };
}

function checkValid(op: string, rows: number, valid: Tensor | undefined): void {
  if (valid && (valid.dtype !== 'u32' || sizeOf(valid.shape) !== rows)) {
    throw new Error(`${op}: valid needs ${rows} unsigned integers, one per row, but has ${sizeOf(valid.shape)} of type ${valid.dtype}.`);
  }
}

function checkBackward<T extends Tensor>({ x, dy, gamma, mean, rstd, valid }: BatchNormInput<T>) {
  assertSameShape('batchNormBackward (x, dy)', x.shape, dy.shape);
  const { rows, cols } = asRows(x.shape);
  checkChannels('batchNormBackward', cols, { gamma, mean, rstd });
  checkValid('batchNormBackward', rows, valid);
  return { rows, cols };
}

export function gpuBatchNorm(gpu: Gpu): BatchNormOps<GpuTensor> {
  return {
    batchNorm(x, options) {
      const { rows, cols, running } = checkForward(x, options);
      const { gamma, beta, valid, eps = DEFAULT_EPS } = options;
      const statistics =
        options.mode === 'train'
          ? batchStatistics(gpu, x, valid, eps, running, options.momentum ?? DEFAULT_MOMENTUM)
          : { mean: running!.mean, variance: running!.variance, rstd: reciprocalDeviation(gpu, running!.variance, eps) };
      const y = emptyOn(gpu, x.shape, 'batch_norm/y');
      const bindings = {
        x: x.buffer, mean: statistics.mean.buffer, rstd: statistics.rstd.buffer,
        gamma: (gamma ?? x).buffer, beta: (beta ?? x).buffer, row_valid: (valid ?? x).buffer, y: y.buffer,
      };
      const given = { has_gamma: gamma ? 1 : 0, has_beta: beta ? 1 : 0, has_valid: valid ? 1 : 0 };
      if (cols % 4 === 0) {
        const quads = cols / 4;
        const workgroups = Math.ceil((Math.ceil(rows / RUN) * quads) / WG);
        gpu.run('batch_norm_forward.vec4', { bindings, uniforms: { rows, quads, ...given }, overrides: { WG, RUN }, workgroups });
      } else {
        const cells = rows * cols;
        gpu.run('batch_norm_forward', { bindings, uniforms: { cells, cols, ...given }, overrides: { WG }, workgroups: Math.ceil(cells / WG) });
      }
      return { y, ...statistics };
    },
    batchNormBackward(input) {
      const { rows, cols } = checkBackward(input);
      const { x, gamma, mean, rstd, dy, valid, mode } = input;
      const { dgamma, dbeta, means } = parameterGradients(gpu, x, dy, { mean, rstd, perRow: false, ...(valid && { valid }) });
      const dx = emptyOn(gpu, x.shape, 'batch_norm/dx');
      gpu.run('batch_norm_backward', {
        bindings: {
          x: x.buffer, dy: dy.buffer, mean: mean.buffer, rstd: rstd.buffer, gamma: (gamma ?? x).buffer,
          row_valid: (valid ?? x).buffer, means: means.buffer, dx: dx.buffer,
        },
        uniforms: { cells: rows * cols, cols, has_gamma: gamma ? 1 : 0, has_valid: valid ? 1 : 0, training: mode === 'train' ? 1 : 0 },
        overrides: { WG },
        workgroups: Math.ceil((rows * cols) / WG),
      });
      gpu.release(means.buffer);
      return { dx, dgamma, dbeta };
    },
  };
}

type Running<T> = { readonly mean: T; readonly variance: T } | null;

/** Statistics of each column, and the running ones after them where there are any. */
function batchStatistics(gpu: Gpu, x: GpuTensor, valid: GpuTensor | undefined, eps: number, running: Running<GpuTensor>, momentum: number) {
  const { rows, cols } = asRows(x.shape);
  const chunks = Math.ceil(rows / CHUNK);
  const parts = emptyOn(gpu, [3, chunks, cols], 'batch_norm/parts');
  const bindings = { x: x.buffer, row_valid: (valid ?? x).buffer, parts: parts.buffer };
  const uniforms = { rows, chunk: CHUNK, chunks, has_valid: valid ? 1 : 0 };
  const grid = (columns: number) => ({ overrides: { WG }, workgroups: Math.ceil((chunks * columns) / WG) });
  if (cols % 4 === 0) gpu.run('batch_norm_parts_forward.vec4', { bindings, uniforms: { ...uniforms, quads: cols / 4 }, ...grid(cols / 4) });
  else gpu.run('batch_norm_parts_forward', { bindings, uniforms: { ...uniforms, cols }, ...grid(cols) });
  const channels = (role: string) => emptyOn(gpu, [cols], `batch_norm/${role}`);
  const [mean, variance, rstd] = [channels('mean'), channels('variance'), channels('rstd')];
  const [runningMean, runningVar] = [channels('running-mean'), channels('running-variance')];
  gpu.run('batch_norm_merge_forward', {
    bindings: {
      parts: parts.buffer, running_mean: (running?.mean ?? parts).buffer, running_var: (running?.variance ?? parts).buffer,
      mean: mean.buffer, variance: variance.buffer, rstd: rstd.buffer, next_mean: runningMean.buffer, next_var: runningVar.buffer,
    },
    uniforms: { cols, chunks, eps, momentum, has_running: running ? 1 : 0 },
    overrides: { WG },
    workgroups: Math.ceil(cols / WG),
  });
  gpu.release(parts.buffer);
  if (running) return { mean, variance, rstd, runningMean, runningVar };
  gpu.release(runningMean.buffer);
  gpu.release(runningVar.buffer);
  return { mean, variance, rstd };
}

function reciprocalDeviation(gpu: Gpu, variance: GpuTensor, eps: number): GpuTensor {
  const cols = sizeOf(variance.shape);
  const rstd = emptyOn(gpu, [cols], 'batch_norm/rstd');
  gpu.run('batch_norm_rstd_forward', {
    bindings: { variance: variance.buffer, rstd: rstd.buffer },
    uniforms: { cols, eps },
    overrides: { WG },
    workgroups: Math.ceil(cols / WG),
  });
  return rstd;
}

const optional = (tensor: HostTensor | undefined) => (tensor ? doubles(tensor) : null);
const channelsOf = (data: Float64Array): HostTensor => host([data.length], data);

export const referenceBatchNorm: BatchNormOps<HostTensor> = {
  batchNorm(x, options) {
    const { rows, cols, running } = checkForward(x, options);
    const { gamma, beta, eps = DEFAULT_EPS } = options;
    const valid = options.valid ? integers(options.valid) : null;
    const given = running && { mean: doubles(running.mean), variance: doubles(running.variance) };
    const batch = options.mode === 'train' ? twin.batchStatistics(doubles(x), rows, cols, valid) : null;
    const { mean, variance } = batch ?? given!;
    const rstd = twin.reciprocalDeviation(variance, eps);
    const affine = { gamma: optional(gamma), beta: optional(beta) };
    const y = host(x.shape as Shape, twin.batchNorm(doubles(x), rows, cols, mean, rstd, affine, valid));
    if (options.mode === 'eval') return { y, mean: running!.mean, variance: running!.variance, rstd: channelsOf(rstd) };
    const next = given && twin.updateRunning(given, batch!, options.momentum ?? DEFAULT_MOMENTUM);
    return {
      y,
      mean: channelsOf(mean),
      variance: channelsOf(variance),
      rstd: channelsOf(rstd),
      ...(next && { runningMean: channelsOf(next.mean), runningVar: channelsOf(next.variance) }),
    };
  },
  batchNormBackward(input) {
    const { rows, cols } = checkBackward(input);
    const { x, dy, mean, rstd, gamma, mode } = input;
    const valid = input.valid ? integers(input.valid) : null;
    const training = mode === 'train';
    return hosted(
      x.shape,
      twin.batchNormBackward(doubles(x), doubles(dy), doubles(mean), doubles(rstd), optional(gamma), rows, cols, valid, training),
    );
  },
};
