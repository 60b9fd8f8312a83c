import { card } from '../../lab/exhibit';

export default card({
  slug: 'norms',
  order: 2,
  title: { en: 'LayerNorm against BatchNorm', zh: 'LayerNorm 与 BatchNorm' },
  formula: String.raw`\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}\,\gamma + \beta`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
