// @ts-check

const NUMBERS = '\0numbers-of-d3-interpolate';

/**
 * d3-scale interpolates whatever its range holds, so that a scale of numbers brings colours, dates and strings with it:
 * 7 kB of d3-interpolate and d3-color before the first picture. The page's scales map numbers to numbers; a range of
 * anything else is refused with a sentence.
 * @returns {import('vite').Plugin}
 */
export function numberScales() {
  return {
    name: 'number-scales',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      return source === 'd3-interpolate' && importer && /[\\/]d3-scale[\\/]/.test(importer) ? NUMBERS : null;
    },
    load(id) {
      if (id !== NUMBERS) return null;
      // The same two formulas as there: its one file cannot be had without the colours.
      return `
        export const interpolateNumber = (a, b) => (t) => a * (1 - t) + b * t;
        export const interpolateRound = (a, b) => (t) => Math.round(a * (1 - t) + b * t);
        export const piecewise = interpolate; // of scales of colours alone
        export function interpolate(a, b) {
          if (typeof a !== 'number' || typeof b !== 'number') throw new Error('The scales of this page have ranges of numbers only (src/cli/scale-plugin.mjs).');
          return interpolateNumber(a, b);
        }`;
    },
  };
}
