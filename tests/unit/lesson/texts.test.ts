/** Every sentence of the page exists in every language, with the same placeholders, formulas and phrases, and can be read. */
import { describe, expect, test } from 'vitest';
import { cards } from '../../../src/exhibits';
import { text as lessonText } from '../../../src/exhibits/lessons/text';
import type { Exhibit } from '../../../src/lab/exhibit';
import { readChange } from '../../../src/lab/lesson';
import { checkChange } from '../../../src/lab/params';
import { LANGUAGES, SOURCE_LANGUAGE } from '../../../src/lab/languages';
import { fileText, frameText } from '../../../src/lab/text';
import { parseProse, piecesOf, plainText } from '../../../src/ui/lesson/prose';
import { parseTex } from '../../../src/ui/lesson/tex';
import { everyLanguage } from '../../setup/sentences';
import { sample } from './sample';

const exhibits = (await Promise.all(cards.map((card) => card.load()))).map((module) => module.default);

const all = [sample, ...exhibits].map((exhibit) => [exhibit.slug || 'workbench', exhibit] as const);
const others = [...LANGUAGES.keys()].filter((language) => language !== SOURCE_LANGUAGE);
const records = await Promise.all(
  [['the frame', frameText] as const, ['files', fileText] as const, ['lessons', lessonText] as const, ...all.map(([name, { text }]) => [name, text] as const)].map(async ([name, texts]) => [name, await everyLanguage<string>(texts)] as const),
);

const placeholders = (sentence: string) => [...new Set(sentence.replace(/\$[^$]*\$/g, '').match(/\{\w+\}/g))].sort();

describe.each(records)('the sentences of %s', (_, sentences) => {
  const source = sentences[SOURCE_LANGUAGE]!;
  test('are there in every language of the frame', () => expect(Object.keys(sentences).sort()).toEqual([...LANGUAGES.keys()].sort()));
  test.each(others)('are the same in %s', (language) => expect(Object.keys(sentences[language]!)).toEqual(Object.keys(source)));
  test('are not empty', () => {
    for (const [key, sentence] of Object.values(sentences).flatMap(Object.entries<string>)) expect(sentence.trim(), key).not.toBe('');
  });
  test.each(others)('have the same placeholders in %s', (language) => {
    for (const key of Object.keys(source)) expect(placeholders(sentences[language]![key]!), key).toEqual(placeholders(source[key]!));
  });
  test.each(others.filter((language) => language.startsWith('zh')))('have full-width punctuation beside Chinese characters in %s', (language) => {
    const half = Object.entries(sentences[language]!).filter(([, sentence]) => /\p{Script=Han}\s?[,;:?!]|[,;:?!]\s?\p{Script=Han}/u.test(sentence));
    expect(half.map(([key, sentence]) => `${key}: ${sentence}`)).toEqual([]);
  });
});

/** The keys of the sentences that the frame shows with their markup. */
function markedUp(exhibit: Exhibit): string[] {
  const { prediction } = exhibit;
  return [
    exhibit.title,
    ...(prediction ? [prediction.ask, prediction.result, ...(prediction.kind === 'choice' ? prediction.options.map(({ label }) => label) : [])] : []),
    ...exhibit.steps.map(({ say }) => say),
    ...(exhibit.say ? [exhibit.say] : []),
    ...(exhibit.derivation ?? []).map(({ say }) => say),
    ...(exhibit.prose ?? []),
    ...(exhibit.said ?? []).flatMap(({ claim, evidence }) => [claim, evidence]),
  ];
}

