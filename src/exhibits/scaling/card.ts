import { card } from '../../lab/exhibit';
import { text } from './text';

export default card({
  slug: 'scaling',
  order: 8,
  text,
  formula: String.raw`\Var(\at{q}{q}\cdot\at{k}{k}) = d_k`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
