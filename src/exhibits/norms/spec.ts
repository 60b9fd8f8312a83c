import type { NormName } from './params';

/** One setting: everything that the tensors depend on. Plain data. */
export interface NormsSpec {
  readonly norm: NormName;
  readonly mode: 'train' | 'eval';
  readonly batch: number;
  readonly tokens: number;
  readonly features: number;
  /** Real tokens of each sample [batch]; what stands behind them is padding. At least 1. */
  readonly lengths: readonly number[];
  /** Whether BatchNorm counts the padding, as a plain BatchNorm does. */
  readonly counted: boolean;
  /** Whether sample 1 is multiplied by `size`. */
  readonly outlier: boolean;
  readonly size: number;
  /** Correlation of two tokens of one sentence in one feature, 0…1. */
  readonly alike: number;
  readonly eps: number;
  readonly gamma: number;
  readonly beta: number;
  readonly momentum: number;
  /** Batches of training data that the running statistics have seen. */
  readonly steps: number;
  readonly seed: number;
}

/** The sentence whose output is watched. */
export const WATCHED = 0;
/** The sentence that becomes an outlier. */
export const OUTLIER = 1;

/** Streams of the seeded generator; a batch of tokens takes two. */
export const STREAMS = { gain: 1, offset: 2, lengths: 3, gradient: 4, batch: 10, redrawn: 12, training: 1000, sweep: 5000 } as const;

/** Tokens, real and padding, of one batch. */
export const rowsOf = ({ batch, tokens }: Pick<NormsSpec, 'batch' | 'tokens'>): number => batch * tokens;

/** Whether a row [batch · tokens] is a real token. */
export const isReal = ({ tokens, lengths }: Pick<NormsSpec, 'tokens' | 'lengths'>, row: number): boolean =>
  row % tokens < lengths[Math.floor(row / tokens)]!;

/** Real tokens in the batch. */
export const realRows = ({ lengths }: Pick<NormsSpec, 'lengths'>): number => lengths.reduce((sum, length) => sum + length, 0);

/** Tokens that BatchNorm takes its statistics from. */
export const countedRows = (spec: NormsSpec): number => (spec.counted ? rowsOf(spec) : realRows(spec));

/** Whether BatchNorm can train at all: the variance of one value is no variance. */
export const canTrain = (spec: NormsSpec): boolean => countedRows(spec) >= 2;

/** Batches that the running statistics have really seen. */
export const stepsSeen = (spec: NormsSpec): number => (canTrain(spec) ? spec.steps : 0);
