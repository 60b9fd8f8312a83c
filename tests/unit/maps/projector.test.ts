/** "A palette that survives a washed-out beamer" as a computation: how far apart the ends are, for whoever looks. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ciede2000, labOf } from '../../../src/ui/colour/difference';
import { DEFICIENCIES, seenAs, VISIONS, WASHED_CONTRAST, type View } from '../../../src/ui/colour/vision';
import { stepsOf } from '../../../src/ui/maps/palette-check';
import { lightness, luminance, paletteTable, PROJECTOR_PALETTES, USUAL_PALETTES, type PaletteChoice } from '../../../src/ui/maps/palettes';
import type { PaletteRole } from '../../../src/ui/maps/types';

const ROLES = ['sequential', 'diverging', 'difference'] as const;
const tableOf = (role: PaletteRole, choice: PaletteChoice) => paletteTable(role, choice[role] as never);
const all = (role: PaletteRole) => stepsOf(tableOf(role, PROJECTOR_PALETTES), 'usual', 256);

/** ΔL* of the two ends: as they are, as a deficiency shows them, and what a washed-out projector then leaves of that. */
function apart(table: Uint8Array, ...views: readonly View[]): number {
  const [low, high] = stepsOf(table, 'usual', 2).map((colour) => lightness(views.reduce((seen, view) => seenAs(seen, view), colour)));
  return high! - low!;
}
/** What is left of the whole way from black to white. */
const WASHED_WHOLE = lightness(seenAs([255, 255, 255], 'washed')) - lightness(seenAs([0, 0, 0], 'washed'));

test('the washed-out projector shows white five times as bright as black', () => {
  const [white, black] = [255, 0].map((byte) => luminance(seenAs([byte, byte, byte], 'washed')));
  expect(white! / black!).toBeCloseTo(WASHED_CONTRAST, 1);
  expect(seenAs([255, 255, 255], 'washed')).toEqual([255, 255, 255]);
  // So that no palette could keep its ends 60 apart there: of the 100 from black to white 48 are left.
  expect(WASHED_WHOLE).toBeGreaterThan(47);
  expect(WASHED_WHOLE).toBeLessThan(49);
});

describe.each(ROLES)('the %s palette of presenter mode', (role) => {
  const table = tableOf(role, PROJECTOR_PALETTES);

  test.each(VISIONS)('has ends that are 60 of lightness apart, seen with %s', (vision) => expect(apart(table, vision)).toBeGreaterThanOrEqual(60));

  test.each(VISIONS)('keeps two thirds of what a washed-out projector leaves of black and white, seen with %s', (vision) =>
    expect(apart(table, vision, 'washed')).toBeGreaterThan((2 / 3) * WASHED_WHOLE));

  test('grows lighter on a washed-out projector as well, by what one just sees or more', () => {
    const lights = stepsOf(table, 'washed').map(lightness);
    for (let step = 1; step < lights.length; step++) expect(lights[step]! - lights[step - 1]!).toBeGreaterThan(1);
  });

  test('has no colour of the hatch, on either page, as it is and washed out', () => {
    const css = readFileSync('src/ui/theme.css', 'utf8');
    const stripe = (name: string, at: 1 | 2) => {
      const pair = css.match(new RegExp(`--masked-${name}: var\\(--light, (#\\w{6})\\) var\\(--dark, (#\\w{6})\\)`))!;
      return [1, 3, 5].map((from) => parseInt(pair[at].slice(from, from + 2), 16));
    };
    for (const page of [1, 2] as const) {
      const stripes = [stripe('a', page), stripe('b', page)];
      for (const view of ['usual', ...DEFICIENCIES, 'washed'] as const) {
        const [a, b] = stripes.map((colour) => seenAs(colour, view));
        // From afar stripes mix; from near they are a pattern, which no colour is. 4 is what steps of a legend must differ by;
        // where light from the room takes that away as well, the mean may come as near as 2, and the pattern alone tells.
        const mean = labOf(a!.map((byte, c) => (byte + b![c]!) / 2));
        const nearest = Math.min(...all(role).map((colour) => ciede2000(labOf(seenAs(colour, view)), mean)));
        expect(nearest, `${view}, page ${page}`).toBeGreaterThan(view === 'washed' ? 2 : 4);
      }
    }
  });
});

test.each(['diverging', 'difference'] as const)('the usual %s palette is what needs replacing: washed out, its ends look alike', (role) =>
  expect(Math.abs(apart(tableOf(role, USUAL_PALETTES), 'washed'))).toBeLessThan(WASHED_WHOLE / 6));
