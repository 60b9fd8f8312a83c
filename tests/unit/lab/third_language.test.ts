/**
 * A made-up third language: a copy of src to which one file for the frame and one for each exhibit are added, and nothing
 * else. The copy is loaded through Vite as the page is, so that what is found is found by the globs of the page.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { render } from 'svelte/server';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyExports } from '../../../src/cli/text-plugin.mjs';
import { wgslCode } from '../../../src/cli/wgsl-plugin.mjs';
import type * as Exhibits from '../../../src/exhibits';
import type * as Languages from '../../../src/lab/languages';
import type * as FrameTexts from '../../../src/lab/text';
import LanguageSwitch from '../../../src/ui/layout/LanguageSwitch.svelte';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** An English file in the made-up language: every sentence between ‹ and ›. */
const translated = (english: string) =>
  english
    .replace(/^export type .*$/gm, '')
    .replace(/^(?:export const title = |  ['\w-]+:\s+)(['"])(?=.*\1[,;]$)/gm, '$&‹')
    .replace(/^(.*['"]‹.*)(['"][,;])$/gm, '$1›$2')
    .replace(/about = \{.*\}/, "about = { name: 'Tlhingan', switchTo: 'Tlhingan ‹›', htmlLang: 'tlh', locale: 'de-CH' }");

let copy: string;
let server: ViteDevServer;
const load = <T>(path: string) => server.ssrLoadModule(`${copy}/src/${path}`) as Promise<T>;

beforeAll(async () => {
  // Inside the project, so that packages are found.
  copy = mkdtempSync(`${root}node_modules/.third-language-`);
  cpSync(`${root}src`, `${copy}/src`, { recursive: true });
  cpSync(`${root}shaders`, `${copy}/shaders`, { recursive: true });
  const exhibits = readdirSync(`${copy}/src/exhibits`, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => `exhibits/${name}`);
  for (const folder of ['lab', ...exhibits]) {
    writeFileSync(`${copy}/src/${folder}/text/tlh.ts`, translated(readFileSync(`${copy}/src/${folder}/text/en.ts`, 'utf8')));
  }
  server = await createServer({
    configFile: false, root: copy, logLevel: 'error', cacheDir: `${copy}/cache`,
    plugins: [wgslCode(), onlyExports(), svelte({ configFile: false })],
    server: { middlewareMode: true, watch: null, hmr: false, ws: false }, optimizeDeps: { noDiscovery: true },
  });
}, 60_000);

afterAll(async () => {
  await server?.close();
  if (copy) rmSync(copy, { recursive: true });
});

describe('a third language', () => {
  it('is spoken as soon as its files are there', async () => {
    const { LANGUAGES, chooseLanguage } = await load<typeof Languages>('lab/languages.ts');
    expect([...LANGUAGES.keys()]).toEqual(['en', 'tlh', 'zh']);
    expect(chooseLanguage(['tlh-Latn', 'en'])).toBe('tlh');
  });

  it('has the words of the frame, of files and of every exhibit, and each title on the overview', async () => {
    const { frameText, fileText } = await load<typeof FrameTexts>('lab/text.ts');
    const { cards } = await load<typeof Exhibits>('exhibits/index.ts');
    for (const texts of [frameText, fileText, ...cards.map(({ text }) => text)]) {
      await Promise.all([texts.load('en'), texts.load('tlh')]);
      expect(Object.keys(texts.in('tlh'))).toEqual(Object.keys(texts.in('en')));
      for (const [key, sentence] of Object.entries<string>(texts.in('tlh'))) expect(sentence, key).toBe(`‹${texts.in('en')[key as never]}›`);
    }
    for (const { titles } of cards) expect(titles.get('tlh')).toBe(`‹${titles.get('en')}›`);
  });

  it('stands in the menu that takes the place of the button', async () => {
    const { LANGUAGES } = await load<typeof Languages>('lab/languages.ts');
    const languages = [...LANGUAGES].map(([tag, about]) => ({ tag, ...about }));
    const shown = (of: typeof languages) => render(LanguageSwitch, { props: { languages: of, current: 'zh', label: '语言', onchoose: () => undefined } }).body;
    expect(shown(languages)).toMatch(/<select aria-label="语言".*<option[^>]*>English<.*<option[^>]*lang="tlh"[^>]*>Tlhingan<.*<option[^>]*selected[^>]*>中文</s);
    expect(shown(languages.filter(({ tag }) => tag !== 'tlh'))).toMatch(/^(?:<!--.*?-->)*<button[^>]*lang="en"[^>]*>.*English/s);
  });
});
