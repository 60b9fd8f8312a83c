import { card } from '../../lab/exhibit';
import { text } from './text';

export default card({
  slug: '',
  order: 0,
  text,
  formula: String.raw`\softmax\left(\frac{\at{q}{Q}\at{k}{K}^\T}{\sqrt{d_k}} + M\right)\at{v}{V}`,
  miniature: () => import('./Miniature.svelte'),
  load: () => import('./index'),
});
