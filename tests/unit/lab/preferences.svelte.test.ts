/** Language, theme and presenter mode on a small fake of the document; runes are live. */
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { textsOf } from '../../../src/lab/texts';
import { fill, Preferences } from '../../../src/lab/preferences.svelte';

const KEY = 'attention-lab/preferences';
let root: { lang: string; dataset: Record<string, string>; attributes: Set<string>; toggleAttribute(name: string, on: boolean): void };
let saved: Map<string, string>;
let dark: boolean;
let media: EventTarget;

function visit(languages: readonly string[], stored?: string) {
  if (stored !== undefined) saved.set(KEY, stored);
  vi.stubGlobal('navigator', { languages, language: languages[0] });
  return new Preferences();
}

beforeEach(() => {
  root = {
    lang: '', dataset: {}, attributes: new Set(),
    toggleAttribute: (name, on) => void (on ? root.attributes.add(name) : root.attributes.delete(name)),
  };
  saved = new Map();
  dark = false;
  vi.stubGlobal('document', { documentElement: root });
  vi.stubGlobal('localStorage', { getItem: (key: string) => saved.get(key) ?? null, setItem: (key: string, value: string) => void saved.set(key, value) });
  media = new EventTarget();
  const query = Object.defineProperty(media, 'matches', { get: () => dark });
  vi.stubGlobal('matchMedia', () => query);
  vi.stubGlobal('window', { matchMedia: () => query });
});
afterEach(() => vi.unstubAllGlobals());

describe('the language', () => {
  it.each([
    [['zh-CN', 'en'], 'zh'], [['zh'], 'zh'], [['zh-Hant-TW'], 'zh'], [['de', 'zh-TW', 'en'], 'zh'],
    [['en-GB', 'zh'], 'en'], [['fr'], 'en'], [['de', 'en', 'zh'], 'en'], [[], 'en'], [['ZH-cn'], 'zh'],
  ])('of a browser that asks for %j is %s', (languages, language) => {
    expect(visit(languages).language).toBe(language);
    expect(root.lang).toBe(language === 'zh' ? 'zh-Hans' : 'en');
  });

  it('once chosen is remembered, whatever the browser asks for', async () => {
    await visit(['en']).speak('zh');
    expect(root.lang).toBe('zh-Hans');
    expect(visit(['en']).language).toBe('zh');
  });
});

describe('a switch of the language', () => {
  /** Texts whose files come when `deliver` is called with their language. */
  function slow() {
    const waiting = new Map<string, () => void>();
    const file = (language: string) => () =>
      new Promise<{ one: string }>((resolve) => waiting.set(language, () => resolve({ one: `one in ${language}` })));
    return { texts: textsOf({ './text/en.ts': file('en'), './text/zh.ts': file('zh') }), deliver: (language: string) => waiting.get(language)!() };
  }

  it('waits for every sentence in use, so that none is missing for a moment', async () => {
    const [first, second] = [slow(), slow()];
    const preferences = visit(['en']);
    const used = Promise.all([preferences.use(first.texts), preferences.use(second.texts)]);
    first.deliver('en');
    second.deliver('en');
    await used;
    const switched = preferences.speak('zh');
    first.deliver('zh');
    expect([preferences.language, preferences.say(second.texts, 'one')]).toEqual(['en', 'one in en']);
    second.deliver('zh');
    await switched;
    expect([preferences.language, preferences.say(first.texts, 'one'), preferences.say(second.texts, 'one')]).toEqual(['zh', 'one in zh', 'one in zh']);
  });

  it('while an exhibit is opened leaves that exhibit its words', async () => {
    const { texts, deliver } = slow();
    const preferences = visit(['en']);
    const used = preferences.use(texts);
    const switched = preferences.speak('zh');
    deliver('zh');
    await switched;
    deliver('en');
    await used;
    expect(preferences.say(texts, 'one')).toBe('one in zh');
  });

  it('whose sentences cannot be fetched leaves the page as it is', async () => {
    const preferences = visit(['en']);
    const texts = textsOf({
      './text/en.ts': () => Promise.resolve({ one: 'one' }),
      './text/zh.ts': () => Promise.reject(new TypeError('Failed to fetch')),
    });
    await preferences.use(texts);
    await expect(preferences.speak('zh')).rejects.toThrow('fetch');
    expect([preferences.language, root.lang, preferences.say(texts, 'one')]).toEqual(['en', 'en', 'one']);
    expect(saved.size).toBe(0);
  });

  it('does not make what loads sentences run again', async () => {
    const { texts, deliver } = slow();
    const preferences = visit(['en']);
    let runs = 0;
    const stop = $effect.root(() => {
      $effect(() => {
        runs++;
        void preferences.use(texts);
      });
    });
    flushSync();
    deliver('en');
    const switched = preferences.speak('zh');
    deliver('zh');
    await switched;
    flushSync();
    stop();
    expect(runs).toBe(1);
  });
});

