/** Where the weights come from. */
export type HeadsInput =
  /** Seeded embeddings of token ids [n], with or without sinusoidal positions; untrained. */
  | { readonly kind: 'text'; readonly ids: readonly number[]; readonly positions: boolean }
  /** Seeded N(0, 1). */
  | { readonly kind: 'random'; readonly n: number }
  /** A layer of a visitor's file under the asset's name: its weights, or else what they are computed from. */
  | { readonly kind: 'mine'; readonly asset: string; readonly has: 'weights' | 'scores' | 'qk'; readonly m: number; readonly n: number };

/** One setting of the exhibit: everything that its tensors depend on. */
export interface HeadsSpec {
  readonly input: HeadsInput;
  /** h */
  readonly heads: number;
  /** d_k = d_v; null for a file of weights that does not say. */
  readonly headDim: number | null;
  /** d = h · d_k. */
  readonly width: number | null;
  readonly seed: number;
  readonly causal: boolean;
  /** Heads that are left out of the output. */
  readonly off: readonly number[];
  readonly targets: TargetsSpec;
  /** Given: not the exhibit itself is measured but its time, each run `repeats` times over. */
  readonly timing: { readonly repeats: number } | null;
}

/** The constructed task: query t needs position t − 1 and position t − 3. */
export interface TargetsSpec {
  /** The scaled score of each wanted key in a head of its own. */
  readonly sharpness: number;
  /** −1 … 1: moves strength from one target to the other, 0 treats both alike. */
  readonly tilt: number;
}

/** The task's sizes: 16 positions, of which 3 … 15 ask. One head has all 32 dimensions, two have 16 each. */
export const TARGETS = { keys: 16, near: 1, far: 3, queries: 13 } as const;

/** Streams of the seeded generator, one per tensor. The matrices do not know h: every number of heads cuts the same ones. */
export const STREAMS = { x: 1, wq: 2, wk: 3, wv: 4, wo: 5 } as const;
