import { FormatError } from '../../formats/errors';
import type { Preferences } from '../../lab/preferences.svelte';
import { describeFile } from '../files';
import { text, type TextKey } from './text';

/** A sentence of lessons in the visitor's language. */
export const sayIn = (preferences: Preferences) => (key: TextKey, values: Readonly<Record<string, string | number>> = {}) => preferences.say(text, key, values);

/** What went wrong with a link or a file, in the visitor's language. */
export const errorText = (error: unknown, preferences: Preferences): string => {
  if (error instanceof FormatError) return describeFile(preferences, error);
  return error instanceof Error ? error.message : String(error);
};
