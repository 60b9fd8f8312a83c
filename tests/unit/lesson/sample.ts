/** An exhibit for the tests of the frame; nothing of it is on the page. */
import { exhibit } from '../../../src/lab/exhibit';
import { textsOf } from '../../../src/lab/texts';
import { choice, int, intList, scaleParam } from '../../../src/lab/params';

const en = {
  title: 'Why divide by $\\sqrt{d_k}$?',
  one: 'Narrow heads do not care.',
  two: 'Wide ones do.',
  three: 'The factor mends it.',
  ask: 'How many rows are left with a gradient?',
  result: 'rows with a gradient',
  none: 'None',
  all: 'All',
};
const zh = {
  title: '为什么要除以 $\\sqrt{d_k}$？',
  one: '窄的头无所谓。',
  two: '宽的头就不同了。',
  three: '乘上因子就好了。',
  ask: '还有多少行有梯度？',
  result: '有梯度的行',
  none: '没有',
  all: '全部',
} satisfies Record<keyof typeof en, string>;

/** Its sentences, each language as a file would bring it. */
export const text = textsOf<keyof typeof en>({
  './text/en.ts': () => Promise.resolve(en),
  './text/zh.ts': () => Promise.resolve(zh),
});

export const params = {
  dk: int(64, { min: 1, max: 4096, scale: 'log' }),
  scale: scaleParam('rsqrt', 4),
  mask: choice('none', ['none', 'causal']),
  off: intList({ min: 0, max: 15 }),
  seed: int(1, { min: 0, max: 99 }),
};

interface Measurements {
  readonly share: number;
}

export const sample = exhibit({
  slug: 'sample',
  order: 8,
  title: 'title',
  text,
  params,
  prediction: {
    kind: 'choice',
    ask: 'ask',
    result: 'result',
    set: { dk: 4096, scale: 'off' },
    options: [{ value: 'none', label: 'none' }, { value: 'all', label: 'all' }],
    measured: ({ share }: Measurements) => (share > 0.5 ? 'all' : 'none'),
  },
  steps: [
    { say: 'one', set: { dk: 4, scale: 'off' } },
    { say: 'two', set: { dk: 4096, off: [2, 1] } },
    { say: 'three', set: { scale: 'rsqrt' } },
  ],
  kernels: ['softmax_forward'],
  view: () => Promise.reject(new Error('the sample has no view')),
});
