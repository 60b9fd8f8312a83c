import { bitmapParam } from '../../lab/painted';
import { cell, choice, int, text } from '../../lab/params';
import { MASK_PRESETS } from '../../reference/mask';
import { MAX_TEXT } from '../../text/tokenise';

/** Short, so that every cell has room for its number; "it" has something to look back at. */
export const FIRST_TEXT = 'The cat sat down because it was tired';

/** Longest sequence: the leak map is n forward passes over n tokens. */
export const MAX_TOKENS = 64;

/**
 * How the mask is applied. 'none' is right: −∞ added before the softmax. 'after' zeroes weights that the softmax has already
 * shared out, 'zero' multiplies scores by the mask, 'finite' adds −10^penalty.
 */
export const MISTAKES = ['none', 'after', 'zero', 'finite'] as const;
export type Mistake = (typeof MISTAKES)[number];

export const STAGES = ['scores', 'mask', 'masked', 'weights'] as const;
export type StageName = (typeof STAGES)[number];

/** Every parameter of the exhibit. */
export const params = {
  source: choice('text', ['text', 'random']),
  text: text(FIRST_TEXT, MAX_TEXT),
  split: choice('word', ['word', 'character']),
  n: int(8, { min: 1, max: MAX_TOKENS }),
  mask: choice('causal', MASK_PRESETS),
  window: int(3, { min: 1, max: MAX_TOKENS }),
  prefix: int(3, { min: 1, max: MAX_TOKENS }),
  padding: int(2, { min: 1, max: MAX_TOKENS }),
  side: choice('right', ['right', 'left']),
  block: int(4, { min: 1, max: MAX_TOKENS }),
  painted: bitmapParam(),
  mistake: choice('none', MISTAKES),
  penalty: int(4, { min: 1, max: 9 }),
  gain: int(1, { min: 1, max: 100_000, scale: 'log' }),
  token: int(5, { min: 0, max: MAX_TOKENS - 1 }),
  change: int(100, { min: 1, max: 1000, scale: 'log' }),
  layers: int(1, { min: 1, max: 4 }),
  stage: choice('weights', STAGES),
  locked: cell(),
  leak: cell(),
  seed: int(1, { min: 0, max: 0xffff_ffff }),
  gpu: choice('auto', ['auto', 'off']),
};
