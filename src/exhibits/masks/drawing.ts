import type { MapDraw, MapScale } from '../../ui/maps/types';
import { niceLimit, sourceOf } from '../../ui/maps/source';
import { STAGES, type Mistake, type StageName } from './params';
import type { Frame } from './session.svelte';

/** How each map is coloured. Scores, mask and masked scores share one scale, so that what the mask adds can be compared. */
export function scaleOf(stage: StageName, mistake: Mistake, gain: number): MapScale {
  // With the mask after the softmax, what goes under the mask is weights already.
  if (stage === 'weights' || (stage === 'masked' && mistake === 'after')) return { palette: 'sequential', domain: [0, 1] };
  if (stage === 'mask' && (mistake === 'after' || mistake === 'zero')) return { palette: 'diverging', domain: [-1, 1] };
  const extent = niceLimit(3 * gain);
  return { palette: 'diverging', domain: [-extent, extent] };
}

/** The leak map's scale; by the root, since a small leak is a leak. */
export const leakScale = (largestChange: number): MapScale => ({ palette: 'sequential', domain: [0, niceLimit(largestChange)], root: true });

/** A map of the first layer; weights are drawn as no cell where the masked scores have none. */
export function drawOf(frame: Frame, stage: StageName, scale: MapScale, rect: MapDraw['rect']): MapDraw | null {
  const drawable = frame.drawable(stage);
  const masked = stage === 'weights' && frame.plan.spec.mistake === 'none' ? frame.drawable('masked') : null;
  return drawable && { source: sourceOf(drawable), index: 0, rect, ...scale, ...(masked && { where: { source: sourceOf(masked), index: 0 } }) };
}

/** The order in which the steps from score to weight happen. */
export const orderOf = (mistake: Mistake): readonly StageName[] => (mistake === 'after' ? ['scores', 'masked', 'mask', 'weights'] : STAGES);
