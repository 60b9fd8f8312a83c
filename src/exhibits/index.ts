import type { Exhibit } from '../lab/exhibit';

const declarations = import.meta.glob<{ default: Exhibit }>('./*/index.ts', { eager: true });

/** Every exhibit that has a folder, in the order of the curriculum; the workbench comes first. */
export const exhibits: readonly Exhibit[] = Object.values(declarations)
  .map((module) => module.default)
  .sort((a, b) => a.order - b.order);
