import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { coloursOf, generate, generatedFile, PALETTES, parseColour } from '../../../src/cli/palettes.mjs';
import type { MapScale } from '../../../src/ui/maps/types';
import { colourIndex, colourOf, contrast, inkOn, lightness, PALETTE_NAMES, paletteChoice, paletteTable, paletteTables, PROJECTOR_PALETTES, USUAL_PALETTES } from '../../../src/ui/maps/palettes';

const colours = (table: Uint8Array) => Array.from({ length: table.length / 4 }, (_, i) => [...table.subarray(4 * i, 4 * i + 3)]);
const PAGES = { light: [253, 253, 252], dark: [21, 23, 27] };

describe.each(PALETTE_NAMES.sequential)('the sequential palette %s', (name) => {
  const lights = colours(paletteTable('sequential', name)).map(lightness);

  test('grows lighter with every value', () => {
    // Bytes are rounded: two neighbours may step back by less than half a unit of L*, and then only locally.
    for (let i = 1; i < lights.length; i++) expect(lights[i]).toBeGreaterThan(lights[i - 1] - 0.5);
    for (let i = 8; i < lights.length; i++) expect(lights[i]).toBeGreaterThan(lights[i - 8]);
    expect(lights.at(-1)! - lights[0]).toBeGreaterThan(70);
  });

  test('has a low end that no page hides', () => {
    const [low] = colours(paletteTable('sequential', name));
    const distance = (page: number[]) => Math.hypot(...low.map((byte, i) => byte - page[i]));
    // Farther than the hatch's two stripes are from each other, which one is meant to tell apart: #ecece8 and #cbcbc6.
    const stripes = Math.hypot(0xec - 0xcb, 0xec - 0xcb, 0xe8 - 0xc6);
    for (const page of Object.values(PAGES)) expect(distance(page)).toBeGreaterThan(stripes);
  });
});

describe.each(['diverging', 'difference'] as const)('the %s palettes', (role) => {
  test.each(PALETTE_NAMES[role].filter((name) => !name.endsWith('-ramp')))('%s are lightest in the middle and darken to both sides, the high end warm', (name) => {
    const all = colours(paletteTable(role, name as never));
    const lights = all.map(lightness);
    const lightest = lights.indexOf(Math.max(...lights));
    // The interpolated colours are flat around the middle, so that rounding to bytes may move the lightest a little.
    expect(Math.abs(lightest - 127.5)).toBeLessThan(6);
    for (let i = 144; i < 256; i++) {
      expect(lights[i]).toBeLessThan(lights[i - 8]);
      expect(lights[255 - i]).toBeLessThan(lights[255 - i + 8]);
    }
    const [low, high] = [all[40], all[215]];
    expect(high[0] - high[2], 'more red than blue').toBeGreaterThan(low[0] - low[2]);
  });
});

describe.each(['diverging', 'difference'] as const)('the %s ramp', (role) => {
  const all = colours(paletteTable(role, PROJECTOR_PALETTES[role] as never));
  const lights = all.map(lightness);

  test('grows lighter in equal steps from end to end', () => {
    const step = (lights[255] - lights[0]) / 255;
    // A byte more or less of all three channels is about half a unit of L*.
    lights.forEach((light, i) => expect(Math.abs(light - (lights[0] + i * step)), `colour ${i}`).toBeLessThan(0.6));
  });

  test('is grey at zero alone, and its high end is the warm one', () => {
    const spread = (colour: readonly number[]) => Math.max(...colour) - Math.min(...colour);
    for (const at of [127, 128]) expect(spread(all[at])).toBeLessThanOrEqual(3);
    // Hue grows from the middle; towards the ends a screen shows less of it, but never a grey again.
    for (let distance = 1; distance < 32; distance++) for (const at of [127 - distance, 128 + distance]) expect(spread(all[at])).toBeGreaterThanOrEqual(spread(all[at > 127 ? at - 1 : at + 1]));
    for (let distance = 32; distance < 128; distance++) for (const at of [127 - distance, 128 + distance]) expect(spread(all[at]), `colour ${at}`).toBeGreaterThan(35);
    expect(all[255][0] - all[255][2], 'more red than blue').toBeGreaterThan(40);
    expect(all[0][2] - all[0][0], 'more blue than red').toBeGreaterThan(20);
  });
});

test('presenter mode begins with palettes of its own, and keeps what is chosen', () => {
  expect(paletteChoice({}, PROJECTOR_PALETTES)).toEqual(PROJECTOR_PALETTES);
  expect(paletteChoice({ diverging: 'BrBG', difference: 'gone' }, PROJECTOR_PALETTES)).toEqual({ ...PROJECTOR_PALETTES, diverging: 'BrBG' });
});

test('stored names that are no palettes give way to the usual ones', () => {
  expect(paletteChoice({})).toEqual(USUAL_PALETTES);
  expect(paletteChoice({ sequential: 'cividis', diverging: 'viridis', difference: 'toString' })).toEqual({ ...USUAL_PALETTES, sequential: 'cividis' });
});

test('a value takes its place on the scale, and the ends beyond', () => {
  const scale: MapScale = { palette: 'diverging', domain: [-2, 2] };
  expect([-5, -2, 0, 2, 9].map((value) => colourIndex(value, scale))).toEqual([0, 0, 128, 255, 255]);
  expect(colourIndex(0.25, { palette: 'sequential', domain: [0, 1], root: true })).toBe(128);
  expect(colourIndex(3, { palette: 'sequential', domain: [3, 3] }), 'an empty domain').toBe(0);
  // ±1 of ±4 lies halfway to either end when the root is taken on both sides of the middle.
  expect([-1, 0, 1].map((value) => colourIndex(value, { palette: 'diverging', domain: [-4, 4], root: true }))).toEqual([64, 128, 192]);
});

test('a colour is that of the table', () => {
  const palettes = paletteTables();
  expect(colourOf(1, { palette: 'sequential', domain: [0, 1] }, palettes)).toEqual([253, 231, 37, 255]);
});

test('ink on any colour of any palette reads at 4.5 : 1', () => {
  for (const role of ['sequential', 'diverging', 'difference'] as const) {
    for (const name of PALETTE_NAMES[role]) {
      for (const colour of colours(paletteTable(role, name as never))) {
        expect(contrast(colour, inkOn(colour) === '#000' ? [0, 0, 0] : [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});

test('both ways of writing a colour are read', () => {
  expect(parseColour('#fde725')).toEqual([253, 231, 37]);
  expect(parseColour('rgb(12, 34, 56)')).toEqual([12, 34, 56]);
});

test('src/ui/maps/palettes.gen.ts is what `npm run palettes` writes', () => {
  expect(readFileSync(generatedFile, 'utf8')).toBe(generate());
});

test('the page unpacks the colours that d3-scale-chromatic gives', () => {
  for (const [role, palettes] of Object.entries(PALETTES)) {
    expect(PALETTE_NAMES[role as 'sequential']).toEqual(Object.keys(palettes));
    for (const [name, palette] of Object.entries(palettes)) expect(colours(paletteTable(role as 'sequential', name as never)), name).toEqual(coloursOf(palette));
  }
});
