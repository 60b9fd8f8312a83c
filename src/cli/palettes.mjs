// Writes src/ui/maps/palettes.gen.ts: 256 colours of each palette, taken from d3-scale-chromatic. Taking them here and not in
// the browser keeps the library, which brings forty palettes, out of the first picture. Run `npm run palettes` after adding
// one; a test fails when the file is stale.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hcl } from 'd3-color';
import * as chromatic from 'd3-scale-chromatic';

export const generatedFile = join(dirname(fileURLToPath(import.meta.url)), '../ui/maps/palettes.gen.ts');

/**
 * In each role the usual palette comes first. A turned one runs from its library's high end to the low. A ramp has the hues of a
 * diverging palette, and grows lighter from end to end.
 */
export const PALETTES = {
  sequential: { viridis: { from: 'Viridis' }, cividis: { from: 'Cividis' } },
  diverging: { PuOr: { from: 'PuOr' }, BrBG: { from: 'BrBG', turned: true }, 'PuOr-ramp': { from: 'PuOr', ramp: true } },
  difference: { RdBu: { from: 'RdBu', turned: true }, PiYG: { from: 'PiYG', turned: true }, 'RdBu-ramp': { from: 'RdBu', turned: true, ramp: true } },
};

const COLOURS = 256;

/** Red, green and blue of `#rrggbb` or `rgb(r, g, b)`, the two ways in which d3-scale-chromatic writes colours. */
export function parseColour(text) {
  if (text.startsWith('#')) return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  return text.match(/[\d.]+/g).slice(0, 3).map((part) => Math.round(Number(part)));
}

/** The colours of one palette, lowest first: 256 × [red, green, blue]. */
export function coloursOf({ from, turned = false, ramp = false }) {
  const interpolate = chromatic[`interpolate${from}`];
  const own = (t) => interpolate(turned ? 1 - t : t);
  const colour = ramp ? rampOf(own) : own;
  return Array.from({ length: COLOURS }, (_, i) => parseColour(colour(i / (COLOURS - 1))));
}

/** Lightness L* of a ramp's two ends: below and above, hues fade. */
const RAMP = [14, 86];

/**
 * A diverging palette for a washed-out projector, which shows the dark ends of the usual ones alike. Lightness runs straight
 * from end to end. In the middle lies grey; from there the hue of either arm grows to the arm's most colourful, as far as a
 * screen can show it at that lightness.
 */
function rampOf(own) {
  const arms = [0, 1].map((end) => Array.from({ length: COLOURS }, (_, i) => hcl(own(0.5 + ((end - 0.5) * i) / (COLOURS - 1)))));
  const hues = arms.map((arm) => arm.reduce((most, colour) => (colour.c > most.c ? colour : most)));
  return (t) => {
    const { h, c } = hues[t < 0.5 ? 0 : 1];
    const arm = Math.abs(2 * t - 1);
    const colour = hcl(h, c * arm * (2 - arm), RAMP[0] + t * (RAMP[1] - RAMP[0]));
    while (!colour.displayable()) colour.c -= 0.25;
    return colour.formatHex();
  };
}

/** One channel as its first byte and its steps, a letter each: P is 0, Q is 1, O is −1. Steps are small and pack well. */
function stepsOf(bytes) {
  const steps = bytes.slice(1).map((byte, i) => byte - bytes[i]);
  if (steps.some((step) => step < -16 || step > 42)) throw new Error('This palette jumps: its steps do not fit into letters.');
  return [bytes[0], String.fromCharCode(...steps.map((step) => 80 + step)).replaceAll('\\', '\\\\')];
}

/** The whole generated module. */
export function generate() {
  const lines = Object.entries(PALETTES).flatMap(([role, palettes]) => [
    `  ${role}: {`,
    ...Object.entries(palettes).map(([name, palette]) => {
      const key = /^\w+$/.test(name) ? name : `'${name}'`;
      const colours = coloursOf(palette);
      const channels = [0, 1, 2].map((channel) => stepsOf(colours.map((colour) => colour[channel])));
      return `    ${key}: [${channels.map(([first, steps]) => `[${first}, '${steps}']`).join(', ')}],`;
    }),
    '  },',
  ]);
  return [
    '// Generated from d3-scale-chromatic by `npm run palettes`; do not edit.',
    '',
    '/**',
    ' * The palettes of each role, the usual one first. A channel (red, green, blue) is its byte at the low end and the steps to',
    ' * the 255 colours after it, a letter each: P is 0, Q is 1, O is −1.',
    ' */',
    'export const CHANNELS = {',
    ...lines,
    '} as const;',
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(generatedFile, generate());
  console.log('src/ui/maps/palettes.gen.ts is up to date.');
}
