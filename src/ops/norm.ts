import type { Gpu } from '../gpu';
import * as twin from '../reference/norm';
import { choicesOf, rowWorkgroup, type RowVariant } from './choice';
import { asRows, assertSameShape, doubles, emptyOn, host, sizeOf, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';

/** Parameters of a norm over c channels. */
export interface NormOptions<T extends Tensor> {
  /** Gain [c]; absent: ones. */
  readonly gamma?: T;
  /** Offset [c]; absent: zeros. */
  readonly beta?: T;
  /** Added to the variance; 1e-5 unless told. */
  readonly eps?: number;
}

export interface NormGradients<T extends Tensor> {
  readonly dx: T;
  /** [c] */
  readonly dgamma: T;
  /** [c] */
  readonly dbeta: T;
}

/** LayerNorm and RMSNorm: each row on its own, so that training and evaluation are the same. */
export interface NormOps<T extends Tensor> {
  /**
   * LayerNorm (Ba, Kiros and Hinton 2016) over the last axis: x [..., c] → y [..., c], mean and rstd [rows].
   * `variant` says which kernel runs; the op chooses when it is left out.
   */
  layerNorm(x: T, options?: NormOptions<T> & { readonly variant?: RowVariant }): { y: T; mean: T; rstd: T };
  /** Gradients of layerNorm, from what it returned; dy [..., c] is the gradient of the loss with respect to y. */
  layerNormBackward(input: { x: T; gamma?: T; mean: T; rstd: T; dy: T }): NormGradients<T>;
  /** RMSNorm (Zhang and Sennrich 2019) over the last axis: x [..., c] → y [..., c], rrms = 1 / root mean square [rows]. */
  rmsNorm(x: T, options?: Omit<NormOptions<T>, 'beta'>): { y: T; rrms: T };
  /** Gradients of rmsNorm, from what it returned. */
  rmsNormBackward(input: { x: T; gamma?: T; rrms: T; dy: T }): Omit<NormGradients<T>, 'dbeta'>;
}

const DEFAULT_EPS = 1e-5;
const WG = 64;
/** Rows that one invocation adds up in the gradients of the parameters. */
const CHUNK = 32;

/** @throws when a parameter does not hold one value per channel. */
export function checkChannels(op: string, cols: number, parameters: Readonly<Record<string, Tensor | undefined>>): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter && sizeOf(parameter.shape) !== cols) {
      throw new Error(`${op}: ${name} holds ${sizeOf(parameter.shape)} values, but there are ${cols} channels; it needs one per channel.`);
    }
  }
}

/** Which statistics a cell belongs to, and which rows count. */
export interface ParameterSums {
  readonly mean: GpuTensor | null;
  readonly rstd: GpuTensor;
  readonly perRow: boolean;
  readonly valid?: GpuTensor;
}

/** Gradients of gamma and beta, and their means over the rows that count [2, c] for batch_norm_backward. The caller frees all three. */
export function parameterGradients(gpu: Gpu, x: GpuTensor, dy: GpuTensor, { mean, rstd, perRow, valid }: ParameterSums) {
  const { rows, cols } = asRows(x.shape);
  const chunks = Math.max(1, Math.ceil(rows / CHUNK));
  const parts = emptyOn(gpu, [3, chunks, cols], 'norm/parameter-parts');
  gpu.run('norm_parameters_backward', {
    bindings: {
      x: x.buffer, dy: dy.buffer, mean: (mean ?? rstd).buffer, rstd: rstd.buffer,
      row_valid: (valid ?? x).buffer, parts: parts.buffer,
    },
    uniforms: {
      rows, cols, chunk: CHUNK, chunks, row_step: perRow ? 1 : 0, col_step: perRow ? 0 : 1,
      centered: mean ? 1 : 0, has_valid: valid ? 1 : 0,
    },
    overrides: { WG },
    workgroups: Math.ceil((chunks * cols) / WG),
  });
  const dgamma = emptyOn(gpu, [cols], 'norm/dgamma');
  const dbeta = emptyOn(gpu, [cols], 'norm/dbeta');
  const means = emptyOn(gpu, [2, cols], 'norm/gradient-means');
  gpu.run('norm_parameters_merge_backward', {
    bindings: { parts: parts.buffer, dgamma: dgamma.buffer, dbeta: dbeta.buffer, means: means.buffer },
    uniforms: { cols, chunks },
    overrides: { WG },
    workgroups: Math.ceil(cols / WG),
  });
  gpu.release(parts.buffer);
  return { dgamma, dbeta, means };
}

