import { card } from '../../lab/exhibit';
import { text } from './text';

export default card({
  slug: 'masks',
  order: 4,
  text,
  formula: String.raw`\softmax\left( S + \at{mask}{M} \right), \quad M_{ij} \in \{ 0, -\infty \}`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
