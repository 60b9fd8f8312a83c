// Generated from shaders/kernels by `npm run kernels`; do not edit.

/** For every kernel: its storage bindings, the fields of its uniform struct, its override constants. */
export interface KernelTable {
  'mask_forward': { bindings: 'x' | 'mask_bits' | 'masked'; uniforms: 'cells' | 'm' | 'n' | 'mask_flags' | 'window' | 'prefix' | 'valid_keys'; overrides: 'WG' };
  'softmax_forward': { bindings: 'x' | 'weights'; uniforms: 'rows' | 'cols'; overrides: 'WG' };
}