export function gpuNorm(gpu: Gpu): NormOps<GpuTensor> {
  const choices = choicesOf(gpu);
  return {
    layerNorm(x, { gamma, beta, eps = DEFAULT_EPS, variant } = {}) {
      const { rows, cols } = asRows(x.shape);
      checkChannels('layerNorm', cols, { gamma, beta });
      const y = emptyOn(gpu, x.shape, 'norm/y');
      const mean = emptyOn(gpu, [rows], 'norm/mean');
      const rstd = emptyOn(gpu, [rows], 'norm/rstd');
      const bindings = {
        x: x.buffer, gamma: (gamma ?? x).buffer, beta: (beta ?? x).buffer,
        y: y.buffer, mean: mean.buffer, rstd: rstd.buffer,
      };
      const uniforms = { rows, eps, has_gamma: gamma ? 1 : 0, has_beta: beta ? 1 : 0 };
      const grid = { bindings, overrides: { WG }, workgroups: Math.ceil(rows / WG) };
      const chosen = variant ?? choices.rows(rows, cols);
      if (chosen !== 'row') {
        gpu.run(`layer_norm_forward.${chosen}`, { bindings, uniforms: { ...uniforms, cols }, overrides: { WG: rowWorkgroup(cols) }, workgroups: rows });
      } else if (cols % 16 === 0) gpu.run('layer_norm_forward.vec4', { ...grid, uniforms: { ...uniforms, quads: cols / 4 } });
      else gpu.run('layer_norm_forward', { ...grid, uniforms: { ...uniforms, cols } });
      return { y, mean, rstd };
    },
    layerNormBackward({ x, gamma, mean, rstd, dy }) {
      const { rows, cols } = checkBackward('layerNormBackward', x.shape, dy.shape, { gamma });
      const dx = emptyOn(gpu, x.shape, 'norm/dx');
      const bindings = {
        x: x.buffer, dy: dy.buffer, mean: mean.buffer, rstd: rstd.buffer, gamma: (gamma ?? x).buffer, dx: dx.buffer,
      };
      const uniforms = { rows, has_gamma: gamma ? 1 : 0 };
      const grid = { bindings, overrides: { WG }, workgroups: Math.ceil(rows / WG) };
      if (cols % 4 === 0) gpu.run('layer_norm_backward.vec4', { ...grid, uniforms: { ...uniforms, quads: cols / 4 } });
      else gpu.run('layer_norm_backward', { ...grid, uniforms: { ...uniforms, cols } });
      const { dgamma, dbeta, means } = parameterGradients(gpu, x, dy, { mean, rstd, perRow: true });
      gpu.release(means.buffer);
      return { dx, dgamma, dbeta };
    },
    rmsNorm(x, { gamma, eps = DEFAULT_EPS } = {}) {
      const { rows, cols } = asRows(x.shape);
      checkChannels('rmsNorm', cols, { gamma });
      const y = emptyOn(gpu, x.shape, 'norm/y');
      const rrms = emptyOn(gpu, [rows], 'norm/rrms');
      gpu.run('rms_norm_forward', {
        bindings: { x: x.buffer, gamma: (gamma ?? x).buffer, y: y.buffer, rrms: rrms.buffer },
        uniforms: { rows, cols, eps, has_gamma: gamma ? 1 : 0 },
        overrides: { WG },
        workgroups: Math.ceil(rows / WG),
      });
      return { y, rrms };
    },
    rmsNormBackward({ x, gamma, rrms, dy }) {
      const { rows, cols } = checkBackward('rmsNormBackward', x.shape, dy.shape, { gamma });
      const dx = emptyOn(gpu, x.shape, 'norm/dx');
      gpu.run('rms_norm_backward', {
        bindings: { x: x.buffer, dy: dy.buffer, rrms: rrms.buffer, gamma: (gamma ?? x).buffer, dx: dx.buffer },
        uniforms: { rows, cols, has_gamma: gamma ? 1 : 0 },
        overrides: { WG },
        workgroups: Math.ceil(rows / WG),
      });
      const { dgamma, dbeta, means } = parameterGradients(gpu, x, dy, { mean: null, rstd: rrms, perRow: true });
      gpu.release(dbeta.buffer);
      gpu.release(means.buffer);
      return { dx, dgamma };
    },
  };
}

function checkBackward(op: string, x: Shape, dy: Shape, parameters: Readonly<Record<string, Tensor | undefined>>) {
  assertSameShape(`${op} (x, dy)`, x, dy);
  const { rows, cols } = asRows(x);
  checkChannels(op, cols, parameters);
  return { rows, cols };
}

const optional = (tensor: HostTensor | undefined) => (tensor ? doubles(tensor) : null);

export const referenceNorm: NormOps<HostTensor> = {
  layerNorm(x, { gamma, beta, eps = DEFAULT_EPS } = {}) {
    const { rows, cols } = asRows(x.shape);
    checkChannels('layerNorm', cols, { gamma, beta });
    const { y, mean, rstd } = twin.layerNorm(doubles(x), rows, cols, { gamma: optional(gamma), beta: optional(beta) }, eps);
    return { y: host(x.shape, y), mean: host([rows], mean), rstd: host([rows], rstd) };
  },
  layerNormBackward({ x, gamma, mean, rstd, dy }) {
    const { rows, cols } = checkBackward('layerNormBackward', x.shape, dy.shape, { gamma });
    return hosted(x.shape, twin.layerNormBackward(doubles(x), doubles(dy), doubles(mean), doubles(rstd), optional(gamma), rows, cols));
  },
  rmsNorm(x, { gamma, eps = DEFAULT_EPS } = {}) {
    const { rows, cols } = asRows(x.shape);
    checkChannels('rmsNorm', cols, { gamma });
    const { y, rrms } = twin.rmsNorm(doubles(x), rows, cols, optional(gamma), eps);
    return { y: host(x.shape, y), rrms: host([rows], rrms) };
  },
  rmsNormBackward({ x, gamma, rrms, dy }) {
    const { rows, cols } = checkBackward('rmsNormBackward', x.shape, dy.shape, { gamma });
    const { dx, dgamma } = hosted(x.shape, twin.rmsNormBackward(doubles(x), doubles(dy), doubles(rrms), optional(gamma), rows, cols));
    return { dx, dgamma };
  },
};

/** A twin's gradients as tensors. */
export const hosted = (shape: Shape, { dx, dgamma, dbeta }: twin.NormGradients): NormGradients<HostTensor> => ({
  dx: host(shape, dx),
  dgamma: host([dgamma.length], dgamma),
  dbeta: host([dbeta.length], dbeta),
});
