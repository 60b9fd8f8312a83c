import { card } from '../../lab/exhibit';
import { text } from './text';

export default card({
  slug: 'heads',
  order: 1,
  text,
  formula: String.raw`\left[ o_1 \dots o_h \right] W_O`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
