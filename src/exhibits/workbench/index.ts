import { exhibit } from '../../lab/exhibit';
import { params } from './params';
import { text } from './text';

export default exhibit({
  slug: '', order: 0, title: 'title', text, params, steps: [],
  controls: {
    source: 'source', file: 'openFile', text: 'textLabel', split: 'split', positions: 'positions', n: 'length', layer: 'layer', layers: 'allLayers', seed: 'seed', heads: 'heads', dk: 'headDim',
    scale: 'scaling', factor: 'factor', mask: 'mask', window: 'window', prefix: 'prefixLength', padding: 'paddingLength', block: 'blockLength', painted: 'paint',
    root: 'rootSwitch', compare: 'pin', difference: 'difference', off: 'headSwitches', kernel: 'kernel', replay: 'replay', reset: 'reset',
  },
  view: () => import('./View.svelte'),
});
