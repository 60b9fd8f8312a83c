/** What the readers of visitors' files report, by name; src/lab/text holds the sentences, and src/exhibits/files.ts puts both together. */

/** Why a file cannot be read. */
export type FormatErrorCode =
  | 'empty-file' | 'unknown-format' | 'too-large' | 'npy-magic' | 'npy-version' | 'npy-header-truncated' | 'npy-header-length' | 'npy-header'
  | 'npy-header-keys' | 'npy-object' | 'dtype' | 'shape-invalid' | 'shape-overflow' | 'data-truncated' | 'data-extra' | 'text-code-point'
  | 'text-count' | 'zip-truncated' | 'zip-corrupt' | 'zip-encrypted' | 'zip-method' | 'zip-too-large' | 'zip-size' | 'zip-no-arrays'
  | 'safetensors-truncated' | 'safetensors-header-length' | 'safetensors-header' | 'safetensors-entry' | 'safetensors-offsets' | 'safetensors-size'
  | 'safetensors-holes' | 'json-too-large' | 'json-encoding' | 'json-syntax' | 'json-not-finite' | 'json-top' | 'json-ragged' | 'json-nesting'
  | 'json-not-number' | 'json-depth' | 'json-shape' | 'array-is-text' | 'array-empty' | 'array-rank' | 'array-batch' | 'not-finite'
  | 'float32-range' | 'shape-mismatch' | 'incomplete' | 'nothing-usable'
  | 'lesson-link-foreign' | 'lesson-link-damaged' | 'lesson-newer' | 'lesson-file-damaged' | 'lesson-file-foreign' | 'lesson-steps' | 'lesson-long'
  | 'lesson-field' | 'lesson-too-large';

/** What there is to know about a file that was read. */
export type FormatNoteCode =
  | 'scores-masked' | 'weights-rows' | 'taken-as' | 'duplicate' | 'tokens-count' | 'tokens-unreadable' | 'd-k-invalid' | 'd-k-ignored';
