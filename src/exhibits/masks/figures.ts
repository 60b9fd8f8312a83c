import type { MasksMeasurements } from './measure';
import { UNDERFLOW } from './spec';

/** Which outputs moved when one token changed, as measured. */
export interface Moved {
  readonly moved: readonly number[];
  readonly same: readonly number[];
  /** 'self', 'later' (and self), 'earlier' (and self), 'all', or null for anything else, such as the ends of the sentence. */
  readonly pattern: 'self' | 'later' | 'earlier' | 'all' | null;
}

/** The column of the leak map that belongs to one token; a token beyond the last one is the last. */
export function movedOutputs({ leak, n }: Pick<MasksMeasurements, 'leak' | 'n'>, token: number): Moved {
  const j = Math.min(token, n - 1);
  const rows = Array.from({ length: n }, (_, i) => i);
  const moved = rows.filter((i) => leak[i * n + j]! > 0);
  const same = rows.filter((i) => !moved.includes(i));
  const are = (wanted: (i: number) => boolean) => rows.every((i) => moved.includes(i) === wanted(i));
  const between = j > 0 && j < n - 1;
  const pattern = !between ? null
    : are((i) => i === j) ? 'self'
    : are((i) => i >= j) ? 'later'
    : are((i) => i <= j) ? 'earlier'
    : are(() => true) ? 'all'
    : null;
  return { moved, same, pattern };
}

/** 0, 1, 2, 5 as "0–2, 5". */
export function ranges(indices: readonly number[], write: (index: number) => string = String): string {
  const parts: [number, number][] = [];
  for (const index of indices) {
    const last = parts[parts.length - 1];
    if (last && last[1] === index - 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([from, to]) => (from === to ? write(from) : to === from + 1 ? `${write(from)}, ${write(to)}` : `${write(from)}–${write(to)}`)).join(', ');
}

/**
 * From which size of the scores on −penalty leaks: where the gap between forbidden and visible scores comes within what exp
 * can hold of the penalty.
 * @returns the factor on the scores; 'always' where the penalty is too small at any; null where it never leaks
 */
export function leaksFrom(gapAtOne: number | null, penalty: number, reach: number = UNDERFLOW.certain): number | 'always' | null {
  if (penalty <= reach) return gapAtOne === null ? null : 'always';
  return gapAtOne !== null && gapAtOne > 0 ? (penalty - reach) / gapAtOne : null;
}
