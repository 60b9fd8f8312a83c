import type { Ops, Tensor } from '../../ops';
import type { NormName } from './params';

/** A norm applied: its output, and what its backward pass needs. */
export interface Applied<T extends Tensor> {
  readonly y: T;
  readonly mean: T | null;
  readonly rstd: T | null;
  /** What this pass made; the caller frees it. */
  readonly made: readonly T[];
}

/** How a norm is applied. */
export interface NormSetting<T extends Tensor> {
  readonly norm: NormName;
  readonly eps: number;
  /** [features] */
  readonly gamma: T;
  /** [features]; RMSNorm has none. */
  readonly beta: T;
  /** u32 [rows], see `validRows`; only BatchNorm asks. */
  readonly valid: T | null;
  /** Running statistics [features]: BatchNorm in evaluation. Absent: training. */
  readonly running?: { readonly mean: T; readonly variance: T };
}

/** One forward pass of the chosen norm over x [rows, features]. */
export function applyNorm<T extends Tensor>(ops: Ops<T>, x: T, { norm, eps, gamma, beta, valid, running }: NormSetting<T>): Applied<T> {
  switch (norm) {
    case 'none': {
      const y = ops.scale(x, 1);
      return { y, mean: null, rstd: null, made: [y] };
    }
    case 'layer': {
      const { y, mean, rstd } = ops.layerNorm(x, { gamma, beta, eps });
      return { y, mean, rstd, made: [y, mean, rstd] };
    }
    case 'rms': {
      const { y, rrms } = ops.rmsNorm(x, { gamma, eps });
      return { y, mean: null, rstd: rrms, made: [y, rrms] };
    }
    case 'batch': {
      const common = { gamma, beta, eps, ...(valid && { valid }) };
      if (running) {
        const { y, mean, rstd } = ops.batchNorm(x, { ...common, mode: 'eval', runningMean: running.mean, runningVar: running.variance });
        return { y, mean, rstd, made: [y, rstd] };
      }
      const { y, mean, variance, rstd } = ops.batchNorm(x, { ...common, mode: 'train' });
      return { y, mean, rstd, made: [y, mean, variance, rstd] };
    }
  }
}

/** The gradient with respect to x [rows, features], from the gradient dy with respect to y. The caller frees it. */
export function gradientOf<T extends Tensor>(ops: Ops<T>, x: T, { mean, rstd }: Applied<T>, dy: T, { norm, gamma, valid, running }: NormSetting<T>): T {
  switch (norm) {
    case 'none':
      return ops.scale(dy, 1);
    case 'layer': {
      const { dx, dgamma, dbeta } = ops.layerNormBackward({ x, gamma, mean: mean!, rstd: rstd!, dy });
      ops.free(dgamma, dbeta);
      return dx;
    }
    case 'rms': {
      const { dx, dgamma } = ops.rmsNormBackward({ x, gamma, rrms: rstd!, dy });
      ops.free(dgamma);
      return dx;
    }
    case 'batch': {
      const mode = running ? 'eval' : 'train';
      const { dx, dgamma, dbeta } = ops.batchNormBackward({ x, gamma, mean: mean!, rstd: rstd!, dy, mode, ...(valid && { valid }) });
      ops.free(dgamma, dbeta);
      return dx;
    }
  }
}
