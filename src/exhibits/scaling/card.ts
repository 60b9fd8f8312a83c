import { card } from '../../lab/exhibit';

export default card({
  slug: 'scaling',
  order: 8,
  title: { en: 'Why divide by $\\sqrt{d_k}$?', zh: '为什么要除以 $\\sqrt{d_k}$？' },
  formula: String.raw`\Var(\at{q}{q}\cdot\at{k}{k}) = d_k`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
