import { createContext } from 'svelte';

/** Which controls the page offers: a teacher's lesson may leave some out. A control left out is not drawn at all. */
export interface ControlBoard {
  /** Whether the control of this name is there; one without a name always is. Reactive. */
  shows(control: string | undefined): boolean;
}

const ALL: ControlBoard = { shows: () => true };
const [get, set, has] = createContext<ControlBoard>();

/** Says, for every component below the caller, which controls there are. */
export const setControlBoard = set;

/** The board of this page; without one, every control is there. Call while a component is made. */
export const getControlBoard = (): ControlBoard => (has() ? get() : ALL);
