/** Where a value stands on a meter's scale. Pure. */
import { scaleLinear, scaleLog } from 'd3-scale';

export interface GaugePosition {
  /** 0…1 along the scale. */
  at: number;
  /** 1 above the scale, −1 below it, 0 on it. */
  beyond: -1 | 0 | 1;
}

/** The position of a value, or null where there is none: no number, an empty domain, a log scale down to 0. */
export function meterPosition(value: number | null, [low, high]: readonly [number, number], kind: 'linear' | 'log'): GaugePosition | null {
  if (value === null || Number.isNaN(value) || !(low < high)) return null;
  if (kind === 'log' && !(low > 0)) return null;
  if (value > high) return { at: 1, beyond: 1 };
  if (value < low) return { at: 0, beyond: -1 };
  const scale = kind === 'log' ? scaleLog() : scaleLinear();
  return { at: scale.domain([low, high])(value), beyond: 0 };
}
