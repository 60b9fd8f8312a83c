/** The colours of an export: those of a white page, or those that are on screen. */
import { rgba } from '../ui/maps/theme';
import type { CurveHue } from '../ui/curves/types';

/** Custom properties of the style sheet that drawings use. */
export const PROPERTIES = [
  '--paper', '--panel', '--ink', '--ink-2', '--line', '--edge', '--accent', '--q', '--k', '--v', '--warn', '--q-ink', '--k-ink', '--v-ink', '--warn-ink',
  '--masked-a', '--masked-b',
] as const;
export type Property = (typeof PROPERTIES)[number];

/** Property → colour. */
export type Ink = Readonly<Record<Property, string>>;

/** For papers: the light theme of src/ui/theme.css on white; a test holds the two together. */
export const WHITE: Ink = {
  '--paper': '#ffffff', '--panel': '#f3f3f0', '--ink': '#1b1e23', '--ink-2': '#555b65', '--line': '#dcdcd7', '--edge': '#83878e', '--accent': '#3f4a9e',
  '--q': '#e69f00', '--k': '#56b4e9', '--v': '#009e73', '--warn': '#d55e00', '--q-ink': '#8a5c00', '--k-ink': '#1c6b9e', '--v-ink': '#00704f',
  '--warn-ink': '#b34700', '--masked-a': '#ecece8', '--masked-b': '#cbcbc6',
};

/** The colours of the page at present. */
export function pageInk(): Ink {
  const style = getComputedStyle(document.documentElement);
  // Through bytes: a system colour of forced colours has a name that only browsers know.
  const colour = (name: Property) => hex(...rgba(style.getPropertyValue(name).trim() || WHITE[name]).slice(0, 3));
  return Object.fromEntries(PROPERTIES.map((name) => [name, colour(name)])) as Ink;
}

/** The colour of a series' strokes and points. */
export const strokeOf = (hue: CurveHue, ink: Ink): string =>
  ink[({ ink: '--ink', accent: '--accent', q: '--q-ink', k: '--k-ink', v: '--v-ink', warn: '--warn-ink' } as const)[hue]];

/** The colour of areas, such as bars. */
export const fillOf = (hue: CurveHue, ink: Ink): string =>
  ink[({ ink: '--ink-2', accent: '--accent', q: '--q', k: '--k', v: '--v', warn: '--warn' } as const)[hue]];

/** Red (0), green (1) or blue (2) of `#rrggbb`. */
export const byteOf = (colour: string, which: 0 | 1 | 2): number => parseInt(colour.slice(1 + 2 * which, 3 + 2 * which), 16);

/** `#rrggbb` of three bytes. */
export const hex = (...bytes: readonly number[]): string => `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
