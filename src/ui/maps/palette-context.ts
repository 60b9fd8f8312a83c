import { createContext } from 'svelte';
import { USUAL_PALETTES, type PaletteChoice } from './palettes';

const [get, set, has] = createContext<() => PaletteChoice>();

/** Gives every map, legend and picture below this component the palettes that `choice` returns, now and when that changes. */
export const setPalettes = set;

/** What tells the palettes in use; without a choice, the usual ones. Call while a component is made. */
export const getPalettes = (): (() => PaletteChoice) => (has() ? get() : () => USUAL_PALETTES);
