import type { Values } from '../../lab/params';
import { PlanError, type Bounds, type Remark } from '../../lab/plan';
import { uniform } from '../../reference/random';
import type { params } from './params';
import { STREAMS, canTrain, realRows, rowsOf, type NormsSpec } from './spec';

export type NormsValues = Readonly<Values<typeof params>>;

/** A cell of the tensor [batch, tokens, features]. */
export interface Cell3 {
  readonly sample: number;
  readonly token: number;
  readonly feature: number;
}

/** What one setting means. */
export interface NormsPlan {
  readonly spec: NormsSpec;
  /** The chosen cell, brought into range. */
  readonly cell: Cell3;
  /** How much of the tensor the cube shows: its first samples, tokens and features. */
  readonly shown: { readonly samples: number; readonly tokens: number; readonly features: number };
  /** Share of the rows that is padding. */
  readonly paddingShare: number;
  readonly remarks: readonly Remark[];
}

/** Most cells that the cube draws: more could not be told apart. */
export const MOST_SHOWN = { samples: 6, tokens: 8, features: 12 } as const;

/** Cells, over all training batches, that the twins get through in about a second. */
const MOST_CPU_CELLS = 1_500_000;

/** @throws PlanError when the setting cannot be computed. */
export function planOf(values: NormsValues, { maxLength }: Bounds): NormsPlan {
  const { norm, mode, batch, tokens, features, counted, outlier, size, alike, eps, gamma, beta, momentum, steps, seed } = values;
  const spec: NormsSpec = {
    norm, mode, batch, tokens, features, counted, outlier, size, alike, eps, gamma, beta, momentum, steps, seed,
    lengths: lengthsOf(values),
  };
  if (norm === 'batch' && mode === 'train' && !canTrain(spec)) {
    throw new PlanError({ key: rowsOf(spec) === 1 ? 'oneValue' : 'oneReal', values: {} });
  }
  const cells = rowsOf(spec) * features * (steps + 8);
  if (maxLength !== null && cells > MOST_CPU_CELLS) {
    throw new PlanError({ key: 'tooSlow', values: { cells, limit: MOST_CPU_CELLS } });
  }
  const remarks: Remark[] = [];
  if (norm === 'batch' && !canTrain(spec)) remarks.push({ key: 'untrained', values: {} });
  if (norm === 'layer' && features === 1) remarks.push({ key: 'oneFeature', values: {} });
  return {
    spec,
    remarks,
    cell: { sample: Math.min(values.sample, batch - 1), token: Math.min(values.token, tokens - 1), feature: Math.min(values.feature, features - 1) },
    shown: {
      samples: Math.min(batch, MOST_SHOWN.samples), tokens: Math.min(tokens, MOST_SHOWN.tokens), features: Math.min(features, MOST_SHOWN.features),
    },
    paddingShare: 1 - realRows(spec) / rowsOf(spec),
  };
}

/**
 * Ragged lengths, at least 1: each sample loses a seeded share of its tokens, uniform around `padding` and as wide as fits
 * between 0 and 1. Every second sample loses as much less as the one before it lost more, so that an even batch has the share
 * that was asked for. The same seed gives sample b the same share at every batch size.
 */
export function lengthsOf({ batch, tokens, padding, seed }: Pick<NormsValues, 'batch' | 'tokens' | 'padding' | 'seed'>): number[] {
  const spread = Math.min(padding, 1 - padding);
  const draws = uniform(Math.ceil(batch / 2), { seed, stream: STREAMS.lengths });
  return Array.from({ length: batch }, (_, sample) => {
    const draw = sample % 2 === 0 ? draws[sample / 2]! : 1 - draws[(sample - 1) / 2]!;
    const share = padding + spread * (2 * draw - 1);
    return Math.max(1, tokens - Math.round(share * tokens));
  });
}
