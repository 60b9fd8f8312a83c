/** The order in which a lecture goes through an exhibit: one idea per screen. */

/** The parts of an exhibit's page, in their order; the panels are further views of the experiment, a screen each. */
export const PARTS = ['question', 'prediction', 'experiment', 'panels', 'answer', 'derivation', 'prose', 'said', 'shader', 'sources'] as const;
export type Part = (typeof PARTS)[number];

/**
 * One screen of a lecture: a part, and within it the step (from 0): asked and answered in the prediction, a setting of the
 * experiment, a panel, a line of the derivation, a paragraph, a claim.
 */
export interface Scene {
  readonly part: Part;
  readonly step: number;
}

/**
 * All scenes of an exhibit, in order.
 * @param has the parts that it has
 * @param counts steps within a part; a part without any is one scene
 */
export function scenesOf(has: ReadonlySet<Part>, counts: Partial<Record<Part, number>>): Scene[] {
  return PARTS.filter((part) => has.has(part)).flatMap((part) => Array.from({ length: Math.max(1, counts[part] ?? 1) }, (_, step) => ({ part, step })));
}

/** The place of a scene, from 0. A step that is no more gives its part's first scene, a part that went away the beginning. */
export function placeOf(scenes: readonly Scene[], { part, step }: Scene): number {
  const exact = scenes.findIndex((scene) => scene.part === part && scene.step === step);
  return Math.max(0, exact >= 0 ? exact : scenes.findIndex((scene) => scene.part === part));
}
