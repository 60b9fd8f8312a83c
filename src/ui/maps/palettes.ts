import { PALETTE_SIZE } from '../../gpu/view-types';
import { toLinear } from '../colour/vision';
import { CHANNELS } from './palettes.gen';
import type { MapScale, PaletteRole, Rgba } from './types';

/**
 * The palettes one can choose from, the first of each role being the usual one; src/cli/palettes.mjs lists them. All are made
 * for colour-blind readers. Sequential ones are perceptually uniform and end far from both pages' grounds. In diverging ones
 * the high end is the warm one: a high score is orange, more than before is red. They are lightest in the middle; the ramps
 * among them, for projectors, grow lighter from end to end through grey.
 */
type Palettes = typeof CHANNELS;

/** A name for each role. */
export interface PaletteChoice {
  readonly sequential: keyof Palettes['sequential'];
  readonly diverging: keyof Palettes['diverging'];
  readonly difference: keyof Palettes['difference'];
}

export const USUAL_PALETTES: PaletteChoice = { sequential: 'viridis', diverging: 'PuOr', difference: 'RdBu' };

/**
 * The usual ones of presenter mode. Their low and high ends are far apart in lightness, which is what a washed-out projector
 * leaves of colours.
 */
export const PROJECTOR_PALETTES: PaletteChoice = { sequential: 'viridis', diverging: 'PuOr-ramp', difference: 'RdBu-ramp' };

/** The names to choose from, by role. */
export const PALETTE_NAMES = {
  sequential: Object.keys(CHANNELS.sequential),
  diverging: Object.keys(CHANNELS.diverging),
  difference: Object.keys(CHANNELS.difference),
} as { readonly [Role in PaletteRole]: readonly PaletteChoice[Role][] };

/** Names as they were stored, perhaps by another version of the page: what is not a palette gives way to the usual one. */
export function paletteChoice(names: Readonly<Partial<Record<PaletteRole, string>>>, usual = USUAL_PALETTES): PaletteChoice {
  const pick = <Role extends PaletteRole>(role: Role) => PALETTE_NAMES[role].find((name) => name === names[role]) ?? usual[role];
  return { sequential: pick('sequential'), diverging: pick('diverging'), difference: pick('difference') };
}

const tables = new Map<string, Uint8Array>();

/** RGBA bytes of a palette's 256 colours, lowest first. The same array at every call. */
export function paletteTable<Role extends PaletteRole>(role: Role, name: PaletteChoice[Role]): Uint8Array {
  const key = `${role}/${name}`;
  let table = tables.get(key);
  if (!table) {
    table = new Uint8Array(4 * PALETTE_SIZE).fill(255);
    const channels = CHANNELS[role][name as never] as readonly (readonly [first: number, steps: string])[];
    for (const [channel, [first, steps]] of channels.entries()) {
      let byte = first;
      for (let i = 0; i < PALETTE_SIZE; i++) {
        table[4 * i + channel] = byte;
        byte += steps.charCodeAt(i) - 80; // P
      }
    }
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
