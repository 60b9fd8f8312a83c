/** What assistive technology is told by the components of a lesson: their markup, as the server would write it. */
import { createRawSnippet } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import { stepHref } from '../../../src/lab/lesson';
import Cover from '../../../src/ui/lesson/Cover.svelte';
import Contents from '../../../src/ui/lesson/Contents.svelte';
import Derivation from '../../../src/ui/lesson/Derivation.svelte';
import ExhibitPage, { type ExhibitPageWords } from '../../../src/ui/lesson/ExhibitPage.svelte';
import KernelSource from '../../../src/ui/lesson/KernelSource.svelte';
import MathText from '../../../src/ui/lesson/MathText.svelte';
import OftenSaid from '../../../src/ui/lesson/OftenSaid.svelte';
import Prediction, { type PredictionWords } from '../../../src/ui/lesson/Prediction.svelte';
import Prose from '../../../src/ui/lesson/Prose.svelte';
import Question from '../../../src/ui/lesson/Question.svelte';
import Sources from '../../../src/ui/lesson/Sources.svelte';
import StepStrip from '../../../src/ui/lesson/StepStrip.svelte';
import { placeOf, scenesOf } from '../../../src/ui/lesson/scenes';
import { sample } from './sample';

await sample.text.load('en');

/** Markup without Svelte's comments and class hashes. */
const html = (body: string) => body.replace(/<!--.*?-->/g, '').replace(/ svelte-\w+/g, '');

/** The opening tag that carries this text. */
function tag(body: string, text: string): string {
  const found = [...body.matchAll(/<[a-z][^>]*>/g)].map(([match]) => match).find((match) => match.includes(text));
  if (!found) throw new Error(`No tag with ${text} in ${body}`);
  return found;
}

const snippet = (markup: string) => createRawSnippet(() => ({ render: () => markup }));
const nothing = () => undefined;

describe('MathText', () => {
  test('is native MathML, with its named part lit', () => {
    const body = html(render(MathText, { props: { tex: '\\frac{\\at{q}{q}}{\\sqrt{d_k}}', active: 'q', display: true } }).body);
    expect(tag(body, '<math')).toContain('display="block"');
    expect(body).toMatch(/<mfrac[^>]*>.*<msqrt[^>]*>.*<msub[^>]*>/s);
    expect(tag(body, 'data-name="q"')).toMatch(/class="handle q[^"]*lit/);
    expect(tag(html(render(MathText, { props: { tex: '\\at{q}{q}', active: 'k' } }).body), 'data-name="q"')).not.toContain('lit');
  });
});

describe('Prose', () => {
  const props = { paragraphs: ['Now [switch it off](set:scale=off), {n} rows, $d_k$.'], values: { n: 5 }, held: ({ scale }: Readonly<Record<string, string>>) => scale === 'off' };

  test('a phrase is a button of the text, pressed while its setting holds', () => {
    const body = html(render(Prose, { props }).body);
    const button = tag(body, 'role="button"');
    expect(button).toContain('tabindex="0"');
    expect(button).toContain('aria-pressed="true"');
    expect(body).toContain('>switch it off</span>');
    expect(tag(html(render(Prose, { props: { ...props, held: () => false } }).body), 'role="button"')).toContain('aria-pressed="false"');
  });

  test('names are filled, formulas drawn', () => {
    const body = html(render(Prose, { props }).body);
    expect(body).toMatch(/<span class="value">5<\/span> rows/);
    expect(body).toContain('<math');
  });
});

test('Question is one h1, and the other language says which it is', () => {
  const body = html(render(Question, { props: { number: 8, question: 'Why $\\sqrt{d_k}$?', other: { text: '为什么', lang: 'zh-Hans' } } }).body);
  expect(body.match(/<h1/g)).toHaveLength(1);
  expect(tag(body, 'lang="zh-Hans"')).toMatch(/^<p/);
});

describe('StepStrip', () => {
  const steps = sample.steps.map((step, index) => ({ say: sample.text.in('en')[step.say]!, href: stepHref(sample, index) }));
  const props = { label: 'Steps', steps, current: 1, idleText: 'your own', previousLabel: 'Previous', nextLabel: 'Next', onpick: nothing };

  test('every step is a link to its encoded setting, named by its sentence', () => {
    const body = html(render(StepStrip, { props }).body);
    for (const [index, { href, say }] of steps.entries()) {
      const link = tag(body, `aria-label="${index + 1}: ${say}"`);
      expect(link).toMatch(/^<a/);
      expect(link).toContain(`href="${href.replaceAll('&', '&amp;')}"`);
      expect(link.includes('aria-current="step"')).toBe(index === 1);
    }
    expect(tag(body, '<nav')).toContain('aria-label="Steps"');
    expect(body).toContain(steps[1]!.say);
  });

  test('the ends stop; away from the steps it says so', () => {
    const at = (current: number | null) => html(render(StepStrip, { props: { ...props, current } }).body);
    expect(tag(at(0), 'aria-label="Previous"')).toContain('disabled');
    expect(tag(at(2), 'aria-label="Next"')).toContain('disabled');
    expect(tag(at(1), 'aria-label="Next"')).not.toContain('disabled');
    expect(at(null)).toContain('your own');
    expect(at(null)).not.toContain('aria-current');
  });
});

