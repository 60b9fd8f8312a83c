/** What the workbench's exports share: names of stages, extents, the setting as parts of a file's name. */
import type { Colouring } from './drawing';
import type { StageName } from './params';
import type { Frame, WorkbenchSession } from './session.svelte';
import type { TextKey } from './text';
import type { Say } from './words';

/** Names of the stages in files. */
export const FILE_NAMES: Record<StageName, string> = { scores: 'attention-scores', scaled: 'scaled-scores', masked: 'masked-scores', weights: 'attention-weights', output: 'output' };
export const LONG: Record<StageName, TextKey> = { scores: 'stageScoresLong', scaled: 'stageScaledLong', masked: 'stageMaskedLong', weights: 'stageWeightsLong', output: 'stageOutputLong' };
export const SHORT: Record<StageName, TextKey> = { scores: 'stageScores', scaled: 'stageScaled', masked: 'stageMasked', weights: 'stageWeights', output: 'stageOutput' };

/** What the figures need of the page around them. */
export interface Surroundings {
  readonly session: WorkbenchSession;
  readonly colouring: Colouring;
  readonly t: Say;
  readonly locale: string;
}

/** The setting as parts of a file's name. */
export function settingNames({ plan }: Pick<Frame, 'plan'>, { mask, scale }: { readonly mask: string; readonly scale: 'off' | 'rsqrt' | number }): string[] {
  const { m, n, headDim } = plan.present;
  return [
    ...(m === n ? [`n-${n}`] : [`m-${m}`, `n-${n}`]),
    ...(headDim === 64 ? [] : [`dk-${headDim}`]),
    ...(mask === 'none' ? [] : [mask]),
    scale === 'rsqrt' ? 'rsqrt' : scale === 'off' ? 'unscaled' : `scale-${scale}`,
  ];
}

/** Extents of a stage; one matrix where it has no heads. */
export function shapeOf(frame: Frame, stage: StageName, slot?: string): { heads: number; rows: number; cols: number } | null {
  const shape = frame.drawable(stage, slot)?.shape;
  return shape ? { heads: shape.length === 3 ? shape[0]! : 1, rows: shape.at(-2)!, cols: shape.at(-1)! } : null;
}
