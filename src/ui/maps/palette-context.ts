import { getContext, setContext } from 'svelte';
import { USUAL_PALETTES, type PaletteChoice } from './palettes';

const KEY = Symbol('palettes');

/** Gives every map, legend and picture below this component the palettes that `choice` returns, now and when that changes. */
export const setPalettes = (choice: () => PaletteChoice): void => void setContext(KEY, choice);

/** What tells the palettes in use: those that the page chose, or the usual ones where nobody has. Call it while a component starts. */
export const getPalettes = (): (() => PaletteChoice) => getContext<(() => PaletteChoice) | undefined>(KEY) ?? (() => USUAL_PALETTES);
