import type { Preferences } from '../../lab/preferences.svelte';
import { fileText } from '../../lab/text';
import { text } from './text';

export { isComposing } from './composing';

/** The page where lessons are composed. */
export const COMPOSE = 'compose';

/** Loads a part with the sentences of lessons, and those about files, in the visitor's language. @throws where one cannot be fetched */
async function part<T>(load: () => Promise<T>, preferences: Preferences): Promise<T> {
  const [loaded] = await Promise.all([load(), preferences.use(text), preferences.use(fileText)]);
  return loaded;
}

/** What lessons bring to the page, loaded when it is first needed: most visitors never compose one. */
export const lessonParts = {
  place: () => import('./place'),
  bar: (preferences: Preferences) => part(() => import('./LessonBar.svelte'), preferences),
  draftBar: (preferences: Preferences) => part(() => import('./DraftBar.svelte'), preferences),
  refused: (preferences: Preferences) => part(() => import('./Refused.svelte'), preferences),
  composer: (preferences: Preferences) => part(() => import('./Composer.svelte'), preferences),
};