describe('Prediction', () => {
  const words: PredictionWords = {
    heading: 'What do you expect?', guess: 'Guess', show: 'Show me', change: 'Change', hide: 'Hide', yours: 'Your guess', measured: 'Measured',
    pending: 'measuring', elsewhere: 'moved away', back: 'Go back', noGuess: 'no guess', right: 'as you said', invalid: () => '',
  };
  const shared = { ask: 'How many rows?', result: 'rows', words, locale: 'en', onshow: nothing, onchange: nothing, onback: nothing, onhide: nothing, onguess: nothing };
  const choice = { ...shared, kind: 'choice' as const, options: [{ value: 'none', label: 'None' }, { value: 'all', label: 'All' }], measured: 'none' };
  const slider = { ...shared, kind: 'slider' as const, min: 0, max: 100, step: 1, start: 50, unit: '%', measured: 75 };

  test('asks with named radios and no answer; the guess cannot be sent before one is chosen', () => {
    const body = html(render(Prediction, { props: { ...choice, shown: false, guess: null } }).body);
    expect(body).toMatch(/<legend[^>]*>How many rows\?<\/legend>/);
    expect(body.match(/type="radio"/g)).toHaveLength(2);
    expect(tag(body, 'type="submit"')).toContain('disabled');
    expect(body).not.toContain('Measured');
    expect(tag(body, '<section')).toMatch(/aria-labelledby="([^"]+)"/);
  });

  test('a chosen option can be sent', () => {
    const body = html(render(Prediction, { props: { ...choice, shown: false, guess: 'all' } }).body);
    expect(tag(body, 'value="all"')).toContain('checked');
    expect(tag(body, 'type="submit"')).not.toContain('disabled');
  });

  test('then shows the guess beside the measurement', () => {
    const wrong = html(render(Prediction, { props: { ...choice, shown: true, guess: 'all' } }).body);
    expect(wrong).toMatch(/Your guess<\/dt>\s*<dd[^>]*>All/);
    expect(wrong).toMatch(/Measured<\/dt>\s*<dd[^>]*>None/);
    expect(wrong).not.toContain('as you said');
    expect(html(render(Prediction, { props: { ...choice, shown: true, guess: 'none' } }).body)).toContain('as you said');
    expect(html(render(Prediction, { props: { ...choice, shown: true, guess: null } }).body)).toContain('no guess');
  });

  test('a number has a slider, and both numbers with their unit', () => {
    const asked = html(render(Prediction, { props: { ...slider, shown: false, guess: null } }).body);
    expect(tag(asked, 'type="range"')).toContain('aria-valuetext="50"');
    expect(asked).not.toContain('75');
    const told = html(render(Prediction, { props: { ...slider, shown: true, guess: 20 } }).body);
    expect(told).toMatch(/Your guess<\/dt>\s*<dd[^>]*>20 %/);
    expect(told).toMatch(/Measured<\/dt>\s*<dd[^>]*>75 %/);
  });

  test('a measurement of another setting is not shown', () => {
    const body = html(render(Prediction, { props: { ...slider, shown: true, guess: 20, elsewhere: true } }).body);
    expect(body).toContain('moved away');
    expect(body).toContain('Go back');
    expect(body).not.toContain('75 %');
  });
});

test('Cover: what is covered can be neither reached nor heard', () => {
  const props = { text: 'guess first', showLabel: 'Show me', children: snippet('<p>the answer</p>') };
  expect(tag(html(render(Cover, { props: { ...props, covered: true } }).body), 'class="content"')).toContain('inert');
  const open = html(render(Cover, { props: { ...props, covered: false } }).body);
  expect(tag(open, 'class="content"')).not.toContain('inert');
  expect(open).not.toContain('guess first');
});

test('Derivation unfolds as many lines as it is told, with the numbers beside them', () => {
  const lines = [
    { tex: 'a = 1', say: 'First.', live: [{ tex: '\\Var(s)', value: '63.8' }] },
    { tex: 'b = 2', say: 'Second.' },
  ];
  const props = { label: 'Derivation', lines, shown: 1, nextLabel: 'Next line', allLabel: 'All lines', liveLabel: 'now', onshown: nothing };
  const one = html(render(Derivation, { props }).body);
  expect(one).toContain('First.');
  expect(one).toContain('63.8');
  expect(one).not.toContain('Second.');
  expect(one).toContain('Next line');
  const all = html(render(Derivation, { props: { ...props, shown: 2 } }).body);
  expect(all).toContain('Second.');
  expect(all).not.toContain('Next line');
});

test('OftenSaid puts the evidence beside each claim', () => {
  const body = html(
    render(OftenSaid, { props: { heading: 'Often said', claimLabel: 'Claim', evidenceLabel: 'Evidence', items: [{ claim: 'it vanishes', evidence: 'not the mean' }] } }).body,
  );
  expect(body.indexOf('it vanishes')).toBeLessThan(body.indexOf('not the mean'));
  expect(body).toMatch(/<h2[^>]*>.*Often said\s*<\/h2>/s);
});

