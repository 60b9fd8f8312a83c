/** Every sentence of the page exists in both languages, with the same placeholders, formulas and phrases, and can be read. */
import { describe, expect, test } from 'vitest';
import { cards } from '../../../src/exhibits';
import type { Exhibit } from '../../../src/lab/exhibit';
import { readChange } from '../../../src/lab/lesson';
import { checkChange } from '../../../src/lab/params';
import { frameText } from '../../../src/lab/text';
import { parseProse, piecesOf, plainText } from '../../../src/ui/lesson/prose';
import { parseTex } from '../../../src/ui/lesson/tex';
import { sample } from './sample';

const exhibits = (await Promise.all(cards.map((card) => card.load()))).map((module) => module.default);

const all = [sample, ...exhibits].map((exhibit) => [exhibit.slug || 'workbench', exhibit] as const);
const records = [['the frame', frameText] as const, ...all.map(([name, { text }]) => [name, text] as const)];

const placeholders = (sentence: string) => [...new Set(sentence.replace(/\$[^$]*\$/g, '').match(/\{\w+\}/g))].sort();

describe.each(records)('the sentences of %s', (_, { en, zh }) => {
  test('are the same in both languages', () => expect(Object.keys(zh)).toEqual(Object.keys(en)));
  test('are not empty', () => {
    for (const [key, sentence] of [...Object.entries(en), ...Object.entries(zh)]) expect(sentence.trim(), key).not.toBe('');
  });
  test('have the same placeholders in both languages', () => {
    for (const key of Object.keys(en)) expect(placeholders(zh[key as never]), key).toEqual(placeholders(en[key as never]));
  });
  test('have full-width punctuation beside Chinese characters', () => {
    const half = Object.entries<string>(zh).filter(([, sentence]) => /\p{Script=Han}\s?[,;:?!]|[,;:?!]\s?\p{Script=Han}/u.test(sentence));
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
      for (const language of ['en', 'zh'] as const) {
        for (const { change } of piecesOf(parseProse(exhibit.text[language][key]!), 'set')) {
          expect(() => readChange(exhibit.params, change), `${language} ${key}`).not.toThrow();
        }
      }
    }
  });

  test('sets, lights and writes the same in both languages', () => {
    for (const key of keys) {
      const [en, zh] = (['en', 'zh'] as const).map((language) => {
        const pieces = parseProse(exhibit.text[language][key]!);
        const sorted = (list: readonly string[]) => [...list].sort();
        return {
          set: sorted(piecesOf(pieces, 'set').map(({ change }) => JSON.stringify(change))),
          see: sorted(piecesOf(pieces, 'see').map(({ name }) => name)),
          math: sorted(piecesOf(pieces, 'math').map(({ source }) => source)),
        };
      });
      expect(zh, key).toEqual(en);
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
    for (const language of ['en', 'zh'] as const) expect(plainText(exhibit.text[language][exhibit.title]!)).not.toMatch(/[$*\\]/);
    for (const { url, year } of exhibit.sources ?? []) {
      expect(url ?? 'https://doi.org/').toMatch(/^https:\/\/(arxiv\.org|doi\.org|aclanthology\.org|openreview\.net|proceedings\.\w+\.\w+)\//);
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

test('no two exhibits share a route or a number', () => {
  expect(new Set(exhibits.map(({ slug }) => slug)).size).toBe(exhibits.length);
  expect(new Set(exhibits.map(({ order }) => order)).size).toBe(exhibits.length);
  expect(exhibits[0]?.slug).toBe('');
});

describe('cards', () => {
  test.each(cards.map((card, index) => [card.slug || 'workbench', card, exhibits[index]!] as const))('%s has the slug, the number and the titles of its declaration', (_, card, exhibit) => {
    expect({ slug: card.slug, order: card.order }).toEqual({ slug: exhibit.slug, order: exhibit.order });
    for (const language of ['en', 'zh'] as const) expect(card.title[language]).toBe(exhibit.text[language][exhibit.title]);
  });

  test('stand in every exhibit folder', () => {
    const folders = Object.keys(import.meta.glob('../../../src/exhibits/*/index.ts'));
    expect(cards.length).toBe(folders.length);
  });
});
