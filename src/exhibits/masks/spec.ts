import type { MaskRule } from '../../reference/mask';
import type { Mistake } from './params';

/** Width of a token, a query, a key and a value: one head, d_model = d_k = d_v. */
export const WIDTH = 16;

/** One setting of the experiment, as plain data. */
export interface MasksSpec {
  /** Numbers of the tokens [n]; equal tokens have equal embeddings. */
  readonly ids: readonly number[];
  readonly seed: number;
  readonly mask: MaskRule;
  readonly mistake: Mistake;
  /** What 'finite' takes off a forbidden score, above 0. */
  readonly penalty: number;
  /** What the scores are multiplied by on top of 1/√d_k. */
  readonly gain: number;
  /** How far a token is pushed, in lengths of the seeded direction, which is about as long as a token. */
  readonly change: number;
  /** Attention layers one after the other, each but the last with a residual connection. */
  readonly layers: number;
}

/** The scores' factor. */
export const factorOf = (gain: number): number => gain / Math.sqrt(WIDTH);

/** Streams of the seeded generator; layer l draws its matrices from stream + 16 l. */
export const STREAMS = { embedding: 1, direction: 2, wq: 3, wk: 4, wv: 5 } as const;
export const STREAMS_PER_LAYER = 16;

/**
 * e^x is no f32 at all below ln(2⁻¹⁵⁰) = −103.97, and below ln(2⁻¹²⁶) = −87.34 it is a subnormal, which a GPU may take as
 * zero. A forbidden score that lies further than this beneath the row's largest therefore has no weight.
 */
export const UNDERFLOW = { certain: 103.98, possible: 87.33 } as const;
