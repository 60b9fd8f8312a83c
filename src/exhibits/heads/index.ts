import { exhibit } from '../../lab/exhibit';
import type { HeadsMeasurements } from './measure';
import { params } from './params';
import { text } from './text';

export default exhibit({
  slug: 'heads',
  order: 1,
  text,
  title: 'title',
  formula: String.raw`\left[ o_1 \dots o_h \right] W_O`,
  params,
  controls: {
    panel: 'panel', sharp: 'sharp', tilt: 'tilt', h: 'heads', d: 'width', mask: 'mask', source: 'source', file: 'openFile', text: 'textLabel', positions: 'positions',
    n: 'length', layer: 'layer', seed: 'seed', root: 'rootSwitch', off: 'headSwitches',
  },
  prediction: {
    kind: 'slider',
    ask: 'predictAsk',
    result: 'predictResult',
    set: { sharp: 10, tilt: 0 },
    min: 0,
    max: 1,
    step: 0.01,
    start: 0.9,
    measured: ({ targets: { one } }: HeadsMeasurements) => Math.min(one.near, one.far),
  },
  steps: [
    { say: 'stepOne', set: { panel: 'targets', sharp: 10, tilt: 0 } },
    { say: 'stepTilt', set: { tilt: 1 } },
    { say: 'stepHeads', set: { panel: 'heads', source: 'text', h: '8', d: '64', tilt: 0 } },
    { say: 'stepDifference', set: { panel: 'difference' } },
    { say: 'stepOff', set: { panel: 'heads', off: [1, 4, 6] } },
    { say: 'stepCost', set: { panel: 'cost', h: '16', off: [] } },
  ],
  panels: [
    { name: 'steps', title: 'panelHeads' },
    { name: 'one', title: 'panelOne', set: { panel: 'heads', h: '8' }, note: 'noteOne' },
    { name: 'share', title: 'shareOff', set: { panel: 'difference', h: '8' }, note: 'noteShare' },
    { name: 'times', title: 'timesTitle', set: { panel: 'cost' }, note: 'noteTimes' },
  ],
  say: 'say',
  derivation: [
    { tex: String.raw`o_i = \softmax\left( \frac{Q_i K_i^\T}{\sqrt{d_k}} \right) V_i`, say: 'deriveHead' },
    {
      tex: String.raw`\left[ o_1 \dots o_h \right] W_O = \sum_i o_i W_O^i`,
      say: 'deriveSum',
      live: ({ agreement }: HeadsMeasurements) => [{ tex: String.raw`\max | \Delta |`, value: agreement }],
    },
    {
      tex: String.raw`3 \cdot h \cdot d \cdot d_k + h \cdot d_k \cdot d = 4 d^2`,
      say: 'deriveParameters',
      live: ({ parameters, cost }: HeadsMeasurements) => [{ tex: String.raw`\text{counted}`, value: parameters }, { tex: '4 d^2', value: cost && cost.parameters }],
    },
    {
      tex: String.raw`8 n d^2 + h \cdot 4 n^2 d_k = 8 n d^2 + 4 n^2 d`,
      say: 'deriveFlops',
      live: ({ cost }: HeadsMeasurements) => [{ tex: String.raw`\text{FLOPs}`, value: cost && cost.matmulFlops }, { tex: 'h n^2', value: cost && cost.exponentials }],
    },
    {
      tex: String.raw`p_a + p_b \le 1 \Rightarrow \min(p_a, p_b) \le \frac{1}{2}`,
      say: 'deriveOne',
      live: ({ targets: { one } }: HeadsMeasurements) => [{ tex: 'p_{t-1}', value: one.near }, { tex: 'p_{t-3}', value: one.far }],
    },
    {
      tex: String.raw`p_j^i = \frac{\exp s_j^i}{\sum_k \exp s_k^i}, \quad i = 1, 2`,
      say: 'deriveTwo',
      live: ({ targets: { two } }: HeadsMeasurements) => [{ tex: 'p_{t-1}^1', value: two[0].near }, { tex: 'p_{t-3}^2', value: two[1].far }],
    },
    { tex: String.raw`s_j = \frac{s_j^1 + s_j^2}{\sqrt{2}}`, say: 'deriveWide' },
    {
      tex: String.raw`\op{JS}(p, q) = H\left( \frac{p + q}{2} \right) - \frac{H(p) + H(q)}{2}`,
      say: 'deriveDivergence',
      live: ({ diversity }: HeadsMeasurements) => [{ tex: String.raw`\mean \op{JS}`, value: diversity }],
    },
  ],
  prose: ['proseCut', 'proseUntrained', 'proseMany'],
  said: [
    { claim: 'saidParallelClaim', evidence: 'saidParallelEvidence' },
    { claim: 'saidFunctionClaim', evidence: 'saidFunctionEvidence' },
    { claim: 'saidParametersClaim', evidence: 'saidParametersEvidence' },
    { claim: 'saidSliceClaim', evidence: 'saidSliceEvidence' },
  ],
  sources: [
    { author: 'Vaswani et al.', year: 2017, title: 'Attention Is All You Need', section: '§3.2.2, §6.2, Table 3 (A)', url: 'https://arxiv.org/abs/1706.03762' },
    { author: 'Michel, Levy, Neubig', year: 2019, title: 'Are Sixteen Heads Really Better than One?', section: '§3.3', url: 'https://arxiv.org/abs/1905.10650' },
    { author: 'Voita et al.', year: 2019, title: 'Analyzing Multi-Head Self-Attention: Specialized Heads Do the Heavy Lifting, the Rest Can Be Pruned', url: 'https://arxiv.org/abs/1905.09418' },
    { author: 'Bhojanapalli et al.', year: 2020, title: 'Low-Rank Bottleneck in Multi-head Attention Models', url: 'https://arxiv.org/abs/2002.07028' },
    { author: 'Olsson et al.', year: 2022, title: 'In-context Learning and Induction Heads', url: 'https://arxiv.org/abs/2209.11895' },
    { author: 'Wang et al.', year: 2022, title: 'Interpretability in the Wild: a Circuit for Indirect Object Identification in GPT-2 small', section: '§3', url: 'https://arxiv.org/abs/2211.00593' },
    { author: 'Lin', year: 1991, title: 'Divergence Measures Based on the Shannon Entropy', url: 'https://doi.org/10.1109/18.61115' },
  ],
  kernels: ['attention_scores_forward', 'attention_weights_forward', 'attention_output_forward', 'heads_forward', 'jensen_shannon_forward', 'attention_distance_forward'],
  tags: ['attention', 'heads'],
  view: () => import('./View.svelte'),
});
