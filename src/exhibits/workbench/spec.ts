import type { KernelName } from './params';

/** Where Q, K and V come from. */
export type InputSpec =
  /** Seeded embeddings of token ids [n], times seeded W_Q, W_K, W_V; untrained. */
  | { readonly kind: 'text'; readonly ids: readonly number[]; readonly width: number; readonly positions: 'none' | 'sinusoidal' | 'rope' }
  /** Seeded N(0, 1). */
  | { readonly kind: 'random'; readonly n: number }
  /** A layer of a visitor's file, or all of them one after the other: asset `asset` holds q, k, v, scores or weights as [heads, ·, ·]. */
  | {
      readonly kind: 'mine';
      readonly asset: string;
      readonly has: { readonly qk: boolean; readonly v: boolean; readonly scores: boolean; readonly weights: boolean };
      readonly m: number;
      readonly n: number;
      readonly valueDim: number;
    };

/** Which keys a query may see, as plain data; arrays are uploaded by the pipeline. */
export interface MaskPlan {
  readonly causal?: boolean;
  readonly window?: number;
  readonly prefix?: number;
  readonly validKeys?: number;
  /** Document of each position. */
  readonly segments?: readonly number[];
  /** Packed bits, see `packBitmap`. */
  readonly bitmap?: Uint32Array;
}

/** One setting of the workbench: everything that the tensors depend on. */
export interface AttentionSpec {
  readonly input: InputSpec;
  readonly heads: number;
  readonly headDim: number;
  readonly seed: number;
  /** The factor on the scores; 1 when the scaling is off. */
  readonly factor: number;
  readonly mask: MaskPlan;
  /** Heads left out of the output projection. */
  readonly off: readonly number[];
  /** So large that what can be spared is: scaled scores where a mask follows them, and the gradient's measurement. */
  readonly lean?: boolean;
  /** While a hand drags: the outputs of this head alone are computed, and those of the others are undefined. */
  readonly only?: number;
  /** Computed beside what is on the stage: its stages are not the ones whose times are shown. */
  readonly aside?: boolean;
  /** The kernels of QKᵀ, softmax and · V; the device chooses where it is left out. */
  readonly kernel?: Exclude<KernelName, 'auto'>;
}

/** Streams of the seeded generator, one per tensor, so that re-rolling one size never shifts another. */
export const STREAMS = { q: 1, k: 2, v: 3, embedding: 4, wq: 5, wk: 6, wv: 7, wo: 8, gradient: 9 } as const;
