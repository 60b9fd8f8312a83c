/** What the declaration of an exhibit refuses; the type check is the test, and this file fails it where a mistake passes. */
import { expect, test } from 'vitest';
import { exhibit } from '../../../src/lab/exhibit';
import { textsOf } from '../../../src/lab/texts';
import { choice, int } from '../../../src/lab/params';

const text = textsOf({ './text/en.ts': () => Promise.resolve({ title: 'Title', one: 'One' }) });
const params = { dk: int(64, { min: 1, max: 4096 }), mask: choice('none', ['none', 'causal']) };
const view = () => Promise.reject(new Error('no view'));
const base = { slug: 'x', order: 99, title: 'title', text, params, view } as const;

test('a declaration is typed by its texts and its parameters', () => {
  expect(exhibit({ ...base, steps: [{ say: 'one', set: { dk: 4, mask: 'causal' } }] }).steps).toHaveLength(1);
  // @ts-expect-error there is no such sentence
  exhibit({ ...base, steps: [{ say: 'two', set: { dk: 4 } }] });
  // @ts-expect-error there is no such title
  exhibit({ ...base, title: 'headline', steps: [] });
  // @ts-expect-error a number, not a word
  exhibit({ ...base, steps: [{ say: 'one', set: { dk: 'wide' } }] });
  // @ts-expect-error not one of the words
  exhibit({ ...base, steps: [{ say: 'one', set: { mask: 'window' } }] });
  // @ts-expect-error there is no such parameter
  exhibit({ ...base, steps: [{ say: 'one', set: { depth: 3 } }] });
  // @ts-expect-error there is no such kernel
  exhibit({ ...base, steps: [], kernels: ['softmax_sideways'] });
  // @ts-expect-error a choice measures one of its options, not a number
  exhibit({ ...base, steps: [], prediction: { kind: 'choice', ask: 'one', result: 'one', set: {}, options: [], measured: () => 3 } });
});
