import { exhibit } from '../../lab/exhibit';
import type { NormsMeasurements } from './measure';
import { params } from './params';
import type { NormsValues } from './plan';
import { standardErrorOf, type SweepPoint } from './sweep';
import { text } from './text';

/** The point of the sweep at the present batch size, or null between two. */
const swept = ({ full }: NormsMeasurements, { batch }: NormsValues): SweepPoint | null => full?.sweep.find((point) => point.batch === batch) ?? null;

export default exhibit({
  slug: 'norms',
  order: 2,
  title: 'title',
  text,
  params,
  controls: {
    norm: 'norm', mode: 'mode', picture: 'picture', batch: 'batch', tokens: 'tokens', features: 'features', padding: 'padding', counted: 'counted', outlier: 'outlier',
    size: 'size', alike: 'alike', seed: 'seed', eps: 'eps', gamma: 'gamma', beta: 'beta', momentum: 'momentum', steps: 'steps', reset: 'reset',
  },
  formula: String.raw`\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}\,\gamma + \beta`,
  prediction: {
    kind: 'choice',
    ask: 'ask',
    result: 'result',
    set: { norm: 'batch', mode: 'train', batch: 4, outlier: true, size: 10 },
    options: [
      { value: 'batch', label: 'optionBatch' },
      { value: 'layer', label: 'optionLayer' },
      { value: 'both', label: 'optionBoth' },
      { value: 'neither', label: 'optionNeither' },
    ],
    measured({ full }: NormsMeasurements) {
      const [batch, layer] = [full?.dependence.batch.outlier, full?.dependence.layer.outlier];
      if (!batch || !layer) return null;
      if (batch.largest > 0) return layer.largest > 0 ? 'both' : 'batch';
      return layer.largest > 0 ? 'layer' : 'neither';
    },
  },
  steps: [
    { say: 'stepLayer', set: { norm: 'layer', outlier: false, picture: 'output' } },
    { say: 'stepBatch', set: { norm: 'batch', mode: 'train' } },
    { say: 'stepChange', set: { picture: 'change' } },
    { say: 'stepZero', set: { norm: 'layer' } },
    { say: 'stepEval', set: { norm: 'batch', mode: 'eval', picture: 'output' } },
    { say: 'stepPadding', set: { mode: 'train', padding: 0.5 } },
  ],
  panels: [
    { name: 'cube', title: 'panelCube' },
    { name: 'sheets', title: 'sheets', set: { padding: 0 }, note: 'noteSheets' },
    { name: 'table', title: 'tableTitle', set: { padding: 0, outlier: true }, note: 'noteTable' },
    { name: 'spreads', title: 'panelSpreads', set: { padding: 0 }, note: 'noteSpreads' },
    { name: 'noise', title: 'curveError', set: { padding: 0 }, note: 'noteNoise' },
    { name: 'dependence', title: 'curveChange', set: { padding: 0 }, note: 'noteDependence' },
    { name: 'running', title: 'panelRunning', set: { padding: 0 }, note: 'noteRunning' },
  ],
  say: 'say',
  derivation: [
    { tex: String.raw`y = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}\,\gamma + \beta`, say: 'deriveBoth' },
    {
      tex: String.raw`\mu_{b t} = \frac{1}{C}\sum_{c} x_{b t c}`,
      say: 'deriveLayer',
      live: (_: NormsMeasurements, { features }: NormsValues) => [{ tex: 'C', value: features }],
    },
    {
      tex: String.raw`\mu_{c} = \frac{1}{B T}\sum_{b, t} x_{b t c}`,
      say: 'deriveBatch',
      live: (_: NormsMeasurements, { batch, tokens }: NormsValues) => [{ tex: 'B T', value: batch * tokens }],
    },
    {
      tex: String.raw`\frac{\partial \mu_c}{\partial x_{b t c}} = \frac{1}{B T} \ne 0`,
      say: 'deriveMix',
      live: ({ full }: NormsMeasurements) => [
        { tex: String.raw`\RMS\,\Delta y_0 \text{ BatchNorm}`, value: full?.dependence.batch.redrawn?.rms ?? null },
        { tex: String.raw`\RMS\,\Delta y_0 \text{ LayerNorm}`, value: full?.dependence.layer.redrawn?.rms ?? null },
      ],
    },
    {
      tex: String.raw`\Var(\mu_c) = \frac{\sigma^2}{N} \Rightarrow \frac{\sigma_{\mu}}{\sigma} = \frac{1}{\sqrt{B T}}`,
      say: 'deriveError',
      live: (measured: NormsMeasurements, values: NormsValues) => [
        { tex: String.raw`\frac{1}{\sqrt{B T}}`, value: standardErrorOf(values.batch, values.tokens, 0) },
        { tex: String.raw`\frac{\sigma_{\mu}}{\sigma}`, value: swept(measured, values)?.standardError ?? null },
      ],
    },
    {
      tex: String.raw`\frac{\sigma_{\mu}^2}{\sigma^2} = \frac{1 + (T - 1)\rho}{B T}`,
      say: 'deriveAlike',
      live: (_: NormsMeasurements, { batch, tokens, alike }: NormsValues) => [
        { tex: String.raw`\rho`, value: alike },
        { tex: String.raw`\frac{\sigma_{\mu}}{\sigma}`, value: standardErrorOf(batch, tokens, alike) },
      ],
    },
    {
      tex: String.raw`r \to (1 - m)\,r + m\,\mu_c, \quad s \to (1 - m)\,s + m\,\frac{N}{N - 1}\,\sigma_c^2`,
      say: 'deriveRunning',
      live: (_: NormsMeasurements, { batch, tokens, momentum }: NormsValues) => [
        { tex: 'm', value: momentum },
        { tex: String.raw`\frac{N}{N - 1}`, value: batch * tokens > 1 ? (batch * tokens) / (batch * tokens - 1) : null },
      ],
    },
  ],
  prose: ['proseSets', 'proseBatch', 'proseEval', 'prosePadding'],
  said: [
    { claim: 'saidCannot', evidence: 'saidCannotEvidence' },
    { claim: 'saidSentence', evidence: 'saidSentenceEvidence' },
    { claim: 'saidEval', evidence: 'saidEvalEvidence' },
  ],
  sources: [
    { author: 'Ioffe, Szegedy', year: 2015, title: 'Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift', section: '§3', url: 'https://arxiv.org/abs/1502.03167' },
    { author: 'Ba, Kiros, Hinton', year: 2016, title: 'Layer Normalization', section: '§3', url: 'https://arxiv.org/abs/1607.06450' },
    { author: 'Zhang, Sennrich', year: 2019, title: 'Root Mean Square Layer Normalization', section: '§3', url: 'https://arxiv.org/abs/1910.07467' },
    { author: 'Shen, Yao, Gholami, Mahoney, Keutzer', year: 2020, title: 'PowerNorm: Rethinking Batch Normalization in Transformers', section: '§3–4', url: 'https://arxiv.org/abs/2003.07845' },
  ],
  kernels: ['layer_norm_forward', 'rms_norm_forward', 'batch_norm_parts_forward', 'batch_norm_merge_forward', 'batch_norm_forward', 'batch_norm_backward', 'layer_norm_backward'],
  view: () => import('./View.svelte'),
});
