import { card } from '../../lab/exhibit';

export default card({
  slug: 'heads',
  order: 1,
  title: { en: 'Why multi-head attention?', zh: '为什么要用多头注意力？' },
  formula: String.raw`\left[ o_1 \dots o_h \right] W_O`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
