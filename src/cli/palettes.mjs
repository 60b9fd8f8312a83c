// Writes src/ui/maps/palettes.gen.ts: 256 colours of each palette, taken from d3-scale-chromatic. Taking them here and not in
// the browser keeps the library, which brings forty palettes, out of the first picture. Run `npm run palettes` after adding
// one; a test fails when the file is stale.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as chromatic from 'd3-scale-chromatic';

export const generatedFile = join(dirname(fileURLToPath(import.meta.url)), '../ui/maps/palettes.gen.ts');

/** In each role the usual palette comes first. A turned one runs from its library's high end to the low. */
export const PALETTES = {
  sequential: { viridis: { from: 'Viridis' }, cividis: { from: 'Cividis' } },
  diverging: { PuOr: { from: 'PuOr' }, BrBG: { from: 'BrBG', turned: true } },
  difference: { RdBu: { from: 'RdBu', turned: true }, PiYG: { from: 'PiYG', turned: true } },
};

const COLOURS = 256;

/** Red, green and blue of `#rrggbb` or `rgb(r, g, b)`, the two ways in which d3-scale-chromatic writes colours. */
export function parseColour(text) {
  if (text.startsWith('#')) return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  return text.match(/[\d.]+/g).slice(0, 3).map((part) => Math.round(Number(part)));
}

/** The colours of one palette, lowest first: 256 × [red, green, blue]. */
export function coloursOf({ from, turned = false }) {
  const interpolate = chromatic[`interpolate${from}`];
  return Array.from({ length: COLOURS }, (_, i) => parseColour(interpolate((turned ? COLOURS - 1 - i : i) / (COLOURS - 1))));
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
      const colours = coloursOf(palette);
      const channels = [0, 1, 2].map((channel) => stepsOf(colours.map((colour) => colour[channel])));
      return `    ${name}: [${channels.map(([first, steps]) => `[${first}, '${steps}']`).join(', ')}],`;
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
