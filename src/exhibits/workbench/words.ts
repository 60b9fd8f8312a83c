import { FormatError } from '../../formats/errors';
import type { Preferences } from '../../lab/preferences.svelte';
import type { Badge } from '../../reference/badges';
import { describeFile } from '../files';
import { text, type TextKey } from './text';

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The workbench's sentences in the visitor's language; reactive to it. */
export const sayIn = (preferences: Preferences): Say => (key, values) => preferences.say(text, key, values);

/** What a badge is called beneath a map. */
export const BADGE_WORDS: Record<Badge['name'], TextKey> = {
  previous: 'badgePrevious', next: 'badgeNext', self: 'badgeSelf', first: 'badgeFirst', duplicate: 'badgeDuplicate', induction: 'badgeInduction',
  broad: 'badgeBroad', peaked: 'badgePeaked',
};

/** Locale of numbers and dates. */
export const localeOf = (preferences: Preferences): string => preferences.locale;

/** An error as one sentence for the visitor. */
export function errorText(error: unknown, preferences: Preferences): string {
  if (error instanceof FormatError) return describeFile(preferences, error);
  return error instanceof Error ? error.message : String(error);
}
