import { card } from '../../lab/exhibit';

export default card({
  slug: '',
  order: 0,
  title: { en: 'Workbench', zh: '工作台' },
  formula: String.raw`\softmax\left(\frac{\at{q}{Q}\at{k}{K}^\T}{\sqrt{d_k}} + M\right)\at{v}{V}`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
