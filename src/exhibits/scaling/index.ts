import { exhibit } from '../../lab/exhibit';
import type { Measurements } from './measure';
import { params } from './params';
import { text } from './text';

const q = '\\at{q}{q}';
const k = '\\at{k}{k}';

export default exhibit({
  slug: 'scaling',
  order: 8,
  title: 'title',
  text,
  params,
  controls: {
    dk: 'width', scale: 'scaling', factor: 'factor', source: 'source', file: 'openFile', causal: 'causal', dist: 'dist', seed: 'seed', n: 'keys', draws: 'draws', draw: 'draw',
    temperature: 'temperature', map: 'shown', view: 'compare', root: 'root',
  },
  prediction: {
    kind: 'slider',
    ask: 'predictAsk',
    result: 'predictResult',
    set: { source: 'random', dk: 1024, scale: 'off', dist: 'normal', n: 64, temperature: 1 },
    min: 0, max: 1, start: 0.2,
    measured: (m: Measurements) => m.off.largest,
  },
  steps: [
    { say: 'stepFour', set: { dk: 4, scale: 'off', dist: 'normal', source: 'random', temperature: 1 } },
    { say: 'stepHead', set: { dk: 64 } },
    { say: 'stepWide', set: { dk: 1024 } },
    { say: 'stepScaled', set: { scale: 'rsqrt' } },
    { say: 'stepCorrelated', set: { dist: 'correlated' } },
    { say: 'stepWidest', set: { dist: 'normal', dk: 4096 } },
  ],
  panels: [
    { name: 'maps', title: 'panelMaps' },
    { name: 'readings', title: 'readings', note: 'noteReadings' },
    { name: 'histograms', title: 'histograms', note: 'noteHistograms' },
    { name: 'sweep', title: 'sweep', note: 'noteSweep' },
  ],
  say: 'say',
  derivation: [
    {
      tex: `s = ${q}\\cdot ${k} = \\sum_{c=1}^{d_k} ${q}_c\\,${k}_c`,
      say: 'deriveSum',
      live: (m: Measurements) => [{ tex: 'd_k', value: m.dk }],
    },
    {
      tex: `\\E[${q}_c\\,${k}_c] = \\E[${q}_c]\\,\\E[${k}_c] = 0`,
      say: 'deriveMean',
      live: (m: Measurements) => [{ tex: '\\mean(q_c k_c)', value: m.scoreMean / m.dk }],
    },
    {
      tex: `\\Var(${q}_c\\,${k}_c) = \\E[${q}_c^2]\\,\\E[${k}_c^2] = 1 \\cdot 1`,
      say: 'deriveVariance',
      live: (m: Measurements) => [{ tex: '\\mean(q_c^2, k_c^2)', value: m.components?.square ?? null }],
    },
    {
      tex: `\\at{variance}{\\Var(q \\cdot k)} = \\sum_{c=1}^{d_k} \\Var(q_c k_c) = d_k`,
      say: 'deriveWidth',
      live: (m: Measurements) => [{ tex: '\\Var(q \\cdot k)', value: m.scoreVariance }, { tex: 'd_k', value: m.dk }],
    },
    {
      tex: '\\at{largest}{p_j} = \\frac{e^{s_j}}{\\sum_l e^{s_l}}, \\quad \\frac{p_1}{p_2} = e^{s_1 - s_2}',
      say: 'deriveSoftmax',
      live: (m: Measurements) => [{ tex: '\\mean \\max_j p_j, \\quad f = 1', value: m.off.largest }],
    },
    {
      tex: '\\at{jacobian}{J_{ij}} = \\frac{\\partial p_i}{\\partial s_j} = p_i \\left( \\delta_{ij} - p_j \\right) \\to 0',
      say: 'deriveJacobian',
      live: (m: Measurements) => [{ tex: '\\median \\norm J \\norm, \\quad f = 1', value: m.off.jacobianMedian }, { tex: '\\median \\norm J \\norm, \\quad f', value: m.on.jacobianMedian }],
    },
    {
      tex: '\\at{gradient}{\\frac{\\partial L}{\\partial q}} = f \\sum_j \\frac{\\partial L}{\\partial s_j} \\, \\at{k}{k_j}, \\quad \\left\\norm \\frac{\\partial L}{\\partial q} \\right\\norm \\approx f \\sqrt{d_k} \\, \\left\\norm \\frac{\\partial L}{\\partial s} \\right\\norm',
      say: 'deriveGradient',
      live: (m: Measurements) => [
        { tex: '\\mean, \\quad f = 1', value: m.off.gradient?.mean ?? null },
        { tex: '\\median, \\quad f = 1', value: m.off.gradient?.median ?? null },
        { tex: '\\median, \\quad f', value: m.on.gradient?.median ?? null },
      ],
    },
    {
      tex: '\\Var\\left( \\frac{q \\cdot k}{\\sqrt{d_k}} \\right) = \\frac{d_k}{\\left( \\sqrt{d_k} \\right)^2} = 1',
      say: 'deriveScaled',
      live: (m: Measurements) => [{ tex: 'f', value: m.on.factor }, { tex: '\\Var(f \\, q \\cdot k)', value: m.on.variance }],
    },
    {
      tex: '\\Var(q \\cdot k) = \\sum_{c,c\'} \\E[q_c q_{c\'}] \\, \\E[k_c k_{c\'}] = d_k + d_k (d_k - 1) \\, \\rho^2',
      say: 'deriveStops',
      live: (m: Measurements) => [{ tex: '\\frac{\\Var(q \\cdot k)}{d_k}', value: m.scoreVariance / m.dk }],
    },
  ],
  prose: ['proseWhere', 'proseAssumptions', 'proseTraining', 'proseTemperature'],
  said: [
    { claim: 'saidVanishClaim', evidence: 'saidVanishEvidence' },
    { claim: 'saidNormaliseClaim', evidence: 'saidNormaliseEvidence' },
    { claim: 'saidTrainedClaim', evidence: 'saidTrainedEvidence' },
    { claim: 'saidAlwaysClaim', evidence: 'saidAlwaysEvidence' },
  ],
  sources: [
    { author: 'Vaswani et al.', year: 2017, title: 'Attention Is All You Need', section: '§3.2.1 and footnote 4', url: 'https://arxiv.org/abs/1706.03762' },
    { author: 'Britz, Goldie, Luong, Le', year: 2017, title: 'Massive Exploration of Neural Machine Translation Architectures', url: 'https://arxiv.org/abs/1703.03906' },
    { author: 'Yang et al.', year: 2022, title: 'Tensor Programs V: Tuning Large Neural Networks via Zero-Shot Hyperparameter Transfer', section: 'Definition 4.1', url: 'https://arxiv.org/abs/2203.03466' },
    { author: 'Derrida', year: 1981, title: 'Random-energy model: An exactly solvable model of disordered systems', url: 'https://doi.org/10.1103/PhysRevB.24.2613' },
    { author: 'Radford et al.', year: 2019, title: 'Language Models are Unsupervised Multitask Learners (GPT-2)' },
  ],
  kernels: ['random_normal_forward', 'scores_forward.vec4', 'scale_forward', 'softmax_forward', 'row_statistics_forward', 'softmax_backward', 'histogram_forward'],
  tags: ['attention', 'softmax', 'initialisation'],
  view: () => import('./View.svelte'),
});
