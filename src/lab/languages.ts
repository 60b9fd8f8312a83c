import type { About } from './text/en';

/** A language by its tag, which is the name of its files: `'en'`, `'zh'`, `'pt-BR'`. */
export type Language = string;

/** The language in which the keys are declared, and what a visitor gets whose language the page does not speak. */
export const SOURCE_LANGUAGE: Language = 'en';

const found = import.meta.glob<About>('./text/*.ts', { eager: true, query: '?only=about', import: 'about' });

/** The tag of a language's file: `./text/zh.ts` → `zh`. */
export const languageOfFile = (path: string): Language => path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'));

/** Every language that has a file of the frame, with what it says about itself; the source language first, the others by tag. */
export const LANGUAGES: ReadonlyMap<Language, About> = ordered(Object.entries(found).map(([path, about]) => [languageOfFile(path), about] as const));

function ordered(entries: readonly (readonly [Language, About])[]): ReadonlyMap<Language, About> {
  const rank = ([tag]: readonly [Language, About]) => (tag === SOURCE_LANGUAGE ? '' : tag);
  return new Map([...entries].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)));
}

/**
 * The language for a visitor's wishes, the dearest first: the first wish that is spoken, in its own region or in general
 * (`zh-Hant-TW` finds `zh-Hant` before `zh`); the source language where none is.
 * @param wishes BCP 47 tags, as `navigator.languages` has them
 */
export function chooseLanguage(wishes: readonly string[], spoken: Iterable<Language> = LANGUAGES.keys()): Language {
  const byLength = [...spoken].sort((a, b) => b.length - a.length);
  for (const wish of wishes) {
    const tag = byLength.find((language) => `${wish}-`.toLowerCase().startsWith(`${language}-`.toLowerCase()));
    if (tag !== undefined) return tag;
  }
  return SOURCE_LANGUAGE;
}
