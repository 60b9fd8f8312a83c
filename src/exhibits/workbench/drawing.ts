import type { Cell, MapDraw, MapScale } from '../../ui/maps/types';
import { sourceOf } from '../../ui/maps/source';
import type { StageName } from './params';
import type { Frame } from './session.svelte';

export { fitCells, niceLimit, sourceOf } from '../../ui/maps/source';

/** A wide window too low for strip and stage at their full size; CSS repeats it. */
export const LOW_WINDOW = '(max-height: 47rem) and (min-width: 75rem)';

/** A lecture's screen on which the large map and what belongs to it stand side by side; CSS repeats it. */
export const WIDE_LECTURE = '(min-width: 56rem)';
/** The large map's share of that screen's width, with its labels, at most. */
export const MAP_SHARE = 0.6;

/** What colours depend on besides the stage. */
export interface Colouring {
  /** End of the scores' scale, which all score panels share. */
  readonly extent: number;
  /** End of the output's scale. */
  readonly outputExtent: number;
  /** Weights by their root. */
  readonly root: boolean;
  /** Scores by their root on both sides of 0, so that scaled ones can be seen on the scale of the raw ones. */
  readonly scoreRoot: boolean;
}

/** A cell that is pointed at or locked. In the output a column is a dimension, in all other stages a key. */
export interface Marked extends Cell {
  readonly dimension?: boolean;
}

/** What a marked cell lights on a stage: its row alone (column −1) where the columns mean something else. */
export const litOn = (stage: StageName, cell: Marked | null): Cell | null =>
  cell && (stage === 'output') !== (cell.dimension ?? false) ? { row: cell.row, col: -1 } : cell;

/** How each stage is coloured: weights on a fixed 0–1 scale, scores on one diverging scale that the panels share. */
export function scaleOf(stage: StageName, { extent, outputExtent, root, scoreRoot }: Colouring): MapScale {
  if (stage === 'weights') return { palette: 'sequential', domain: [0, 1], root };
  if (stage === 'output') return { palette: 'diverging', domain: [-outputExtent, outputExtent] };
  return { palette: 'diverging', domain: [-extent, extent], root: scoreRoot };
}

/** Weights are zero where the mask hides a cell; they are drawn as no cell there. Nothing is asked where nothing is hidden. */
export function hiddenBy(stage: StageName, frame: Frame, head: number, slot: 'present' | 'pinned' = 'present'): Pick<MapDraw, 'where'> {
  const spec = frame.plan[slot]?.spec;
  const whole = spec?.input.kind !== 'mine' && Object.keys(spec?.mask ?? {}).length === 0; // a file's scores may hold −∞
  const masked = stage === 'weights' && !whole ? frame.drawable('masked', slot) : null;
  return masked ? { where: { source: sourceOf(masked), index: head } } : {};
}
