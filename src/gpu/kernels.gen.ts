// Generated from shaders/kernels by `npm run kernels`; do not edit.

/** For every kernel: its storage bindings, the fields of its uniform struct, its override constants. */
export interface KernelTable {
  'attention_output_forward': { bindings: 'weights' | 'v' | 'output'; uniforms: 'm' | 'n' | 'n4' | 'd' | 'd4' | 'mask_flags' | 'window' | 'prefix' | 'valid_keys'; overrides: 'WX' | 'WY' };
  'attention_scores_forward': { bindings: 'q' | 'k' | 'scores'; uniforms: 'm' | 'n' | 'd4' | 'n4' | 'scale' | 'mask_flags' | 'window' | 'prefix' | 'valid_keys'; overrides: 'WX' | 'WY' };
  'attention_weights_forward': { bindings: 'mask_bits' | 'weights'; uniforms: 'heads' | 'm' | 'n' | 'n4' | 'mask_flags' | 'window' | 'prefix' | 'valid_keys'; overrides: 'WG' };
  'batch_norm_backward': { bindings: 'x' | 'dy' | 'mean' | 'rstd' | 'gamma' | 'row_valid' | 'means' | 'dx'; uniforms: 'cells' | 'cols' | 'has_gamma' | 'has_valid' | 'training'; overrides: 'WG' };
  'batch_norm_forward': { bindings: 'x' | 'mean' | 'rstd' | 'gamma' | 'beta' | 'row_valid' | 'y'; uniforms: 'cells' | 'cols' | 'has_gamma' | 'has_beta' | 'has_valid'; overrides: 'WG' };
  'batch_norm_merge_forward': { bindings: 'parts' | 'running_mean' | 'running_var' | 'mean' | 'variance' | 'rstd' | 'next_mean' | 'next_var'; uniforms: 'cols' | 'chunks' | 'eps' | 'momentum' | 'has_running'; overrides: 'WG' };
  'batch_norm_parts_forward': { bindings: 'x' | 'row_valid' | 'parts'; uniforms: 'rows' | 'cols' | 'chunk' | 'chunks' | 'has_valid'; overrides: 'WG' };
  'batch_norm_rstd_forward': { bindings: 'variance' | 'rstd'; uniforms: 'cols' | 'eps'; overrides: 'WG' };
  'embedding_forward': { bindings: 'ids' | 'rows'; uniforms: 'key' | 'n' | 'dim'; overrides: 'WG' };
  'heads_forward': { bindings: 'x' | 'swapped'; uniforms: 'rows' | 'slices' | 'width'; overrides: 'WG' };
  'histogram_forward': { bindings: 'x' | 'bins'; uniforms: 'cells' | 'inner' | 'low' | 'high' | 'scale'; overrides: 'WG' | 'STEPS' };
  'layer_norm_backward.vec4': { bindings: 'x' | 'dy' | 'mean' | 'rstd' | 'gamma' | 'dx'; uniforms: 'rows' | 'quads' | 'has_gamma'; overrides: 'WG' };
  'layer_norm_backward': { bindings: 'x' | 'dy' | 'mean' | 'rstd' | 'gamma' | 'dx'; uniforms: 'rows' | 'cols' | 'has_gamma'; overrides: 'WG' };
  'layer_norm_forward.vec4': { bindings: 'x' | 'gamma' | 'beta' | 'y' | 'mean' | 'rstd'; uniforms: 'rows' | 'quads' | 'eps' | 'has_gamma' | 'has_beta'; overrides: 'WG' };
  'layer_norm_forward': { bindings: 'x' | 'gamma' | 'beta' | 'y' | 'mean' | 'rstd'; uniforms: 'rows' | 'cols' | 'eps' | 'has_gamma' | 'has_beta'; overrides: 'WG' };
  'mask_forward': { bindings: 'x' | 'mask_bits' | 'masked'; uniforms: 'rows' | 'm' | 'n' | 'runs' | 'mask_flags' | 'window' | 'prefix' | 'valid_keys'; overrides: 'WG' | 'RUN' };
  'matmul_forward.vec4': { bindings: 'a' | 'b' | 'bias' | 'c'; uniforms: 'm' | 'n' | 'k4' | 'n4' | 'b_batch' | 'has_bias'; overrides: 'WX' | 'WY' };
  'matmul_forward': { bindings: 'a' | 'b' | 'bias' | 'c'; uniforms: 'm' | 'n' | 'k' | 'batch' | 'a_batch' | 'a_row' | 'a_col' | 'b_batch' | 'b_row' | 'b_col' | 'has_bias'; overrides: 'WG' };
  'moments_forward': { bindings: 'x' | 'parts'; uniforms: 'cells'; overrides: 'WG' | 'STEPS' };
  'moments_merge_forward': { bindings: 'parts' | 'merged'; uniforms: 'count'; overrides: 'WG' | 'PARTS' };
  'norm_parameters_backward': { bindings: 'x' | 'dy' | 'mean' | 'rstd' | 'row_valid' | 'parts'; uniforms: 'rows' | 'cols' | 'chunk' | 'chunks' | 'row_step' | 'col_step' | 'centered' | 'has_valid'; overrides: 'WG' };
  'norm_parameters_merge_backward': { bindings: 'parts' | 'dgamma' | 'dbeta' | 'means'; uniforms: 'cols' | 'chunks'; overrides: 'WG' };
  'pack_forward': { bindings: 'source' | 'packed'; uniforms: 'rows' | 'cols' | 'padded_rows' | 'cols4' | 'batch' | 'batch_stride' | 'row_stride' | 'col_stride'; overrides: 'WG' };
  'pairwise_forward': { bindings: 'a' | 'b' | 'c'; uniforms: 'quads'; overrides: 'OPERATION' | 'WG' };
  'random_bits_forward': { bindings: 'bits'; uniforms: 'key' | 'quads'; overrides: 'WG' };
  'random_normal_forward': { bindings: 'numbers'; uniforms: 'key' | 'quads' | 'deviation'; overrides: 'WG' };
  'random_uniform_forward': { bindings: 'numbers'; uniforms: 'key' | 'quads'; overrides: 'WG' };
  'rms_norm_backward': { bindings: 'x' | 'dy' | 'rrms' | 'gamma' | 'dx'; uniforms: 'rows' | 'cols' | 'has_gamma'; overrides: 'WG' };
  'rms_norm_forward': { bindings: 'x' | 'gamma' | 'y' | 'rrms'; uniforms: 'rows' | 'cols' | 'eps' | 'has_gamma'; overrides: 'WG' };
  'rope_backward': { bindings: 'dy' | 'turns' | 'dx'; uniforms: 'heads' | 'n' | 'dim'; overrides: 'WG' };
  'rope_forward': { bindings: 'x' | 'turns' | 'y'; uniforms: 'heads' | 'n' | 'dim'; overrides: 'WG' };
  'row_forward': { bindings: 'x' | 'row' | 'y'; uniforms: 'cols' | 'quads'; overrides: 'WG' | 'OPERATION' };
  'row_norms_forward': { bindings: 'x' | 'norms'; uniforms: 'rows' | 'cols'; overrides: 'WG' };
  'row_range_means_forward': { bindings: 'x' | 'sums'; uniforms: 'cols' | 'first' | 'last' | 'factor'; overrides: 'WG' | 'ROWS' };
  'row_statistics_forward': { bindings: 'masked' | 'weights' | 'statistics'; uniforms: 'rows' | 'cols'; overrides: 'WG' };
  'scale_forward': { bindings: 'x' | 'y'; uniforms: 'factor' | 'quads'; overrides: 'WG' };
  'scores_forward.vec4': { bindings: 'q' | 'k' | 'scores'; uniforms: 'm' | 'n' | 'd4'; overrides: 'WX' | 'WY' };
  'scores_forward': { bindings: 'q' | 'k' | 'scores'; uniforms: 'heads' | 'm' | 'n' | 'd'; overrides: 'WG' };
  'sinusoidal_forward': { bindings: 'turns' | 'encoding'; uniforms: 'n' | 'dim'; overrides: 'WG' };
  'softmax_backward': { bindings: 'weights' | 'dweights' | 'dscores'; uniforms: 'rows' | 'cols'; overrides: 'WG' };
  'softmax_forward': { bindings: 'x' | 'weights'; uniforms: 'rows' | 'cols'; overrides: 'WG' };
  'unpack_forward': { bindings: 'packed' | 'unpacked'; uniforms: 'rows' | 'cols' | 'cols4'; overrides: 'WG' };
}
