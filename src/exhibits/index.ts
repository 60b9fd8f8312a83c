import type { ExhibitCard, TitledCard } from '../lab/exhibit';
import type { Preferences } from '../lab/preferences.svelte';
import { COMPOSE } from './lessons';
import { titles } from './titles';

const found = import.meta.glob<{ default: ExhibitCard }>('./*/card.ts', { eager: true });

/** The card of every exhibit that has a folder, in the order of the curriculum; the workbench comes first. */
export const cards: readonly TitledCard[] = Object.entries(found)
  .map(([path, { default: card }]) => ({ ...card, titles: titles.get(path.split('/')[1]!) ?? new Map() }))
  .sort((a, b) => a.order - b.order);

/** The title of the page where lessons are composed, in every language. */
export const composeTitles = titles.get('lessons')!;

/** The page of the overview; no exhibit has this route. */
export const HOME = 'home';

/** The pages that show no exhibit; #/lesson leads to its first step's. */
const PAGES = [HOME, COMPOSE, 'lesson'];

/** The card that a route shows: the workbench's for a route that there is none of; null for a page that shows no exhibit. */
export const cardAt = (slug: string): TitledCard | null => (PAGES.includes(slug) ? null : (cards.find((card) => card.slug === slug) ?? cards[0]!));

/** Loads what a card leads to: declaration, view, and the sentences in the visitor's language. @throws where one cannot be fetched */
export async function openExhibit(card: ExhibitCard, preferences: Preferences) {
  const declared = async () => {
    const { default: exhibit } = await card.load();
    return { exhibit, View: (await exhibit.view()).default };
  };
  const [opened] = await Promise.all([declared(), preferences.use(card.text)]);
  return opened;
}
