import { languageOfFile, type Language } from '../lab/languages';

const found = import.meta.glob<string>('./*/text/*.ts', { eager: true, query: '?only=title', import: 'title' });

/**
 * The title of every exhibit in every language, by folder: the only part of the texts that a page loads of exhibits that
 * are not on screen.
 */
export const titles: ReadonlyMap<string, ReadonlyMap<Language, string>> = byFolder();

function byFolder(): Map<string, Map<Language, string>> {
  const titles = new Map<string, Map<Language, string>>();
  for (const [path, title] of Object.entries(found)) {
    const folder = path.split('/')[1]!;
    if (!titles.has(folder)) titles.set(folder, new Map());
    titles.get(folder)!.set(languageOfFile(path), title);
  }
  return titles;
}
