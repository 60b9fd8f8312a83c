import type { Lecturer, Sentence } from './lecture.svelte';
import { parseHash } from './location.svelte';

/** A step of a teacher's lesson that is on screen. */
export interface LessonStepOnScreen {
  /** Of the lesson. */
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly of: number;
  /** For everybody; may be empty. */
  readonly heading: string;
  /** What the teacher wrote to it; may be empty. */
  readonly note: string;
  /** Students read the note too. */
  readonly noteForStudents: boolean;
  /** The address of each step. */
  readonly addresses: readonly string[];
  /** Heading and note of every step, for the speaker's view. */
  readonly said: readonly { readonly heading: string; readonly note: string }[];
}

/** The teacher's lesson that the address carries, if any: written by App, read by the exhibit on screen and the speaker's view. */
export class LessonOnScreen {
  #present = $state.raw<LessonStepOnScreen | null>(null);

  /** The step on screen, or null outside lessons. */
  get present(): LessonStepOnScreen | null {
    return this.#present;
  }

  show(step: LessonStepOnScreen | null): void {
    this.#present = step;
  }

  /** The lesson as a lecture: a screen for each step, the teacher's words as its notes. */
  readonly lecturer: Lecturer = lecturerOf(() => this.#present);
}

function lecturerOf(present: () => LessonStepOnScreen | null): Lecturer {
  const go = (place: number) => {
    const address = present()?.addresses[place];
    if (address !== undefined) location.hash = address;
  };
  return {
    get slug() {
      return parseHash(location.hash).slug;
    },
    get count() {
      return present()?.of ?? 0;
    },
    get place() {
      return (present()?.step ?? 1) - 1;
    },
    scene(place) {
      const { heading = '', note = '' } = present()?.said[place] ?? {};
      const title: Sentence = { of: 'words', words: heading || present()?.title || String(place + 1) };
      return { title, notes: note ? [{ heading: 'noteTeacher', say: { of: 'words', words: note } }] : [] };
    },
    go,
    reset: () => go((present()?.step ?? 1) - 1),
  };
}