describe('the theme', () => {
  it('follows the system until one is chosen', () => {
    dark = true;
    const preferences = visit(['en']);
    expect(preferences.isDark).toBe(true);
    expect(root.dataset).toEqual({});
    preferences.theme = 'light';
    expect(preferences.isDark).toBe(false);
    expect(root.dataset).toEqual({ theme: 'light' });
    preferences.theme = 'auto';
    expect(root.dataset).toEqual({});
    expect(preferences.isDark).toBe(true);
  });

  it('is remembered, presenter mode is not', () => {
    const preferences = visit(['en']);
    preferences.theme = 'dark';
    preferences.presenter = true;
    expect([...root.attributes]).toEqual(['data-presenter']);
    const next = visit(['en']);
    expect([next.theme, next.presenter, next.isDark]).toEqual(['dark', false, true]);
    expect([...root.attributes]).toEqual([]);
  });

  it('that the system changes is seen by what reads it', () => {
    const preferences = visit(['en']);
    const seen: boolean[] = [];
    const stop = $effect.root(() => {
      $effect(() => void seen.push(preferences.isDark));
    });
    flushSync();
    dark = true;
    media.dispatchEvent(new Event('change'));
    flushSync();
    stop();
    expect(seen).toEqual([false, true]);
  });
});

describe('the palettes', () => {
  it('are remembered by name; what is no name is left out', () => {
    const preferences = visit(['en']);
    expect(preferences.palettes).toEqual({});
    preferences.palettes = { sequential: 'cividis' };
    expect(visit(['en']).palettes).toEqual({ sequential: 'cividis' });
    expect(visit(['en'], '{"palettes":{"sequential":7,"diverging":"BrBG"}}').palettes).toEqual({ diverging: 'BrBG' });
    expect(visit(['en'], '{"palettes":null,"theme":"dark"}')).toMatchObject({ palettes: {}, theme: 'dark' });
  });

  it('of presenter mode are remembered beside them', () => {
    const preferences = visit(['en']);
    preferences.palettes = { diverging: 'BrBG' };
    preferences.projectorPalettes = { diverging: 'PuOr' };
    expect(visit(['en'])).toMatchObject({ palettes: { diverging: 'BrBG' }, projectorPalettes: { diverging: 'PuOr' } });
    expect(visit(['en'], '{"palettes":{"diverging":"BrBG"}}').projectorPalettes).toEqual({});
  });
});

describe('what was saved', () => {
  it.each(['', 'null', '7', '[]', '{', '{"language":"fr","theme":"pink"}', '{"language":{},"theme":1}'])('as %j counts as nothing', (stored) => {
    const preferences = visit(['zh'], stored);
    expect([preferences.language, preferences.theme]).toEqual(['zh', 'auto']);
  });

  it('where storage is refused lasts as long as the page', async () => {
    const refuse = () => {
      throw new Error('SecurityError');
    };
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
    const preferences = visit(['en']);
    await preferences.speak('zh');
    expect(preferences.language).toBe('zh');
  });
});

describe('say', () => {
  it('fills the sentence of the present language', async () => {
    const texts = textsOf({
      './text/en.ts': () => Promise.resolve({ hello: 'Hello {name}, {count} of {count}' }),
      './text/zh.ts': () => Promise.resolve({ hello: '你好,{name}' }),
    });
    const preferences = visit(['en']);
    await preferences.use(texts);
    expect(preferences.say(texts, 'hello', { name: 'A', count: 2 })).toBe('Hello A, 2 of 2');
    await preferences.speak('zh');
    expect(preferences.say(texts, 'hello', { name: '{name}$&' })).toBe('你好,{name}$&');
  });

  it('leaves a gap that has no value as it is', () => {
    expect(fill('{a} and {b}, {not a gap}', { a: 0 })).toBe('0 and {b}, {not a gap}');
    expect(fill('{constructor}', {})).toBe('{constructor}');
  });
});
