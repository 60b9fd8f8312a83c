import type { Preferences } from '../../lab/preferences.svelte';
import { formatNumber } from '../../ui/format';
import type { NormName, PictureName } from './params';
import type { Cell3 } from './plan';
import { text, type TextKey } from './text';

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The exhibit's sentences in the visitor's language; reactive to it. */
export const sayIn = (preferences: Preferences): Say => (key, values) => preferences.say(text, key, values);

/** Locale of numbers. */
export const localeOf = (preferences: Preferences): string => preferences.locale;

export const NORM_WORDS: Record<NormName, TextKey> = { none: 'normNone', batch: 'normBatch', layer: 'normLayer', rms: 'normRms' };
export const PICTURE_WORDS: Record<PictureName, TextKey> = { input: 'pictureInput', output: 'pictureOutput', change: 'pictureChange', gradient: 'pictureGradient' };
export const PICTURE_LONG: Record<PictureName, TextKey> = { input: 'pictureInputLong', output: 'pictureOutputLong', change: 'pictureChangeLong', gradient: 'pictureGradientLong' };

/** A cell by its three indices. */
export const cellName = (t: Say, { sample, token, feature }: Cell3): string => t('cell', { sample, token, feature });

/** A cell and its number in one sentence, as it is spoken; padding has none. */
export function cellSentence(t: Say, cell: Cell3, real: boolean, value: number | undefined, locale: string): string {
  const name = cellName(t, cell);
  if (!real) return t('cellPadding', { cell: name });
  return t('cellValue', { cell: name, value: value === undefined ? '…' : formatNumber(value, { locale, digits: 3 }) });
}

/** A distance that may be exactly 0, which is then written without decimals. */
export const exact = (t: Say, value: number | null | undefined, locale: string): string =>
  value === null || value === undefined ? t('none') : value === 0 ? t('exactZero') : formatNumber(value, { locale, digits: 3 });
