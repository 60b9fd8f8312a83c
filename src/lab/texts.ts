import { languageOfFile, SOURCE_LANGUAGE, type Language } from './languages';

/** Sentences of one language by key; a sentence may hold `{name}` where a value is put. */
export type Sentences<K extends string = string> = Readonly<Record<K, string>>;

/** The sentences of the frame or of one exhibit: one file for each language, loaded when that language is first spoken. */
export interface Texts<K extends string = string> {
  /** Tags of the languages that have a file. */
  readonly languages: readonly Language[];
  /** Loads a language. Where it has no file of these, the source language takes its place. @throws where the file cannot be fetched */
  load(language: Language): Promise<void>;
  /** Whether `in` may be asked for a language. */
  has(language: Language): boolean;
  /** The sentences of a language. @throws Error before it is loaded */
  in(language: Language): Sentences<K>;
}

/** The sentences in `files`: what `import.meta.glob('./text/*.ts', { import: 'sentences' })` gives, by path. */
export function textsOf<K extends string>(files: Readonly<Record<string, () => Promise<Sentences<K>>>>): Texts<K> {
  const byLanguage = new Map(Object.entries(files).map(([path, load]) => [languageOfFile(path), load] as const));
  const loaded = new Map<Language, Sentences<K>>();
  return {
    languages: [...byLanguage.keys()],
    async load(language) {
      if (loaded.has(language)) return;
      loaded.set(language, await (byLanguage.get(language) ?? byLanguage.get(SOURCE_LANGUAGE)!)());
    },
    has: (language) => loaded.has(language),
    in(language) {
      const sentences = loaded.get(language);
      if (!sentences) throw new Error(`The sentences in "${language}" are not loaded yet: call load("${language}") and wait for it.`);
      return sentences;
    },
  };
}
