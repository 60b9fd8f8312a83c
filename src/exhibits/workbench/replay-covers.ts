import { STAGES } from './params';

/** Milliseconds that the slow row takes in each stage. */
export const SWEEP = 700;
/** Milliseconds in which all other rows follow, from top to bottom. */
const REST = 900;
/** Milliseconds of a whole replay. */
export const LENGTH = STAGES.length * SWEEP + REST;
/** The softmax needs its whole row: its weights come all at once, at this share of their sweep. */
const WHOLE = 0.5;

/** Cells of a map that are not uncovered yet, in (fractional) columns and rows. */
export interface Cover {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/**
 * What is still covered of a stage's map: at first everything; then, stage after stage, one row is uncovered in the order in
 * which its cells can be computed; then the others.
 * @param stage index into STAGES
 * @param time milliseconds since the replay began
 * @param slow the row at normal speed
 */
export function coversOf(stage: number, time: number, slow: number, rows: number, cols: number): readonly Cover[] {
  const share = Math.min(1, Math.max(0, time / SWEEP - stage));
  const swept = STAGES[stage] !== 'weights' ? share : share < WHOLE ? 0 : 1;
  const down = rows * Math.min(1, Math.max(0, (time - STAGES.length * SWEEP) / REST));
  return [
    { x0: 0, x1: cols, y0: down, y1: slow },
    { x0: cols * swept, x1: cols, y0: slow, y1: slow + 1 },
    { x0: 0, x1: cols, y0: Math.max(down, slow + 1), y1: rows },
  ].filter(({ x0, x1, y0, y1 }) => x1 > x0 && y1 > y0);
}
