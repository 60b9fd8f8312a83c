/** "Safe for colour-blind readers" as a computation: every palette, under every simulated deficiency. */
import { interpolateSpectral } from 'd3-scale-chromatic';
import { describe, expect, test } from 'vitest';
import { ciede2000, labOf } from '../../../src/ui/colour/difference';
import { VISIONS, type Vision } from '../../../src/ui/colour/vision';
import { closestSteps, STEPS, stepsOf } from '../../../src/ui/maps/palette-check';
import { parseColour } from '../../../src/cli/palettes.mjs';
import { PALETTE_NAMES, paletteTable, PROJECTOR_PALETTES } from '../../../src/ui/maps/palettes';

/** Steps that differ by less are hard to tell apart on a legend; one just sees a difference of about 1. */
const CLOSEST = 4;
/** The two arms of a diverging map at the same distance from the middle: not shades of one colour. */
const ARMS = 12;

const lightnesses = (table: Uint8Array, vision: Vision) => stepsOf(table, vision, 256).map((colour) => labOf(colour)[0]);

/** ΔE₀₀ of the two arms, at each distance from the middle. */
function arms(table: Uint8Array, vision: Vision): number[] {
  const labs = stepsOf(table, vision).map(labOf);
  const middle = (STEPS - 1) / 2;
  return Array.from({ length: middle }, (_, d) => ciede2000(labs[middle - 1 - d], labs[middle + 1 + d]));
}

describe.each(VISIONS)('seen with %s', (vision) => {
  test.each(PALETTE_NAMES.sequential)('%s grows lighter from end to end, in steps that one can tell apart', (name) => {
    const table = paletteTable('sequential', name);
    const lights = lightnesses(table, vision);
    // Bytes are rounded twice, once in the table and once as seen: neighbours may step back by half a unit, and only locally.
    for (let i = 1; i < 256; i++) expect(lights[i]).toBeGreaterThan(lights[i - 1] - 0.5);
    for (let i = 8; i < 256; i++) expect(lights[i]).toBeGreaterThan(lights[i - 8]);
    expect(closestSteps(table, vision)).toBeGreaterThan(CLOSEST);
  });

  test.each(['diverging', 'difference'] as const)('every %s palette darkens from the middle, and its arms differ', (role) => {
    for (const name of PALETTE_NAMES[role].filter((name) => !name.endsWith('-ramp'))) {
      const table = paletteTable(role, name as never);
      const lights = lightnesses(table, vision);
      for (let i = 144; i < 256; i++) {
        expect(lights[i], `${name}, high`).toBeLessThan(lights[i - 8]);
        expect(lights[255 - i], `${name}, low`).toBeLessThan(lights[255 - i + 8]);
      }
      expect(closestSteps(table, vision), name).toBeGreaterThan(CLOSEST);
      for (const difference of arms(table, vision)) expect(difference, name).toBeGreaterThan(ARMS);
    }
  });
});

describe.each(VISIONS)('the ramps seen with %s', (vision) => {
  test.each(['diverging', 'difference'] as const)('the %s one grows lighter, in steps that one can tell apart, and its arms differ', (role) => {
    const table = paletteTable(role, PROJECTOR_PALETTES[role] as never);
    const lights = lightnesses(table, vision);
    for (let i = 8; i < 256; i++) expect(lights[i]).toBeGreaterThan(lights[i - 8]);
    expect(closestSteps(table, vision)).toBeGreaterThan(CLOSEST);
    for (const difference of arms(table, vision)) expect(difference).toBeGreaterThan(ARMS);
  });
});

test('there are two to choose from in each role', () => {
  for (const names of Object.values(PALETTE_NAMES)) expect(names.length).toBeGreaterThanOrEqual(2);
});

test('the computation finds what is unsafe: a rainbow with red and green arms', () => {
  const table = new Uint8Array(1024);
  for (let i = 0; i < 256; i++) table.set([...parseColour(interpolateSpectral(i / 255)), 255], 4 * i);
  expect(Math.min(...arms(table, 'usual'))).toBeGreaterThan(ARMS);
  for (const vision of ['deuteranopia', 'protanopia'] as const) {
    expect(Math.min(...arms(table, vision))).toBeLessThan(ARMS);
    expect(closestSteps(table, vision)).toBeLessThan(CLOSEST);
  }
});
