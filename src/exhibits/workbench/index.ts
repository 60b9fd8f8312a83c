import { exhibit } from '../../lab/exhibit';
import { params } from './params';
import { text } from './text';

export default exhibit({
  slug: '', order: 0, title: 'title', text, params, steps: [],
  view: () => import('./View.svelte'),
});
