import { STAGES } from './params';
import type { WorkbenchValues } from './plan';

/** A change made at once, and the first stage that it alters: the stages from there on follow it. */
export interface Cause {
  /** Grows by one with every such change. */
  readonly count: number;
  /** Index in STAGES. */
  readonly stage: number;
}

/** The first stage that depends on a parameter; parameters that only choose what is looked at have none. */
const FIRST: Readonly<Partial<Record<keyof WorkbenchValues, (typeof STAGES)[number]>>> = {
  source: 'scores', text: 'scores', split: 'scores', positions: 'scores', n: 'scores', heads: 'scores', dk: 'scores', seed: 'scores', layer: 'scores',
  scale: 'scaled',
  mask: 'masked', painted: 'masked', window: 'masked', prefix: 'masked', padding: 'masked', block: 'masked',
};

/** Index of the first stage that a change alters, or null where it alters none: the end of a drag changes nothing more. */
export function firstStageOf(values: Readonly<WorkbenchValues>, change: Partial<WorkbenchValues>): number | null {
  const changed = (Object.keys(change) as (keyof WorkbenchValues)[]).filter((name) => change[name] !== values[name]);
  const stages = changed.flatMap((name) => (FIRST[name] ? [STAGES.indexOf(FIRST[name])] : []));
  return stages.length > 0 ? Math.min(...stages) : null;
}
