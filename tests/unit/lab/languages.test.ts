/** Which languages there are, which one a visitor gets, and what is done where a file is missing. */
import { describe, expect, it } from 'vitest';
import { onlyExport } from '../../../src/cli/text-plugin.mjs';
import { chooseLanguage, LANGUAGES } from '../../../src/lab/languages';
import { textsOf } from '../../../src/lab/texts';

describe('the languages', () => {
  it('are those of which the frame has a file, English first, each with its own name', () => {
    const files = Object.keys(import.meta.glob('../../../src/lab/text/*.ts')).map((path) => /(\w+)\.ts$/.exec(path)![1]);
    expect([...LANGUAGES.keys()].sort()).toEqual(files.sort());
    expect([...LANGUAGES.keys()][0]).toBe('en');
    expect(LANGUAGES.get('zh')).toEqual({ name: '中文', switchTo: '切换到中文', htmlLang: 'zh-Hans', locale: 'zh-CN' });
  });

  it.each([...LANGUAGES])('%s has tags that browsers know', (_, { htmlLang, locale }) => {
    for (const tag of [htmlLang, locale]) expect(Intl.getCanonicalLocales(tag)).toEqual([tag]);
    expect(Intl.NumberFormat.supportedLocalesOf([locale])).toEqual([locale]);
  });

  it.each([
    [['fr-CA', 'en'], 'fr'], [['zh-Hant-TW'], 'zh-Hant'], [['zh-CN'], 'zh'], [['frr', 'zh'], 'zh'], [['PT-br'], 'pt-BR'], [['pt'], 'en'], [['de'], 'en'],
  ])('a visitor who wishes %j is spoken to in %s', (wishes, language) => {
    expect(chooseLanguage(wishes, ['en', 'zh', 'zh-Hant', 'fr', 'pt-BR'])).toBe(language);
  });
});

describe('texts', () => {
  const file = (one: string) => () => Promise.resolve({ one });

  it('are there once loaded, and say so when they are not', async () => {
    const texts = textsOf({ './text/en.ts': file('one'), './text/zh.ts': file('一') });
    expect(texts.languages).toEqual(['en', 'zh']);
    expect(() => texts.in('zh')).toThrow('The sentences in "zh" are not loaded yet: call load("zh") and wait for it.');
    await texts.load('zh');
    expect([texts.has('zh'), texts.has('en'), texts.in('zh').one]).toEqual([true, false, '一']);
  });

  it('are English where a language has no file of them', async () => {
    const texts = textsOf({ './text/en.ts': file('one') });
    await texts.load('fr');
    expect(texts.in('fr').one).toBe('one');
  });
});

describe('a file of which one constant is loaded', () => {
  const code = "import type { A } from './a';\nexport const title = 'T', other = 'O';\nexport const about: A = { name: 'x' };\nexport const sentences = { title };\n";

  it('keeps its imports and that constant', () => {
    expect(onlyExport('x.ts', code, 'about')).toBe("import type { A } from './a';\nexport const about: A = { name: 'x' };");
  });

  it('without it is refused by a sentence that names the fix', () => {
    expect(() => onlyExport('x.ts', code, 'tilte')).toThrow('x.ts has no "export const tilte = …": write it, since the page loads it alone.');
  });
});
