/** The order in which a lecture goes through an exhibit: one idea per screen. */

/** The parts of an exhibit's page, in their order. */
export const PARTS = ['question', 'prediction', 'experiment', 'answer', 'derivation', 'prose', 'said', 'shader', 'sources'] as const;
export type Part = (typeof PARTS)[number];

/** One screen of a lecture: a part, and within the experiment and the derivation the step (from 0). */
export interface Scene {
  readonly part: Part;
  readonly step: number;
}

/**
 * All scenes of an exhibit, in order.
 * @param has the parts that it has
 * @param counts steps of the experiment and lines of the derivation; a part without any is one scene
 */
export function scenesOf(has: ReadonlySet<Part>, counts: Partial<Record<Part, number>>): Scene[] {
  return PARTS.filter((part) => has.has(part)).flatMap((part) => Array.from({ length: Math.max(1, counts[part] ?? 1) }, (_, step) => ({ part, step })));
}

/** The scene beside the present one; at either end it stays. A scene that is not in the list (its part went away) starts over. */
export function besideScene(scenes: readonly Scene[], present: Scene, by: 1 | -1): Scene {
  const index = scenes.findIndex(({ part, step }) => part === present.part && step === present.step);
  const near = index < 0 ? scenes.findIndex(({ part }) => part === present.part) : index + by;
  return scenes[Math.min(scenes.length - 1, Math.max(0, near))] ?? present;
}

/** Which way a key moves through a lecture, or null. Presenter remotes send PageUp and PageDown. */
export function sceneKey(key: string): 1 | -1 | null {
  if (key === 'PageDown' || key === 'ArrowRight') return 1;
  if (key === 'PageUp' || key === 'ArrowLeft') return -1;
  return null;
}
