import { checkLesson, LESSON_LIMITS, readLessonFile, writeLessonFile, type LessonPlan, type LessonPlanStep } from '../../formats/lesson';
import { KEY } from './composing';

const EDITED = 'attention-lab/lesson-step';

/** A step of the draft, with an identity that survives editing and moving. */
export interface DraftStep extends LessonPlanStep {
  readonly id: number;
}

/** The lesson being composed: kept in this browser's own storage at every change, so that a reload loses nothing. */
export class LessonDraft {
  #title = $state('');
  #steps = $state.raw<readonly DraftStep[]>([]);
  #edited = $state<number | null>(null);
  #nextId = 0;

  constructor() {
    this.reload();
  }

  get title(): string {
    return this.#title;
  }
  get steps(): readonly DraftStep[] {
    return this.#steps;
  }
  /** The lesson as data. */
  get plan(): LessonPlan {
    return { title: this.#title, steps: this.#steps };
  }
  get isFull(): boolean {
    return this.#steps.length >= LESSON_LIMITS.steps;
  }
  /** Index of the step whose setting the teacher has gone to change, or null. */
  get edited(): number | null {
    return this.#edited !== null && this.#edited < this.#steps.length ? this.#edited : null;
  }
  set edited(index: number | null) {
    this.#edited = index;
    try {
      if (index === null) sessionStorage.removeItem(EDITED);
      else sessionStorage.setItem(EDITED, String(index));
    } catch {
      // Without storage it is known as long as the page lasts.
    }
  }

  /** Takes what the browser holds: at the start, and when another window has changed it. */
  reload(): void {
    try {
      const saved = localStorage.getItem(KEY);
      if (saved !== null) this.#take(readLessonFile(new TextEncoder().encode(saved), KEY, 0));
      const edited = sessionStorage.getItem(EDITED);
      this.#edited = edited === null ? null : Number(edited);
    } catch {
      // No storage, or a draft that cannot be read: an empty one.
    }
  }

  /** Keeps the draft. Composing begins with it, even without a step. */
  save(): void {
    try {
      localStorage.setItem(KEY, writeLessonFile(this.plan));
    } catch {
      // A private window may refuse storage; the draft then lasts as long as the page.
    }
  }

  set title(title: string) {
    this.#title = title.slice(0, LESSON_LIMITS.title);
    this.save();
  }

  /** Replaces the whole lesson. */
  open(plan: LessonPlan): void {
    this.#take(plan);
    this.edited = null;
    this.save();
  }

  /** @throws FormatError for a setting that is too long for a lesson, or a step too many */
  add(step: LessonPlanStep): void {
    const { steps } = checkLesson({ title: '', steps: [...this.#steps, step] });
    this.#steps = [...this.#steps, { ...steps.at(-1)!, id: this.#nextId++ }];
    this.save();
  }

  /** @throws FormatError for a setting that is too long for a lesson */
  change(index: number, change: Partial<LessonPlanStep>): void {
    const changed = { ...this.#steps[index]!, ...change };
    const [checked] = checkLesson({ title: '', steps: [changed] }).steps;
    this.#steps = this.#steps.with(index, { ...checked!, id: changed.id });
    this.save();
  }

  move(from: number, to: number): void {
    if (from === to || to < 0 || to >= this.#steps.length) return;
    const rest = this.#steps.toSpliced(from, 1);
    this.#steps = rest.toSpliced(to, 0, this.#steps[from]!);
    this.save();
  }

  remove(index: number): void {
    this.#steps = this.#steps.toSpliced(index, 1);
    this.save();
  }

  /** Ends composing: nothing of the draft is left in the browser. */
  putAway(): void {
    this.#take({ title: '', steps: [] });
    this.edited = null;
    try {
      localStorage.removeItem(KEY);
    } catch {
      // There was nothing to remove.
    }
  }

  #take({ title, steps }: LessonPlan): void {
    this.#title = title;
    this.#steps = steps.map((step) => ({ ...step, id: this.#nextId++ }));
  }
}