test('Sources: author, year, title, section, and a link only where there is one', () => {
  const body = html(
    render(Sources, {
      props: { items: [{ author: 'Vaswani et al.', year: 2017, title: 'Attention', section: '§3.2.1', url: 'https://arxiv.org/abs/1706.03762' }, { author: 'He', year: 2015, title: 'Deep' }] },
    }).body,
  );
  expect(body.replace(/<[^>]+>/g, '')).toMatch(/Vaswani et al. \(2017\). Attention, §3.2.1./);
  expect(body.match(/<a/g)).toHaveLength(1);
});

test('KernelSource: tabs with one panel, every line numbered, numbers not read aloud', () => {
  const files = [{ name: 'one', path: 'shaders/kernels/one.wgsl', text: 'fn a() {\n  return;\n}\n' }, { name: 'lib/two', path: 'shaders/lib/two.wgsl', text: '// two' }];
  const body = html(render(KernelSource, { props: { label: 'Shaders', files } }).body);
  expect(body.match(/role="tab"/g)).toHaveLength(2);
  expect(body.match(/aria-selected="true"/g)).toHaveLength(1);
  expect([...body.matchAll(/<span class="gutter" aria-hidden="true">(\d+)/g)].map(([, number]) => number)).toEqual(['1', '2', '3']);
  expect(body.replace(/<span class="gutter"[^>]*>\d+<\/span>/g, '').replace(/<[^>]+>/g, '')).toContain('fn a() {\n  return;\n}');
});

test('Contents: a disclosure that marks the page on screen', () => {
  const body = html(render(Contents, { props: { label: 'Exhibits', items: [{ href: '#/', title: 'Workbench' }, { href: '#/sample', title: 'Why?', number: 8, current: true }] } }).body);
  expect(tag(body, '<button')).toContain('aria-expanded="false"');
  expect(tag(body, '<ul')).toContain('hidden');
  expect(tag(body, 'href="#/sample"')).toContain('aria-current="page"');
});

describe('ExhibitPage', () => {
  const words: ExhibitPageWords = {
    headings: { experiment: 'Experiment', answer: 'Answer', derivation: 'Derivation', prose: 'Prose', shader: 'Shader', sources: 'Sources' },
    covered: 'guess first', show: 'Show me', afterGuess: 'later',
  };
  const props = {
    words, open: true, onopen: nothing,
    question: snippet('<b>the question</b>'), prediction: snippet('<b>the guess</b>'), stage: snippet('<b>the stage</b>'), answer: snippet('<b>the answer</b>'),
  };

  test('stands in the order question, prediction, experiment, answer', () => {
    const body = html(render(ExhibitPage, { props }).body);
    const order = ['the question', 'the guess', 'the stage', 'the answer'].map((text) => body.indexOf(text));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(-1);
    expect(body).not.toContain('guess first');
  });

  test('before the guess the answer is not in the page, and the stage cannot be reached', () => {
    const body = html(render(ExhibitPage, { props: { ...props, open: false } }).body);
    expect(body).not.toContain('the answer');
    expect(body).toContain('later');
    expect(tag(body, 'class="content"')).toContain('inert');
  });

  test('in a lecture one part is shown', () => {
    const body = html(render(ExhibitPage, { props: { ...props, scene: { part: 'answer' as const, step: 0 } } }).body);
    expect(tag(body, 'aria-label="Experiment"')).toContain('hidden');
    expect(tag(body, 'class="column answer"')).not.toContain('hidden');
  });

  test('a panel of the experiment has its title in place of the steps', () => {
    const shown = { ...props, steps: snippet('<b>the steps</b>') };
    const body = html(render(ExhibitPage, { props: { ...shown, scene: { part: 'panels' as const, step: 0 }, panelTitle: 'Curves' } }).body);
    expect(tag(body, 'aria-label="Experiment"')).not.toContain('hidden');
    expect(body).toContain('Curves');
    expect(body).not.toContain('the steps');
    expect(html(render(ExhibitPage, { props: { ...shown, scene: { part: 'experiment' as const, step: 0 } } }).body)).toContain('the steps');
  });
});

describe('the lecture', () => {
  const scenes = scenesOf(new Set(['question', 'experiment', 'answer'] as const), { experiment: 2 });

  test('has a screen for each part, and for each step of the experiment', () => {
    expect(scenes.map(({ part, step }) => `${part} ${step}`)).toEqual(['question 0', 'experiment 0', 'experiment 1', 'answer 0']);
    expect(scenesOf(new Set(['experiment'] as const), { experiment: 0 })).toHaveLength(1);
  });

  test('finds the place of a scene, and where to go when it is no more', () => {
    expect(scenes.map((scene) => placeOf(scenes, scene))).toEqual([0, 1, 2, 3]);
    expect(placeOf(scenes, { part: 'experiment', step: 9 })).toBe(1);
    expect(placeOf(scenes, { part: 'prediction', step: 0 })).toBe(0);
  });
});
