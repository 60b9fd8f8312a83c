/** Contrast of every text colour on every ground, computed from theme.css after WCAG 2.2, 1.4.3 and 1.4.6. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

type Theme = 'light' | 'dark';

const css = readFileSync(new URL('../../../src/ui/theme.css', import.meta.url), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

/** Declarations of the first rule with this selector. */
function block(selector: string): Map<string, string> {
  const start = css.indexOf(`\n${selector} {`);
  if (start < 0) throw new Error(`theme.css has no rule for ${selector}.`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  const pairs = [...body.matchAll(/(--[\w-]+)\s*:\s*([^;]*);/g)].map(([, name, value]) => [name, value.trim()] as const);
  return new Map(pairs);
}

/** The colour that a property has in a theme, as #rrggbb. */
function colour(name: string, theme: Theme, presenter: boolean): string {
  const value = (presenter ? block(':root[data-presenter]').get(name) : undefined) ?? block(':root').get(name);
  if (value === undefined) throw new Error(`theme.css does not set ${name}.`);
  const switched = new RegExp(`var\\(--${theme}, (#[0-9a-f]{6})\\)`).exec(value);
  if (switched) return switched[1];
  const alias = /^var\((--[\w-]+)\)$/.exec(value);
  if (alias) return colour(alias[1], theme, presenter);
  if (/^#[0-9a-f]{6}$/.test(value)) return value;
  throw new Error(`${name} is "${value}", which is no colour of six digits.`);
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = ['--ink', '--ink-2', '--accent-ink', '--q-ink', '--k-ink', '--v-ink', '--warn-ink'];
const OUTLINES = ['--edge', '--focus'];

test('the formula itself: black on white is 21, and WCAG’s grey #767676 just passes', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#767676', '#ffffff')).toBeGreaterThan(4.5);
  expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5);
});

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  describe.each([
    ['reading', false, 4.5],
    ['presenter', true, 7],
  ] as const)('%s', (_mode, presenter, least) => {
    const pairs = ['--paper', '--panel'].flatMap((ground) => TEXT.map((text) => [text, ground] as const));

    test.each([...pairs, ['--on-accent', '--accent'] as const, ['--paper', '--ink'] as const])('%s on %s', (text, ground) => {
      expect(contrast(colour(text, theme, presenter), colour(ground, theme, presenter))).toBeGreaterThanOrEqual(least);
    });

    // WCAG 1.4.11 asks 3:1 of what identifies a control.
    test.each(['--paper', '--panel'].flatMap((ground) => OUTLINES.map((line) => [line, ground] as const)))('%s on %s', (line, ground) => {
      expect(contrast(colour(line, theme, presenter), colour(ground, theme, presenter))).toBeGreaterThanOrEqual(3);
    });
  });

  test('the hatching is grey, so that no scale holds it, and its stripes differ', () => {
    for (const name of ['--masked-a', '--masked-b']) {
      const channels = [1, 3, 5].map((at) => Number.parseInt(colour(name, theme, false).slice(at, at + 2), 16));
      expect(Math.max(...channels) - Math.min(...channels)).toBeLessThanOrEqual(12);
    }
    expect(contrast(colour('--masked-a', theme, false), colour('--masked-b', theme, false))).toBeGreaterThan(1.3);
  });
});

test('roles keep the hues of Okabe and Ito in both themes and in presenter mode', () => {
  const hues = { '--q': '#e69f00', '--k': '#56b4e9', '--v': '#009e73', '--warn': '#d55e00' };
  for (const [name, hex] of Object.entries(hues)) {
    for (const theme of ['light', 'dark'] as const) for (const presenter of [false, true]) expect(colour(name, theme, presenter)).toBe(hex);
  }
});

test('dark is switched on alike by the attribute and by the system', () => {
  const system = css.slice(css.indexOf('@media (prefers-color-scheme: dark)'));
  expect(system).toMatch(/:root:not\(\[data-theme\]\) \{\s*--light: ;\s*--dark: initial;/);
  expect(block(":root[data-theme='dark']").get('--dark')).toBe('initial');
  expect(block(":root[data-theme='dark']").get('--light')).toBe('');
});
