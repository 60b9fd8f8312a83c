/** How well the colours of a palette can be told apart, whoever looks. Pure. */
import { ciede2000, labOf } from '../colour/difference';
import { seenAs, type View } from '../colour/vision';

/** Steps into which a palette is cut to be judged: about as many shades as one reads off a legend. */
export const STEPS = 9;

/** `count` colours of a palette's table, evenly spaced, as they are seen; sRGB bytes. */
export function stepsOf(table: Uint8Array, view: View, count = STEPS): [number, number, number][] {
  const last = table.length / 4 - 1;
  return Array.from({ length: count }, (_, step) => {
    const at = 4 * Math.round((step * last) / (count - 1));
    return seenAs(table.subarray(at, at + 3) as unknown as readonly number[], view);
  });
}

/** ΔE₀₀ of the two steps of a palette that look most alike: neighbours, or the two arms of a diverging map. */
export function closestSteps(table: Uint8Array, view: View, count = STEPS): number {
  const labs = stepsOf(table, view, count).map(labOf);
  let least = Infinity;
  for (let i = 0; i < labs.length; i++) for (let j = 0; j < i; j++) least = Math.min(least, ciede2000(labs[i], labs[j]));
  return least;
}
