import { textsOf } from '../../lab/texts';
import type { Sentences } from './text/en';

export type TextKey = keyof Sentences;

/** The sentences of lessons: composer, bars, player. */
export const text = textsOf<TextKey>(import.meta.glob<Sentences>('./text/*.ts', { import: 'sentences' }));
