import { decodeLesson, type LessonPlan } from '../../formats/lesson';
import { hashOf, type Place } from '../../lab/location.svelte';
import type { LessonStepOnScreen } from '../../lab/lesson-on-screen.svelte';

/** The address of step `index` (from 0) of a lesson. */
export function stepAddress(plan: LessonPlan, code: string, index: number): string {
  const { exhibit, setting } = plan.steps[index]!;
  return hashOf({ slug: exhibit, query: setting, lesson: { code, step: index + 1 } });
}

/** A step as the page shows it. */
export interface OpenedStep extends LessonStepOnScreen {
  readonly code: string;
  /** Names of the controls and parts that are left out. */
  readonly hidden: ReadonlySet<string>;
  /** The address of each step. */
  readonly addresses: readonly string[];
}

let before: { readonly code: string; readonly plan: LessonPlan } | null = null;

/**
 * What an address with a lesson shows: the step, or the address to go to instead (that of the first step where the address
 * names none, or of the step's own exhibit where it names another).
 * @throws FormatError with one sentence for a lesson that cannot be read
 */
export function openPlace({ slug, lesson }: Place & { lesson: NonNullable<Place['lesson']> }): OpenedStep | { readonly goTo: string } {
  const { code, step } = lesson;
  if (before?.code !== code) before = { code, plan: decodeLesson(code) }; // one lesson is walked step by step
  const { plan } = before;
  const present = plan.steps[step - 1];
  if (!present) return { goTo: stepAddress(plan, code, 0) };
  if (present.exhibit !== slug) return { goTo: stepAddress(plan, code, step - 1) };
  const { heading, note, noteForStudents, hidden } = present;
  const addresses = plan.steps.map((_, index) => stepAddress(plan, code, index));
  return { code, title: plan.title, step, of: plan.steps.length, heading, note, noteForStudents, hidden: new Set(hidden), addresses, said: plan.steps };
}