describe.each(all)('the lesson of %s', (_, exhibit) => {
  const keys = markedUp(exhibit);

  test('can be read, and its phrases set what the exhibit has', () => {
    for (const key of keys) {
      for (const language of LANGUAGES.keys()) {
        for (const { change } of piecesOf(parseProse(exhibit.text.in(language)[key]!), 'set')) {
          expect(() => readChange(exhibit.params, change), `${language} ${key}`).not.toThrow();
        }
      }
    }
  });

  test('sets, lights and writes the same in every language', () => {
    for (const key of keys) {
      const [source, ...translated] = [SOURCE_LANGUAGE, ...others].map((language) => {
        const pieces = parseProse(exhibit.text.in(language)[key]!);
        const sorted = (list: readonly string[]) => [...list].sort();
        return {
          set: sorted(piecesOf(pieces, 'set').map(({ change }) => JSON.stringify(change))),
          see: sorted(piecesOf(pieces, 'see').map(({ name }) => name)),
          math: sorted(piecesOf(pieces, 'math').map(({ source }) => source)),
        };
      });
      for (const other of translated) expect(other, key).toEqual(source);
    }
  });

  test('has settings that its parameters accept', () => {
    for (const { set } of [...exhibit.steps, ...(exhibit.prediction ? [exhibit.prediction] : [])]) {
      expect(() => checkChange(exhibit.params, set)).not.toThrow();
    }
    expect(exhibit.params).toBeTypeOf('object');
  });

  test('has formulas that can be read', () => {
    for (const tex of [exhibit.formula ?? 'x', ...(exhibit.derivation ?? []).map((line) => line.tex)]) expect(() => parseTex(tex), tex).not.toThrow();
  });

  test('has a title without markup in the list, and sources with an address or none', () => {
    for (const language of LANGUAGES.keys()) expect(plainText(exhibit.text.in(language)[exhibit.title]!)).not.toMatch(/[$*\\]/);
    for (const { url, year } of exhibit.sources ?? []) {
      expect(url ?? 'https://doi.org/').toMatch(/^https:\/\/((arxiv\.org|doi\.org|aclanthology\.org|openreview\.net|proceedings\.\w+\.\w+)\/|github\.com\/[\w-]+\/[\w-]+\/blob\/[0-9a-f]{40}\/)/);
      expect(year).toBeGreaterThan(1900);
    }
  });

  test('is a lesson of three to six steps, with all that the curriculum asks', () => {
    if (exhibit.order === 0) return expect(exhibit.slug).toBe('');
    expect(exhibit.steps.length).toBeGreaterThanOrEqual(3);
    expect(exhibit.steps.length).toBeLessThanOrEqual(6);
    expect(exhibit.prediction).toBeDefined();
    expect(exhibit.kernels?.length).toBeGreaterThan(0);
    if (exhibit === sample) return undefined;
    for (const part of ['say', 'derivation', 'said', 'sources'] as const) expect(exhibit[part]?.length, part).toBeGreaterThan(0);
    return undefined;
  });
});

test('the text of a first visit is the default in English, so that its link stays short', () => {
  const firsts = exhibits.filter(({ params, text }) => 'text' in params && 'firstText' in text.in(SOURCE_LANGUAGE));
  expect(firsts.length).toBeGreaterThan(0);
  for (const { params, text } of firsts) expect(text.in(SOURCE_LANGUAGE).firstText).toBe(params.text!.default);
});

test('no two exhibits share a route or a number', () => {
  expect(new Set(exhibits.map(({ slug }) => slug)).size).toBe(exhibits.length);
  expect(new Set(exhibits.map(({ order }) => order)).size).toBe(exhibits.length);
  expect(exhibits[0]?.slug).toBe('');
});

describe('cards', () => {
  test.each(cards.map((card, index) => [card.slug || 'workbench', card, exhibits[index]!] as const))('%s has the slug, the number and the titles of its declaration', (_, card, exhibit) => {
    expect({ slug: card.slug, order: card.order }).toEqual({ slug: exhibit.slug, order: exhibit.order });
    expect(card.text).toBe(exhibit.text);
    for (const language of LANGUAGES.keys()) expect(card.titles.get(language)).toBe(exhibit.text.in(language)[exhibit.title]);
  });

  test('stand in every exhibit folder', () => {
    const folders = Object.keys(import.meta.glob('../../../src/exhibits/*/View.svelte'));
    expect(cards.length).toBe(folders.length);
  });
});
