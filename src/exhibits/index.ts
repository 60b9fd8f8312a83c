import type { ExhibitCard } from '../lab/exhibit';

const found = import.meta.glob<{ default: ExhibitCard }>('./*/card.ts', { eager: true });

/** The card of every exhibit that has a folder, in the order of the curriculum; the workbench comes first. */
export const cards: readonly ExhibitCard[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => a.order - b.order);
