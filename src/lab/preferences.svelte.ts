import { MediaQuery } from 'svelte/reactivity';

/** The languages the page speaks. */
export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'attention-lab/preferences';

/** What the visitor chose for every page, remembered on this device: language, theme, presenter mode. */
export class Preferences {
  #language = $state<Language>('en');
  #theme = $state<Theme>('auto');
  #presenter = $state(false);
  readonly #systemDark = new MediaQuery('(prefers-color-scheme: dark)');

  constructor() {
    const saved = readSaved();
    this.#language = saved.language ?? browserLanguage();
    this.#theme = saved.theme ?? 'auto';
    this.#apply();
  }

  get language(): Language {
    return this.#language;
  }
  set language(language: Language) {
    this.#language = language;
    this.#apply();
    this.#save();
  }

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    this.#apply();
    this.#save();
  }

  /** Type and controls sized for the last row; not remembered, since the next visit is rarely a lecture. */
  get presenter(): boolean {
    return this.#presenter;
  }
  set presenter(on: boolean) {
    this.#presenter = on;
    this.#apply();
  }

  /** True when dark colours are on screen, whether chosen or followed from the system. */
  get isDark(): boolean {
    return this.#theme === 'dark' || (this.#theme === 'auto' && this.#systemDark.current);
  }

  /** The sentence for the present language, with `{name}` replaced by values. */
  say<K extends string>(texts: { readonly en: Readonly<Record<K, string>>; readonly zh: Readonly<Record<K, string>> }, key: K, values: Readonly<Record<string, string | number>> = {}): string {
    return fill(texts[this.#language][key], values);
  }

  #apply(): void {
    const root = document.documentElement;
    root.lang = this.#language === 'zh' ? 'zh-Hans' : 'en';
    if (this.#theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = this.#theme;
    root.toggleAttribute('data-presenter', this.#presenter);
  }

  #save(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ language: this.#language, theme: this.#theme }));
    } catch {
      // Private windows may refuse storage; the choice then lasts as long as the page.
    }
  }
}

/** Replaces `{name}` in a sentence. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

function browserLanguage(): Language {
  const first = (navigator.languages ?? [navigator.language]).find((tag) => /^(zh|en)\b/i.test(tag));
  return first?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function readSaved(): { language?: Language; theme?: Theme } {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as { language?: unknown; theme?: unknown };
    const language = LANGUAGES.find((tag) => tag === saved.language);
    const theme = (['auto', 'light', 'dark'] as const).find((tag) => tag === saved.theme);
    return { ...(language && { language }), ...(theme && { theme }) };
  } catch {
    return {};
  }
}
