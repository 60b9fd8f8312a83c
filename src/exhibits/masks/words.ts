import type { Preferences } from '../../lab/preferences.svelte';
import { showToken } from '../../text/display';
import type { Mistake, StageName } from './params';
import { text, type TextKey } from './text';

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The exhibit's sentences in the visitor's language; reactive to it. */
export const sayIn = (preferences: Preferences): Say => (key, values) => preferences.say(text, key, values);

/** Locale of numbers. */
export const localeOf = (preferences: Preferences): string => preferences.locale;

/** Short names of the maps. */
export function nameOf(stage: StageName, mistake: Mistake): TextKey {
  if (stage === 'masked' && mistake === 'after') return 'unmasked';
  return ({ scores: 'scores', mask: 'maskStage', masked: 'masked', weights: 'weights' } as const)[stage];
}

/** What the number of one cell is. */
export function cellOf(stage: StageName, mistake: Mistake): TextKey {
  if (stage === 'masked' && mistake === 'after') return 'cellWeight';
  return ({ scores: 'cellScore', mask: 'cellMask', masked: 'cellScore', weights: 'cellWeight' } as const)[stage];
}

/** Headings of the maps; the mask is a summand or, in two of the mistakes, a factor. */
export function headingOf(stage: StageName, mistake: Mistake): TextKey {
  if (stage === 'mask') return mistake === 'after' || mistake === 'zero' ? 'maskFactorLong' : 'maskLong';
  if (stage === 'masked' && mistake === 'after') return 'unmaskedLong';
  return ({ scores: 'scoresLong', masked: 'maskedLong', weights: 'weightsLong' } as const)[stage];
}

/** A token as the maps and sentences name it: its number, and its text where it has one. */
export function tokenName(tokens: readonly string[] | null, index: number): string {
  const token = tokens?.[index];
  return token === undefined ? String(index) : `${index} “${showToken(token, false)}”`;
}
