import { card } from '../../lab/exhibit';

export default card({
  slug: 'masks',
  order: 4,
  title: { en: 'What is masked attention?', zh: '什么是掩码注意力？' },
  formula: String.raw`\softmax\left( S + \at{mask}{M} \right), \quad M_{ij} \in \{ 0, -\infty \}`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
