/** The arithmetic of a slider: between values and positions, onto stops, and from key to key. No DOM. */
import { scaleLinear, scaleLog } from 'd3-scale';

/** A value that a slider snaps to, drawn as a tick with a label. */
export interface Stop {
  value: number;
  label: string;
}

/** What a slider runs over. */
export interface Axis {
  min: number;
  max: number;
  /** `'log'` needs `min` > 0. */
  scale: 'linear' | 'log';
  /** Grid of a linear scale, counted from `min`; 1 makes whole numbers on either scale; 0 is continuous. */
  step: number;
}

/** Significant digits that a continuous slider keeps: finer than a hand is. */
const DIGITS = 4;

/** Share of the track that an arrow key moves on a continuous or a log scale. */
const KEY_SHARE = 0.01;

/** @throws if the range is empty or a log scale reaches zero. */
export function checkAxis({ min, max, scale, step }: Axis): void {
  if (!(min < max)) throw new Error(`A slider needs min < max, not ${min} and ${max}.`);
  if (scale === 'log' && !(min > 0)) throw new Error(`A log slider needs min > 0, not ${min}: use a linear scale or raise min.`);
  if (!(step >= 0)) throw new Error(`A slider needs a step of 0 or more, not ${step}.`);
}

const d3Scale = ({ min, max, scale }: Axis) => (scale === 'log' ? scaleLog() : scaleLinear()).domain([min, max]).range([0, 1]).clamp(true);

/** Position 0…1 of a value along the track; what lies outside is held at the end. */
export function toPosition(axis: Axis, value: number): number {
  return d3Scale(axis)(Math.min(axis.max, Math.max(axis.min, value)));
}

/** The value at a position 0…1, on the grid. */
export function toValue(axis: Axis, position: number): number {
  return settle(axis, d3Scale(axis).invert(position));
}

/** The nearest value that the slider may hold. */
export function settle(axis: Axis, value: number): number {
  const { min, max, step } = axis;
  const onGrid = step > 0 ? Math.round((value - min) / step) * step + min : value;
  // cuts the tail that binary fractions leave, such as 0.30000000000000004
  const clean = step > 0 ? Number(onGrid.toPrecision(12)) : Number(value.toPrecision(DIGITS));
  return Math.min(max, Math.max(min, clean));
}

/**
 * The stop that a dragged position falls onto, or null.
 * @param reach how near counts, as a share of the track
 */
export function stopNear(axis: Axis, stops: readonly Stop[], position: number, reach: number): Stop | null {
  let best: Stop | null = null;
  let bestDistance = reach;
  for (const stop of stops) {
    const distance = Math.abs(toPosition(axis, stop.value) - position);
    if (distance <= bestDistance) [best, bestDistance] = [stop, distance];
  }
  return best;
}

/** Moves away from `value` by a share of the track, but by no less than one step of the grid. */
function stride(axis: Axis, value: number, share: number): number {
  const moved = toValue(axis, toPosition(axis, value) + share);
  const direction = Math.sign(share);
  const least = axis.step > 0 ? axis.step : 0;
  if ((moved - value) * direction > least / 2) return moved;
  return settle(axis, value + direction * (least || Math.abs(value) * 10 ** (1 - DIGITS)));
}

/** One arrow key: a step of the grid on a linear scale, a hundredth of the track otherwise. */
function arrow(axis: Axis, value: number, direction: 1 | -1): number {
  const fine = axis.scale === 'linear' && axis.step > 0;
  return fine ? settle(axis, value + direction * axis.step) : stride(axis, value, direction * KEY_SHARE);
}

/** One page key: doubles or halves on a log scale, a tenth of the track on a linear one. */
function page(axis: Axis, value: number, direction: 1 | -1): number {
  if (axis.scale === 'linear') return stride(axis, value, direction / 10);
  return settle(axis, value * 2 ** direction);
}

/** The value after a key, or null where the key means nothing to a slider. Keys never jump over a stop. */
export function afterKey(axis: Axis, stops: readonly Stop[], value: number, key: string): number | null {
  if (key === 'Home') return axis.min;
  if (key === 'End') return axis.max;
  const direction = ['ArrowRight', 'ArrowUp', 'PageUp'].includes(key) ? 1 : ['ArrowLeft', 'ArrowDown', 'PageDown'].includes(key) ? -1 : 0;
  if (direction === 0) return null;
  const next = (key.startsWith('Page') ? page : arrow)(axis, value, direction);
  const passed = stops
    .map((stop) => stop.value)
    .filter((stop) => (stop - value) * direction > 0 && (next - stop) * direction > 0 && stop >= axis.min && stop <= axis.max);
  if (passed.length === 0) return next;
  return direction > 0 ? Math.min(...passed) : Math.max(...passed);
}
