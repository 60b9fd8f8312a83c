import { createContext } from 'svelte';
import type { LessonOnScreen } from './lesson-on-screen.svelte';
import type { Lecture } from './lecture.svelte';
import type { Preferences } from './preferences.svelte';
import type { Status } from './status.svelte';

/** The page's preferences, set by App and read by every exhibit. */
export const [getPreferences, setPreferences] = createContext<Preferences>();

/** What the page runs on: written by the exhibit on screen, read by the bar. */
export const [getStatus, setStatus] = createContext<Status>();

/** The lecture under way: joined by the exhibit on screen, led by the keys of presenter mode. */
export const [getLecture, setLecture] = createContext<Lecture>();

/** The step of a teacher's lesson that is on screen, and its note: set by App. */
export const [getLessonOnScreen, setLessonOnScreen] = createContext<LessonOnScreen>();
