import { exhibit } from '../../lab/exhibit';
import { movedOutputs } from './figures';
import type { MasksMeasurements } from './measure';
import { params } from './params';
import { text } from './text';

export default exhibit({
  slug: 'masks',
  order: 4,
  text,
  title: 'title',
  params,
  controls: {
    mask: 'mask', window: 'window', prefix: 'prefixLength', padding: 'paddingLength', side: 'paddingSide', block: 'blockLength', painted: 'paint', mistake: 'applied',
    penalty: 'penalty', gain: 'gain', token: 'token', change: 'change', layers: 'layers', source: 'source', text: 'textLabel', split: 'split', n: 'length', seed: 'seed',
  },
  prediction: {
    kind: 'choice',
    ask: 'predictAsk',
    result: 'predictResult',
    set: { mask: 'causal', mistake: 'none', layers: 1, token: 5 },
    options: [
      { value: 'self', label: 'predictSelf' },
      { value: 'later', label: 'predictLater' },
      { value: 'earlier', label: 'predictEarlier' },
      { value: 'all', label: 'predictAll' },
    ],
    measured: (m: MasksMeasurements, { token }) => movedOutputs(m, token).pattern,
  },
  steps: [
    { say: 'stepNone', set: { mask: 'none', token: 5 } },
    { say: 'stepCausal', set: { mask: 'causal' } },
    { say: 'stepAfter', set: { mistake: 'after' } },
    { say: 'stepZero', set: { mistake: 'zero' } },
    { say: 'stepFinite', set: { mistake: 'finite', penalty: 4, gain: 20_000 } },
    { say: 'stepWindow', set: { mistake: 'none', gain: 1, mask: 'window', window: 2, layers: 3 } },
  ],
  panels: [
    { name: 'maps', title: 'weightsLong' },
    { name: 'strip', title: 'panelStrip', set: { mask: 'causal', mistake: 'none', gain: 1, layers: 1 }, note: 'noteStrip' },
    { name: 'sweep', title: 'sweepTitle', set: { mask: 'causal', mistake: 'finite', penalty: 4, gain: 1, layers: 1 }, note: 'noteSweep' },
  ],
  say: 'say',
  derivation: [
    { tex: '\\at{mask}{M_{ij}} \\in \\{ 0, -\\infty \\}', say: 'deriveMask' },
    {
      tex: 'p_{ij} = \\frac{\\exp\\left( s_{ij} + \\at{mask}{M_{ij}} \\right)}{\\sum_k \\exp\\left( s_{ik} + \\at{mask}{M_{ik}} \\right)}',
      say: 'deriveSoftmax',
      live: (m: MasksMeasurements) => [{ tex: '\\mean_i \\sum_{M_{ij} \\ne 0} p_{ij}', value: m.forbiddenMean }],
    },
    { tex: '\\sum_j p_{ij} = 1', say: 'deriveSum', live: (m: MasksMeasurements) => [{ tex: '\\max_i | \\sum_j p_{ij} - 1 |', value: m.rowSumError }] },
    {
      tex: 'o_i = \\sum_j p_{ij} v_j, \\quad p_{ij} = 0 \\Rightarrow \\frac{\\partial o_i}{\\partial x_j} = 0, \\quad j \\ne i',
      say: 'deriveOutput',
      live: (m: MasksMeasurements) => [{ tex: '\\max_{M_{ij} \\ne 0} \\norm \\Delta o_i \\norm', value: m.largestLeak }],
    },
    { tex: '\\sum_j m_{ij} p_{ij} = \\frac{\\sum_j m_{ij} \\exp(s_{ij})}{\\sum_k \\exp(s_{ik})} \\le 1, \\quad m_{ij} \\in \\{ 0, 1 \\}', say: 'deriveAfter' },
    {
      tex: 's_{ij} - m_i < c - 104 \\quad \\Rightarrow \\quad \\exp\\left( s_{ij} - c - m_i \\right) = 0',
      say: 'deriveFinite',
      live: (m: MasksMeasurements, { penalty }) => [{ tex: '\\max ( s_{ij} - m_i )', value: m.gap }, { tex: 'c - 104', value: 10 ** penalty - 104 }],
    },
    { tex: '\\frac{0}{0} \\to 0', say: 'deriveEmpty' },
  ],
  prose: ['proseWho', 'proseLeak', 'proseEmpty', 'proseRenormalise'],
  said: [
    { claim: 'saidWeightsClaim', evidence: 'saidWeightsEvidence' },
    { claim: 'saidInfinityClaim', evidence: 'saidInfinityEvidence' },
    { claim: 'saidZeroClaim', evidence: 'saidZeroEvidence' },
    { claim: 'saidTokenClaim', evidence: 'saidTokenEvidence' },
  ],
  sources: [
    { author: 'Vaswani et al.', year: 2017, title: 'Attention Is All You Need', section: '§3.2.3', url: 'https://arxiv.org/abs/1706.03762' },
    { author: 'Devlin et al.', year: 2019, title: 'BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding', section: '§3.1', url: 'https://arxiv.org/abs/1810.04805' },
    { author: 'Devlin et al.', year: 2018, title: 'BERT, published code: modeling.py', section: 'attention_layer, adder', url: 'https://github.com/google-research/bert/blob/0017e7ecb4aa6b40e6d21ab7d46d2b055f88f236/modeling.py' },
    { author: 'Beltagy, Peters, Cohan', year: 2020, title: 'Longformer: The Long-Document Transformer', section: '§3.1', url: 'https://arxiv.org/abs/2004.05150' },
    { author: 'Raffel et al.', year: 2020, title: 'Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer', section: '§3.2.1', url: 'https://arxiv.org/abs/1910.10683' },
    { author: 'Krell et al.', year: 2021, title: 'Efficient Sequence Packing without Cross-contamination', url: 'https://arxiv.org/abs/2107.02027' },
    { author: 'Goldberg', year: 1991, title: 'What Every Computer Scientist Should Know About Floating-Point Arithmetic', url: 'https://doi.org/10.1145/103162.103163' },
  ],
  kernels: ['mask_forward', 'softmax_forward', 'scores_forward.vec4', 'matmul_forward.vec4', 'pairwise_forward', 'row_norms_forward'],
  tags: ['attention', 'decoder'],
  view: () => import('./View.svelte'),
});
