import type { FormatError, FormatNote } from '../formats/errors';
import { SOURCE_LANGUAGE, LANGUAGES } from '../lab/languages';
import { fill, type Preferences } from '../lab/preferences.svelte';
import { fileText } from '../lab/text';

/** What a reader reports of a file, numbers written as the language writes them. */
const written = (values: FormatNote['values'], locale: string) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value]));

/** What a reader reports of a file as a sentence in the visitor's language; `fileText` must be in use. */
export const describeFile = (preferences: Preferences, { code, values }: FormatError | FormatNote): string =>
  preferences.say(fileText, code, written(values, preferences.locale));

/** The same in English, for scripts. */
export async function describeFileInEnglish({ code, values }: FormatError): Promise<string> {
  await fileText.load(SOURCE_LANGUAGE);
  return fill(fileText.in(SOURCE_LANGUAGE)[code], written(values, LANGUAGES.get(SOURCE_LANGUAGE)!.locale));
}
