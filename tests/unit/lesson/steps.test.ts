/** Steps of a lesson: their links, and which of them is on screen. */
import { describe, expect, test } from 'vitest';
import { kernelSource } from '../../../src/lab/kernel-source';
import { holds, readChange, sceneChange, stepChange, stepHref, stepOf, shadersOf } from '../../../src/lab/lesson';
import { parseHash } from '../../../src/lab/location.svelte';
import { decode, defaultsOf } from '../../../src/lab/params';
import { cards } from '../../../src/exhibits';
import { params, sample } from './sample';

const exhibits = (await Promise.all(cards.map((card) => card.load()))).map((module) => module.default);

describe('the sample', () => {
  test('steps add up: each changes what it names', () => {
    expect(stepChange(sample, 0)).toEqual({ dk: 4, scale: 'off', off: [] });
    expect(stepChange(sample, 1)).toEqual({ dk: 4096, scale: 'off', off: [1, 2] });
    expect(stepChange(sample, 2)).toEqual({ dk: 4096, scale: 'rsqrt', off: [1, 2] });
  });

  test('what no step names is left alone, what a later step names goes back', () => {
    const here = { ...defaultsOf(params), seed: 7, ...stepChange(sample, 2) };
    const back = { ...here, ...stepChange(sample, 0) };
    expect(back).toEqual({ ...defaultsOf(params), seed: 7, dk: 4, scale: 'off', off: [] });
  });

  test('the step on screen is found again, and none after another change', () => {
    for (const index of [0, 1, 2]) expect(stepOf(sample, { ...defaultsOf(params), ...stepChange(sample, index) })).toBe(index);
    expect(stepOf(sample, { ...defaultsOf(params), ...stepChange(sample, 1), dk: 8 })).toBeNull();
    expect(stepOf(sample, defaultsOf(params))).toBeNull();
    expect(stepOf(sample, { ...defaultsOf(params), ...stepChange(sample, 1), seed: 5 })).toBe(1);
  });

  test('a link that is written out', () => {
    expect(stepHref(sample, 0)).toBe('#/sample?dk=4&scale=off');
    expect(stepHref({ ...sample, slug: '', steps: [{ say: 'one', set: {} }] }, 0)).toBe('#/');
  });

  test('a setting is compared as a link would write it', () => {
    expect(holds(params, { off: [1, 2] }, { ...defaultsOf(params), off: [1, 2] })).toBe(true);
    expect(holds(params, { off: [1, 2] }, { ...defaultsOf(params), off: [1] })).toBe(false);
    expect(holds(params, {}, defaultsOf(params))).toBe(true);
  });
});

describe('the screens of a lecture', () => {
  const shown = { ...sample, panels: [{ name: 'maps', title: 'one' }, { name: 'curve', title: 'one' }, { name: 'table', title: 'one', set: { seed: 5, dk: 8 } }] } as const;

  test('a panel that sets something is shown from where the last step leaves it, one that sets nothing as it is', () => {
    expect(sceneChange(shown, 'panels', 1)).toBeNull();
    expect(sceneChange(shown, 'panels', 2)).toEqual({ ...stepChange(sample, 2), dk: 8, seed: 5 });
  });

  test('a step takes back what a panel has set', () => {
    const here = { ...defaultsOf(params), ...sceneChange(shown, 'panels', 2) };
    expect({ ...here, ...sceneChange(shown, 'experiment', 1) }).toEqual({ ...defaultsOf(params), ...stepChange(sample, 1) });
    expect(sceneChange(sample, 'experiment', 1)).toEqual(stepChange(sample, 1));
  });

  test.each(exhibits.filter(({ panels }) => panels).map((exhibit) => [exhibit.slug, exhibit] as const))('every panel of %s sets what its parameters take', (_, exhibit) => {
    for (const [index, { set }] of exhibit.panels!.entries()) {
      const change = sceneChange(exhibit, 'panels', index);
      if (set) expect(holds(exhibit.params, set, { ...defaultsOf(exhibit.params), ...change })).toBe(true);
      else expect(change).toBeNull();
    }
  });
});

test('a phrase is read by the parameters, and refused by them', () => {
  expect(readChange(params, { dk: '128', scale: 'off', off: '1.3' })).toEqual({ dk: 128, scale: 'off', off: [1, 3] });
  expect(() => readChange(params, { depth: '3' })).toThrow('There is no parameter "depth"');
  expect(() => readChange(params, { dk: 'wide' })).toThrow('must be a whole number from 1 to 4096');
});

test.each([sample, ...exhibits].map((exhibit) => [exhibit.slug || 'workbench', exhibit] as const))('every link of a step of %s brings its setting back', (_, exhibit) => {
  for (const [index, step] of exhibit.steps.entries()) {
    const { slug, query } = parseHash(stepHref(exhibit, index));
    const { values, problems } = decode(exhibit.params, query);
    expect(slug).toBe(exhibit.slug);
    expect(problems).toEqual([]);
    expect(stepOf(exhibit, values), `step ${index + 1} is on screen after its own link`).toBe(index);
    expect(holds(exhibit.params, step.set, values)).toBe(true);
  }
});

describe('show me the shader', () => {
  test('a kernel comes with the libraries that it names, each once', () => {
    const files = kernelSource('softmax_forward');
    expect(files.map(({ name }) => name)).toEqual(['softmax_forward', 'lib/grid', 'lib/masked']);
    expect(files[0]!.path).toBe('shaders/kernels/softmax_forward.wgsl');
    expect(files[0]!.text).toContain('@compute');
  });

  test('those that ran are shown, the declared ones first and as the variant that ran', () => {
    const ran = ['random_normal_forward', 'scores_forward.vec4', 'softmax_forward', 'scale_forward'] as const;
    expect(shadersOf(['scores_forward', 'softmax_forward', 'mask_forward'], ran)).toEqual({ told: ['scores_forward.vec4', 'softmax_forward'], beside: ['random_normal_forward', 'scale_forward'] });
    expect(shadersOf(['softmax_forward', 'mask_forward'], [])).toEqual({ told: ['softmax_forward', 'mask_forward'], beside: [] });
  });

  test.each(exhibits.map((exhibit) => [exhibit.slug || 'workbench', exhibit] as const))('every kernel of %s can be shown', (_, exhibit) => {
    for (const kernel of exhibit.kernels ?? []) expect(kernelSource(kernel)[0]!.text).toContain('@compute');
    expect(new Set(exhibit.kernels).size).toBe(exhibit.kernels?.length ?? 0);
  });
});
