import type { Preferences } from '../../lab/preferences.svelte';
import { formatCompact, formatNumber } from '../../ui/format';
import type { ScalingValues } from './plan';
import type { Side } from './spec';
import { text, type TextKey } from './text';

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The exhibit's sentences in the visitor's language; reactive to it. */
export const sayIn = (preferences: Preferences): Say => (key, values) => preferences.say(text, key, values);

/** Locale of numbers. */
export const localeOf = (preferences: Preferences): string => preferences.locale;

/** Both sides have a hue and a sign, the same in maps, bars, meters and curves. */
export const HUES = { off: 'warn', on: 'accent' } as const satisfies Record<Side, string>;

/** The heading of a side. */
export function sideName(t: Say, side: Side, scale: ScalingValues['scale'], locale: string): string {
  if (side === 'off') return t('sideOff');
  return typeof scale === 'number' ? t('sideFree', { factor: formatCompact(scale, { locale, digits: 3 }) }) : t('sideOn');
}

/** A figure that may be very small: two decimals, or a power of ten. */
export const formatSmall = (value: number, locale: string): string =>
  Math.abs(value) >= 0.1 || value === 0 ? formatNumber(value, { locale }) : formatCompact(value, { locale, digits: 2 });
