import type { Preferences } from '../../lab/preferences.svelte';
import { text, type TextKey } from './text';

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The exhibit's sentences in the visitor's language; reactive to it. */
export const sayIn = (preferences: Preferences): Say => (key, values) => preferences.say(text, key, values);

/** Locale of numbers. */
export const localeOf = (preferences: Preferences): string => preferences.locale;
