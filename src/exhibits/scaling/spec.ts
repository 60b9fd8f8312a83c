import type { Distribution } from './params';

/** The two sides that are always compared: the bare product, and the product times a factor. */
export const SIDES = ['off', 'on'] as const;
export type Side = (typeof SIDES)[number];

/** Where q and k, or the scores, come from. */
export type ScalingInput =
  /** `draws` independent pairs of q [n, d_k] and k [n, d_k]. */
  | { readonly kind: 'random'; readonly dist: Distribution }
  /** A visitor's file, all layers and heads side by side: asset `asset` holds q and k, or scores, and perhaps v. */
  | { readonly kind: 'mine'; readonly asset: string; readonly has: { readonly qk: boolean; readonly v: boolean; readonly scores: boolean } };

/** One setting: everything that the tensors depend on. Plain data. */
export interface ScalingSpec {
  readonly input: ScalingInput;
  /** Independent draws, or the file's heads: the outermost axis of every tensor. */
  readonly draws: number;
  /** Queries and keys. */
  readonly m: number;
  readonly n: number;
  /** Width of q and k. */
  readonly dk: number;
  /** Width of the values. */
  readonly dv: number;
  readonly seed: number;
  /** What the scores are multiplied by on each side, the temperature included. */
  readonly factors: Readonly<Record<Side, number>>;
  /** Whether a query sees only the keys up to its own position. */
  readonly causal: boolean;
}

/** Width of the random values and of the gradient that arrives at the output. */
export const VALUE_WIDTH = 64;

/** Mean of the components under 'shifted'. */
export const SHIFT = 1;
/** Correlation between any two components of one vector under 'correlated'. */
export const CORRELATION = 0.25;

/** Streams of the seeded generator, one per tensor, so that re-rolling one size never shifts another. */
export const STREAMS = { q: 1, k: 2, v: 3, sharedQ: 4, sharedK: 5, gradient: 9, theory: 20 } as const;
