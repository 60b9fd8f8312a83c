/** What assistive technology is told: the markup of the components, as the server would write it. */
import { createRawSnippet } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import Choice from '../../../src/ui/controls/Choice.svelte';
import Slider from '../../../src/ui/controls/Slider.svelte';
import Switch from '../../../src/ui/controls/Switch.svelte';
import Bars from '../../../src/ui/instruments/Bars.svelte';
import Formula, { SYMBOLS } from '../../../src/ui/instruments/Formula.svelte';
import Meter from '../../../src/ui/instruments/Meter.svelte';
import Notice from '../../../src/ui/instruments/Notice.svelte';
import TokenChips from '../../../src/ui/instruments/TokenChips.svelte';

/** The opening tag that carries this text. */
function tag(html: string, text: string): string {
  const found = [...html.matchAll(/<[a-z][^>]*>/g)].map(([match]) => match).find((match) => match.includes(text));
  if (!found) throw new Error(`No tag with ${text} in ${html}`);
  return found;
}

const slider = { min: 1, max: 4096, step: 1, scale: 'log' as const, invalidText: () => '' };

describe('Slider', () => {
  test('says the value and not the position, and offers a field', () => {
    const { body } = render(Slider, { props: { ...slider, label: 'width per head', value: 64, locale: 'en', valueText: (v: number) => `${v} wide` } });
    const range = tag(body, 'type="range"');
    expect(range).toContain('aria-valuetext="64 wide"');
    expect(range).toContain('value="0.5"');
    expect(tag(body, 'inputmode="decimal"')).toContain('value="64"');
    expect(body).toMatch(/<label[^>]*>.*width per head/s);
  });

  test('draws the stops of its range and no others', () => {
    const stops = [
      { value: 64, label: 'sixty-four' },
      { value: 9999, label: 'beyond' },
    ];
    const { body } = render(Slider, { props: { ...slider, label: 'd', value: 64, stops } });
    expect(body).toContain('sixty-four');
    expect(body).not.toContain('beyond');
  });
});

test('Choice is a named radio group with one radio checked', () => {
  const options = [
    { value: 'none', label: 'None' },
    { value: 'causal', label: 'Causal' },
  ];
  const { body } = render(Choice<string>, { props: { label: 'Mask', options, value: 'causal' } });
  expect(tag(body, 'role="radiogroup"')).toContain('aria-labelledby');
  expect(tag(body, 'value="causal"')).toContain('checked');
  expect(tag(body, 'value="none"')).not.toContain('checked');
});

test('Switch says its state', () => {
  expect(tag(render(Switch, { props: { label: 'Scaling', checked: true } }).body, 'role="switch"')).toContain('aria-checked="true"');
  expect(tag(render(Switch, { props: { label: 'Scaling', checked: false } }).body, 'role="switch"')).toContain('aria-checked="false"');
});

describe('Meter', () => {
  const props = { label: 'Entropy', missing: 'n/a', domain: [0, 2] as [number, number], locale: 'en' };

  test('says value, unit and the mark', () => {
    const { body } = render(Meter, { props: { ...props, value: 1.5, unit: 'nat', mark: { value: 2, label: 'log n = 2.00' } } });
    const meter = tag(body, 'role="meter"');
    expect(meter).toContain('aria-valuenow="1.5"');
    expect(meter).toContain('aria-valuetext="1.50 nat (log n = 2.00)"');
  });

  test('a value that is none has no needle and is said to be missing', () => {
    const { body } = render(Meter, { props: { ...props, value: null, unit: 'ms' } });
    expect(tag(body, 'role="meter"')).toContain('aria-valuetext="n/a"');
    expect(body).not.toContain('needle');
  });

  test('a value off the scale is written as it is, and drawn as off the scale', () => {
    const { body } = render(Meter, { props: { ...props, value: 7 } });
    expect(tag(body, 'role="meter"')).toContain('aria-valuenow="2"');
    expect(body).toContain('7.00');
    expect(body).toContain('beyond');
    expect(body).not.toContain('needle');
  });
});

