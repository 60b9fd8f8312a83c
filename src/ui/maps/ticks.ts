/** Ticks of a legend. Pure. */
import type { Measure } from './axis-labels';

/** As much of a d3 scale as ticks need. */
interface TickScale {
  (value: number): number;
  domain(): number[];
  ticks(count: number): number[];
}

export interface Tick {
  readonly value: number;
  /** Pixels from the bar's left end. */
  readonly x: number;
  readonly text: string;
}

/** Pixels between two texts. */
const APART = 14;

/**
 * The two ends of the scale and as many round values between them as fit without touching. The end texts stand inside
 * the bar, the others centred.
 */
export function legendTicks(scale: TickScale, width: number, measure: Measure, format: (value: number) => string): Tick[] {
  const [low, high] = scale.domain();
  const tick = (value: number): Tick => ({ value, x: scale(value), text: format(value) });
  const [first, last] = [tick(low), tick(high)];
  const [left, right] = [first.x + measure(first.text) + APART, last.x - measure(last.text) - APART];
  for (let count = Math.ceil(width / 32); count >= 1; count--) {
    const inner = scale
      .ticks(count)
      .filter((value) => value > low && value < high)
      .map(tick)
      .filter(({ x, text }) => x - measure(text) / 2 >= left && x + measure(text) / 2 <= right);
    const crowded = inner.some(
      ({ x, text }, i) => i > 0 && x - measure(text) / 2 < inner[i - 1].x + measure(inner[i - 1].text) / 2 + APART,
    );
    if (!crowded) return [first, ...inner, last];
  }
  return [first, last];
}
