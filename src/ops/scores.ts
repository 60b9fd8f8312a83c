import type { Gpu } from '../gpu';
import * as twin from '../reference/scores';
import { choicesOf, type ProductVariant } from './choice';
import { gpuMatmul, productNow, referenceMatmul, type MatmulOps } from './matmul';
import { pack } from './pack';
import { doubles, emptyOn, host, type GpuTensor, type HostTensor, type Shape, type Tensor } from './tensor';

interface VariantOption {
  /** Which kernel runs; the op chooses when it is left out. The twin has one way only. */
  readonly variant?: ProductVariant;
}

export interface ScoresOps<T extends Tensor> {
  /**
   * Q Kᵀ for all heads in one dispatch: q [heads, m, d] queries, k [heads, n, d] keys → [heads, m, n], not scaled.
   * @throws when the shapes do not fit
   */
  scores(q: T, k: T, options?: VariantOption): T;
  /**
   * weights [heads, m, n] times v [heads, n, dv] → [heads, m, dv]: each output is an average of the values. With `only`, a head
   * from 0, the outputs of the other heads are left undefined.
   */
  weightedValues(weights: T, v: T, options?: VariantOption & { readonly only?: number }): T;
}

/** Extents of queries and keys that belong together. @throws when they do not. */
export function headExtents(q: Shape, k: Shape): { heads: number; m: number; n: number; d: number } {
  const [heads = 0, m = 0, d = 0] = q;
  const n = k[1] ?? 0;
  if (q.length !== 3 || k.length !== 3 || k[0] !== heads || k[2] !== d) {
    throw new Error(
      `Queries [${q.join(', ')}] and keys [${k.join(', ')}] do not fit: [heads, m, d] and [heads, n, d] are needed, with equal heads and d.`,
    );
  }
  return { heads, m, n, d };
}

const NAIVE_WORKGROUP = 64;
/** Side of the block of scores that one invocation of the vec4 kernel computes. */
const BLOCK = 4;
/** Side of the tile of scores that a workgroup of the tiled kernel computes. */
const TILE_SIDE = 16;
const TILE = 4 * TILE_SIDE;

export function gpuScores(gpu: Gpu): ScoresOps<GpuTensor> {
  const { matmul } = gpuMatmul(gpu);
  // A workgroup of SwiftShader's runs on one core: small ones spread a small product over all cores.
  const side = gpu.facts.software ? 4 : 8;
  const choices = choicesOf(gpu);
  return {
    scores(q, k, options = {}) {
      const { heads, m, n, d } = headExtents(q.shape, k.shape);
      const variant = options.variant ?? productNow(gpu, choices.product(heads * m * n * d));
      if (variant === 'quads') return matmul(q, k, { transposeB: true, variant });
      const scores = emptyOn(gpu, [heads, m, n], 'scores/scores');
      if (variant === 'naive') {
        gpu.run('scores_forward', {
          bindings: { q: q.buffer, k: k.buffer, scores: scores.buffer },
          uniforms: { heads, m, n, d },
          overrides: { WG: NAIVE_WORKGROUP },
          workgroups: Math.ceil((heads * m * n) / NAIVE_WORKGROUP),
        });
        return scores;
      }
      const queries = pack(gpu, q, { batch: heads, rows: m, cols: d });
      const keys = pack(gpu, k, { batch: heads, rows: n, cols: d });
      const dispatch = {
        bindings: { q: queries.buffer, k: keys.buffer, scores: scores.buffer },
        uniforms: { m, n, d4: queries.cols4 },
      };
      const grid = (tile: number) => [Math.ceil(n / tile), Math.ceil(m / tile), heads] as const;
      if (variant === 'tiled') gpu.run('scores_forward.tiled', { ...dispatch, overrides: { SIDE: TILE_SIDE }, workgroups: grid(TILE) });
      else gpu.run('scores_forward.vec4', { ...dispatch, overrides: { WX: side, WY: side }, workgroups: grid(BLOCK * side) });
      queries.release();
      keys.release();
      return scores;
    },
    weightedValues: weightedValuesBy(matmul),
  };
}

export const referenceScores: ScoresOps<HostTensor> = {
  scores(q, k) {
    const { heads, m, n, d } = headExtents(q.shape, k.shape);
    return host([heads, m, n], twin.scores(doubles(q), doubles(k), heads, m, n, d));
  },
  weightedValues: weightedValuesBy(referenceMatmul.matmul),
};

function weightedValuesBy<T extends Tensor>(matmul: MatmulOps<T>['matmul']): ScoresOps<T>['weightedValues'] {
  return (weights, v, options = {}) => {
    if (weights.shape.length !== 3 || v.shape.length !== 3) {
      throw new Error(
        `Weights [${weights.shape.join(', ')}] and values [${v.shape.join(', ')}] must be [heads, m, n] and [heads, n, dv].`,
      );
    }
    return matmul(weights, v, options);
  };
}
