import { niceLimit } from '../../ui/maps/source';
import type { MapScale } from '../../ui/maps/types';
import type { PictureName } from './params';
import type { NormsSpec } from './spec';

/** A feature's mean and deviation are about 1: nearly all of an input lies within this. */
const INPUT = 4;
/** Deviations of a normalised cell that the scale holds. */
const OUTPUT = 3;

/** How a picture is coloured. @param largest the largest size among the values shown */
export function scaleOf(picture: PictureName, { norm, gamma, beta }: Pick<NormsSpec, 'norm' | 'gamma' | 'beta'>, largest: number): MapScale {
  if (picture === 'change') return { palette: 'difference', domain: symmetric(niceLimit(largest)) };
  // What reaches other sentences is a hundredth of what stays: the root shows both.
  if (picture === 'gradient') return { palette: 'difference', domain: symmetric(niceLimit(largest)), root: true };
  if (picture === 'input' || norm === 'none') return { palette: 'diverging', domain: symmetric(INPUT) };
  return { palette: 'diverging', domain: symmetric(niceLimit(OUTPUT * Math.abs(gamma) + Math.abs(beta))) };
}

const symmetric = (end: number): [number, number] => [-end, end];
