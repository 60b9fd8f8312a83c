/** The controls that a lesson may leave out: declared, labelled, and each found in its exhibit's view by that name. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cards } from '../../../src/exhibits';
import { everyLanguage } from '../../setup/sentences';

const folder = (slug: string) => fileURLToPath(new URL(`../../../src/exhibits/${slug || 'workbench'}/`, import.meta.url));
const markup = (slug: string) =>
  readdirSync(folder(slug)).filter((name) => name.endsWith('.svelte')).map((name) => readFileSync(folder(slug) + name, 'utf8')).join('\n');
const exhibits = (await Promise.all(cards.map((card) => card.load()))).map((module) => module.default);

describe.each(exhibits.map((exhibit) => [exhibit.slug || 'workbench', exhibit] as const))('the controls of %s', (_, exhibit) => {
  const source = markup(exhibit.slug);
  const controls = exhibit.controls!;
  const named = [...source.matchAll(/\bcontrol="([^"]+)"|\.shows\('([^']+)'\)/g)].map(([, attribute, asked]) => (attribute ?? asked)!);

  test('are declared where the view names them', () => {
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in controls))).toEqual([]);
  });

  test('are in the view, or named there by their parameter', () => {
    const computed = /\bcontrol=\{/.test(source);
    const missing = Object.keys(controls).filter((name) => !named.includes(name) && !(computed && name in exhibit.params));
    expect(missing).toEqual([]);
  });

  test('all have a name: none can be forgotten', () => {
    const tags = [...source.matchAll(/<(Slider|Choice|Switch|Seed|TextField|FilePicker)\b(?:[^>]|=>)*?\/>/g)].map(([tag]) => tag);
    expect(tags.length).toBeGreaterThan(0);
    expect(tags.filter((tag) => !/\bcontrol=/.test(tag)).map((tag) => tag.slice(0, 60))).toEqual([]);
  });

  test('have labels in every language that need no values', async () => {
    for (const [language, sentences] of Object.entries(await everyLanguage(exhibit.text))) {
      for (const key of Object.values(controls)) {
        expect(sentences[key], `${language} ${key}`).toMatch(/\S/);
        expect(sentences[key], `${language} ${key}`).not.toMatch(/\{\w+\}/);
      }
    }
  });
});
