import { typedScreen, type TypedNumber } from './presenter-keys';
import type { FrameKey } from './text';

/** A sentence by its place, so that each window says it in its own language; or words that somebody wrote. */
export type Sentence =
  | { readonly of: 'frame'; readonly key: FrameKey; readonly values?: Readonly<Record<string, string | number>> }
  | { readonly of: 'exhibit'; readonly key: string; readonly values?: Readonly<Record<string, string | number>> }
  | { readonly of: 'words'; readonly words: string };

/** One note for the speaker, in the markup of ui/lesson/prose.ts. */
export interface Note {
  readonly heading: FrameKey;
  readonly say: Sentence;
  /** Figures measured at the setting on screen: a formula in the notation of ui/lesson/tex.ts, and the number as text. */
  readonly figures?: readonly { readonly tex: string; readonly value: string }[];
}

/** One screen of a lecture, as the speaker's view shows it. Plain data. */
export interface LectureScene {
  readonly title: Sentence;
  readonly notes: readonly Note[];
}

/** Whoever has screens to go through: the exhibit that is open. Its fields are reactive. */
export interface Lecturer {
  /** The exhibit whose sentences the scenes quote. */
  readonly slug: string;
  /** Number of screens. */
  readonly count: number;
  /** The present one, from 0. */
  readonly place: number;
  /** Title and notes of one screen. */
  scene(place: number): LectureScene;
  go(place: number): void;
  /** Brings the present screen back to how it began. */
  reset(): void;
}

/** The lecture under way: who gives it, and what lies over the screen. Set by App, joined by the exhibit on screen. */
export class Lecture {
  #lecturer = $state.raw<Lecturer | null>(null);
  #typed: TypedNumber | null = null;
  /** The screen shows nothing. */
  blank = $state(false);
  /** A light follows the pointer. */
  spotlight = $state(false);
  /** The list of keys is open. */
  help = $state(false);
  /** A teacher's lesson, whose steps and notes are gone through instead of the exhibit's own screens; null outside lessons. */
  lesson: Lecturer | null = $state.raw(null);

  get lecturer(): Lecturer | null {
    return this.lesson ?? this.#lecturer;
  }

  /** Joins the lecture; what is returned leaves it. */
  attend(lecturer: Lecturer): () => void {
    this.#lecturer = lecturer;
    this.#typed = null;
    return () => {
      if (this.#lecturer === lecturer) this.#lecturer = null;
    };
  }

  /** To a screen by its place from 0, or to the nearest that there is. Ends the blank screen. */
  go(place: number): void {
    this.blank = false;
    this.#typed = null;
    const { lecturer } = this;
    if (!lecturer) return;
    const near = Math.min(lecturer.count - 1, Math.max(0, place));
    if (near !== lecturer.place) lecturer.go(near);
  }

  move(by: 1 | -1): void {
    if (this.lecturer) this.go(this.lecturer.place + by);
    else this.blank = false;
  }

  /** One digit of a screen's number. `at`: when, in milliseconds. */
  digit(digit: number, at: number): void {
    const typed = typedScreen(this.#typed, digit, at, this.lecturer?.count ?? 0);
    if (typed) this.go(typed.number - 1);
    this.#typed = typed;
  }

  reset(): void {
    this.blank = false;
    this.lecturer?.reset();
  }

  /** Takes away what lies over the screen, the blank before the spotlight. */
  release(): void {
    if (this.blank) this.blank = false;
    else this.spotlight = false;
  }

  /** The screen at a place, or null where there is none. */
  sceneAt(place: number): LectureScene | null {
    const { lecturer } = this;
    return lecturer && place >= 0 && place < lecturer.count ? lecturer.scene(place) : null;
  }
}
