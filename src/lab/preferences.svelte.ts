import { untrack } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';
import { chooseLanguage, LANGUAGES, SOURCE_LANGUAGE, type Language } from './languages';
import type { Texts } from './texts';

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'attention-lab/preferences';

/** What the visitor chose for every page: language, theme and palettes, remembered on this device, and presenter mode. */
export class Preferences {
  #language = $state<Language>(SOURCE_LANGUAGE);
  #theme = $state<Theme>('auto');
  #palettes = $state.raw<Readonly<Record<string, string>>>({});
  #projectorPalettes = $state.raw<Readonly<Record<string, string>>>({});
  #presenter = $state(false);
  /** What is said on the page, so that a switch waits for all of it. */
  readonly #texts = new Set<Texts>();
  readonly #systemDark = new MediaQuery('(prefers-color-scheme: dark)');

  constructor() {
    const saved = readSaved();
    this.#language = saved.language ?? chooseLanguage(navigator.languages ?? [navigator.language]);
    this.#theme = saved.theme ?? 'auto';
    this.#palettes = saved.palettes ?? {};
    this.#projectorPalettes = saved.projectorPalettes ?? {};
    this.#apply();
  }

  get language(): Language {
    return this.#language;
  }

  /** The tag by which numbers and dates are written. */
  get locale(): string {
    return LANGUAGES.get(this.#language)!.locale;
  }

  /**
   * Loads sentences in the visitor's language, before they are said for the first time; every switch waits for them too.
   * @throws where they cannot be fetched
   */
  async use(texts: Texts): Promise<void> {
    this.#texts.add(texts);
    // The visitor may switch while they load. Whoever loads does not thereby follow the language: what it opens stays open.
    const language = () => untrack(() => this.#language);
    while (!texts.has(language())) await texts.load(language());
  }

  /**
   * Switches the language once all that is said on the page is there in it.
   * @throws where that cannot be fetched; the page then stays in its language
   */
  async speak(language: Language): Promise<void> {
    const missing = () => [...this.#texts].filter((texts) => !texts.has(language));
    // What is used meanwhile is waited for as well.
    while (missing().length > 0) await Promise.all(missing().map((texts) => texts.load(language)));
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

  /** Names of the maps' palettes by role, as chosen; a role that is missing has its usual one. */
  get palettes(): Readonly<Record<string, string>> {
    return this.#palettes;
  }
  set palettes(palettes: Readonly<Record<string, string>>) {
    this.#palettes = palettes;
    this.#save();
  }

  /** The same for presenter mode, which has palettes of its own. */
  get projectorPalettes(): Readonly<Record<string, string>> {
    return this.#projectorPalettes;
  }
  set projectorPalettes(palettes: Readonly<Record<string, string>>) {
    this.#projectorPalettes = palettes;
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

  /** The sentence for the present language, with `{name}` replaced by values; its texts must be in use. */
  say<K extends string>(texts: Texts<K>, key: K, values: Readonly<Record<string, string | number>> = {}): string {
    return fill(texts.in(this.#language)[key], values);
  }

  #apply(): void {
    const root = document.documentElement;
    root.lang = LANGUAGES.get(this.#language)!.htmlLang;
    if (this.#theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = this.#theme;
    root.toggleAttribute('data-presenter', this.#presenter);
  }

  #save(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ language: this.#language, theme: this.#theme, palettes: this.#palettes, projectorPalettes: this.#projectorPalettes }));
    } catch {
      // Private windows may refuse storage; the choice then lasts as long as the page.
    }
  }
}

/** Replaces `{name}` in a sentence. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

function readSaved(): { language?: Language; theme?: Theme; palettes?: Record<string, string>; projectorPalettes?: Record<string, string> } {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as { language?: unknown; theme?: unknown; palettes?: unknown; projectorPalettes?: unknown };
    const language = [...LANGUAGES.keys()].find((tag) => tag === saved.language);
    const theme = (['auto', 'light', 'dark'] as const).find((tag) => tag === saved.theme);
    const names = (palettes: unknown) => Object.fromEntries(Object.entries(palettes ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    return { ...(language && { language }), ...(theme && { theme }), palettes: names(saved.palettes), projectorPalettes: names(saved.projectorPalettes) };
  } catch {
    return {};
  }
}
