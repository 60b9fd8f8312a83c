import {
  interpolateBrBG,
  interpolateCividis,
  interpolatePiYG,
  interpolatePuOr,
  interpolateRdBu,
  interpolateViridis,
} from 'd3-scale-chromatic';
import { PALETTE_SIZE } from '../../gpu/view-types';
import { toLinear } from '../colour/vision';
import type { MapScale, PaletteRole, Rgba } from './types';

/**
 * The palettes one can choose from, the first of each role being the usual one. All are made for colour-blind readers.
 * Sequential ones are perceptually uniform and end far from both pages' grounds. In diverging ones the
 * high end is the warm one: a high score is orange, more than before is red.
 */
const INTERPOLATORS = {
  sequential: { viridis: interpolateViridis, cividis: interpolateCividis },
  diverging: { PuOr: interpolatePuOr, BrBG: turned(interpolateBrBG) },
  difference: { RdBu: turned(interpolateRdBu), PiYG: turned(interpolatePiYG) },
} as const satisfies Record<PaletteRole, Record<string, (t: number) => string>>;

/** A name for each role. */
export interface PaletteChoice {
  readonly sequential: keyof (typeof INTERPOLATORS)['sequential'];
  readonly diverging: keyof (typeof INTERPOLATORS)['diverging'];
  readonly difference: keyof (typeof INTERPOLATORS)['difference'];
}

export const USUAL_PALETTES: PaletteChoice = { sequential: 'viridis', diverging: 'PuOr', difference: 'RdBu' };

/** The names to choose from, by role. */
export const PALETTE_NAMES = {
  sequential: Object.keys(INTERPOLATORS.sequential),
  diverging: Object.keys(INTERPOLATORS.diverging),
  difference: Object.keys(INTERPOLATORS.difference),
} as { readonly [Role in PaletteRole]: readonly PaletteChoice[Role][] };

function turned(interpolate: (t: number) => string): (t: number) => string {
  return (t) => interpolate(1 - t);
}

/** Names as they were stored, perhaps by another version of the page: what is not a palette gives way to the usual one. */
export function paletteChoice(names: Readonly<Partial<Record<PaletteRole, string>>>): PaletteChoice {
  const pick = <Role extends PaletteRole>(role: Role) => PALETTE_NAMES[role].find((name) => name === names[role]) ?? USUAL_PALETTES[role];
  return { sequential: pick('sequential'), diverging: pick('diverging'), difference: pick('difference') };
}

const tables = new Map<string, Uint8Array>();

/** RGBA bytes of a palette's 256 colours, lowest first. The same array at every call. */
export function paletteTable<Role extends PaletteRole>(role: Role, name: PaletteChoice[Role]): Uint8Array {
  const key = `${role}/${name}`;
  let table = tables.get(key);
  if (!table) {
    const interpolate = (INTERPOLATORS[role] as Record<string, (t: number) => string>)[name];
    table = new Uint8Array(4 * PALETTE_SIZE);
    for (let i = 0; i < PALETTE_SIZE; i++) table.set([...parseColour(interpolate(i / (PALETTE_SIZE - 1))), 255], 4 * i);
    tables.set(key, table);
  }
  return table;
}

/** The three tables of a choice. */
export const paletteTables = (choice: PaletteChoice = USUAL_PALETTES): Record<PaletteRole, Uint8Array> => ({
  sequential: paletteTable('sequential', choice.sequential),
  diverging: paletteTable('diverging', choice.diverging),
  difference: paletteTable('difference', choice.difference),
});

/** Red, green and blue of `#rrggbb` or `rgb(r, g, b)`, the two ways in which d3-scale-chromatic writes colours. */
export function parseColour(text: string): [number, number, number] {
  const parts = text.startsWith('#')
    ? [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16))
    : (text.match(/[\d.]+/g) ?? []).map((part) => Math.round(Number(part)));
  return [parts[0], parts[1], parts[2]];
}

/**
 * Place of a value in a palette's table, 0…255. In steps of single precision, as the shader computes it, so that both
 * painters choose the same colour.
 */
export function colourIndex(value: number, scale: Pick<MapScale, 'domain' | 'root' | 'palette'>): number {
  const low = Math.fround(scale.domain[0]);
  const inverse = Math.fround(1 / (scale.domain[1] - scale.domain[0] || 1));
  let t = Math.min(1, Math.max(0, Math.fround(Math.fround(Math.fround(value) - low) * inverse)));
  if (scale.root && scale.palette === 'sequential') t = Math.fround(Math.sqrt(t));
  else if (scale.root) t = Math.fround(0.5 + 0.5 * Math.sign(t - 0.5) * Math.fround(Math.sqrt(Math.abs(2 * t - 1))));
  return Math.min(PALETTE_SIZE - 1, Math.trunc(t * PALETTE_SIZE));
}

/** The colour of a value. */
export function colourOf(value: number, scale: MapScale, palettes: Readonly<Record<PaletteRole, Uint8Array>>): Rgba {
  const at = 4 * colourIndex(value, scale);
  const table = palettes[scale.palette];
  return [table[at], table[at + 1], table[at + 2], 255];
}

/** Relative luminance (WCAG 2.2), 0…1. */
export const luminance = ([r, g, b]: readonly number[]): number =>
  0.2126 * toLinear(r) + 0.7152 * toLinear(g) + 0.0722 * toLinear(b);

/** Lightness L* (CIELAB, D65), 0…100. */
export function lightness(colour: readonly number[]): number {
  const y = luminance(colour);
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

/** Contrast of two colours (WCAG 2.2), 1…21. */
export function contrast(a: readonly number[], b: readonly number[]): number {
  const [la, lb] = [luminance(a), luminance(b)];
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

/** Black or white, whichever reads better on a colour: always at least 4.5 : 1, since √(1.05 · 0.05) lies between. */
export const inkOn = (colour: readonly number[]): '#000' | '#fff' => (luminance(colour) > 0.1791 ? '#000' : '#fff');
