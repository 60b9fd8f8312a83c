/** Sentences for tests: every language of a text, loaded. */
import type { Language } from '../../src/lab/languages';
import type { Sentences, Texts } from '../../src/lab/texts';

/** Every language of a text that has a file, in the order of the files. */
export async function everyLanguage<K extends string>(texts: Texts<K>): Promise<Readonly<Record<Language, Sentences<K>>>> {
  await Promise.all(texts.languages.map((language) => texts.load(language)));
  return Object.fromEntries(texts.languages.map((language) => [language, texts.in(language)]));
}