describe('Formula', () => {
  const symbols = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, `name of ${symbol}`])) as Record<(typeof SYMBOLS)[number], string>;
  const labels = { whole: 'the whole formula', symbols };

  test('is one group with the whole formula for its name, and a button for each part', () => {
    const { body } = render(Formula, { props: { active: null, labels } });
    expect(tag(body, 'role="group"')).toContain('aria-label="the whole formula"');
    for (const symbol of SYMBOLS) {
      expect(tag(body, `title="name of ${symbol}"`)).toMatch(/^<button/);
      expect(body).toContain(`<span class="sr-only">name of ${symbol}</span>`);
    }
    expect(body.match(/<button/g)).toHaveLength(SYMBOLS.length);
  });

  test('strikes the scale, ghosts the mask, lights the active part', () => {
    const classes = (props: object, symbol: string) => tag(render(Formula, { props: { active: null, labels, ...props } }).body, `name of ${symbol}`);
    expect(classes({ struck: { scale: true } }, 'scale')).toContain('struck');
    expect(classes({}, 'scale')).not.toContain('struck');
    expect(classes({ struck: { mask: true } }, 'mask')).toContain('ghost');
    expect(classes({ struck: { scale: true } }, 'mask')).not.toContain('ghost');
    expect(classes({ active: 'q' }, 'q')).toContain('active');
    expect(classes({ active: 'q' }, 'k')).not.toContain('active');
  });
});

describe('TokenChips', () => {
  test('marks query and key by letter, keeps one stop for Tab, shows blanks', () => {
    const { body } = render(TokenChips, { props: { label: 'Tokens', emptyText: 'none', tokens: [' a', 'b', 'internationalisation'], query: 0, key: 1 } });
    expect(body.match(/tabindex="0"/g)).toHaveLength(1);
    expect(body).toContain('␣a');
    expect(body).toMatch(/<b class="q[^>]*>q<\/b>/);
    expect(body).toMatch(/<b class="k[^>]*>k<\/b>/);
    expect(tag(body, 'title=')).toContain('title="internationalisation"');
  });

  test('an empty row says so', () => {
    expect(render(TokenChips, { props: { label: 'Tokens', emptyText: 'no tokens yet', tokens: [] } }).body).toContain('no tokens yet');
  });
});

describe('Bars', () => {
  const caption = createRawSnippet<[{ values: number; bars: number; run: number }]>((get) => ({
    render: () => `<span>${get().values} in ${get().bars} by ${get().run}</span>`,
  }));

  test('every bar is an option that says its name and value; a masked one is no bar', () => {
    const { body } = render(Bars, { props: { label: 'weights', values: [0.25, 0.75, -Infinity], nameOf: (i: number) => 'abc'[i], locked: 1, locale: 'en', caption } });
    expect(tag(body, 'aria-label="a: 0.25"')).toContain('aria-selected="false"');
    expect(tag(body, 'aria-label="b: 0.75"')).toContain('aria-selected="true"');
    expect(tag(body, 'aria-label="c: −∞"')).toBeTruthy();
    expect(body.match(/class="fill/g)).toHaveLength(2);
    expect(body).not.toContain('figcaption');
  });

  test('4096 values are gathered, and the caption says how', () => {
    const { body } = render(Bars, { props: { label: 'products', values: new Float32Array(4096).fill(1), orientation: 'vertical', locale: 'en', caption } });
    expect(body.match(/role="option"/g)).toHaveLength(128);
    expect(body).toContain('4096 in 128 by 32');
    expect(body).toContain('aria-label="0 … 31: 32.00"');
  });
});

test('Notice: a warning interrupts, news waits', () => {
  expect(render(Notice, { props: { message: 'lost', tone: 'warn' as const } }).body).toContain('role="alert"');
  expect(render(Notice, { props: { message: 'back' } }).body).toContain('role="status"');
});
