import { exhibit } from '../../lab/exhibit';
import { params } from './params';
import { text } from './text';

export default exhibit({
  slug: '', order: 0, title: 'title', text, params, steps: [],
  formula: String.raw`\softmax\left(\frac{\at{q}{Q}\at{k}{K}^\T}{\sqrt{d_k}} + M\right)\at{v}{V}`,
  view: () => import('./View.svelte'),
});
