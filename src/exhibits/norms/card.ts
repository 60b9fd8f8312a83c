import { card } from '../../lab/exhibit';
import { text } from './text';

export default card({
  slug: 'norms',
  order: 2,
  text,
  formula: String.raw`\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}\,\gamma + \beta`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
