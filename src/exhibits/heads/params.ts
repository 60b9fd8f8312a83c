import { cell, choice, flag, int, intList, real, text } from '../../lab/params';
import { MAX_TEXT } from '../../text/tokenise';

/** A first sentence with a word that comes again, so that heads have something to repeat. */
export const FIRST_TEXT = 'the cat saw the dog and the dog saw the cat';

/** Numbers of heads that divide every width. */
export const HEADS = ['1', '2', '4', '8', '16'] as const;
/** Widths d_model. */
export const WIDTHS = ['64', '128', '256'] as const;

/** Longest text and longest random sequence, in tokens: sixteen heads of them are still seen at once. */
export const MAX_TOKENS = 128;

/** The four pictures of the stage: the constructed task, the heads themselves, how they differ, what they cost. */
export const PANELS = ['targets', 'heads', 'difference', 'cost'] as const;
export type Panel = (typeof PANELS)[number];

export const params = {
  panel: choice('targets', PANELS),
  source: choice('text', ['text', 'random', 'mine']),
  text: text(FIRST_TEXT, MAX_TEXT),
  positions: choice('sinusoidal', ['none', 'sinusoidal']),
  n: int(24, { min: 2, max: MAX_TOKENS, scale: 'log' }),
  h: choice('8', HEADS),
  d: choice('64', WIDTHS),
  mask: choice('none', ['none', 'causal']),
  seed: int(1, { min: 0, max: 0xffff_ffff }),
  layer: int(0, { min: 0, max: 1023 }),
  head: int(0, { min: 0, max: 1023 }),
  off: intList({ min: 0, max: 1023 }),
  locked: cell(),
  root: flag(true),
  sharp: real(10, { min: 0, max: 20 }),
  tilt: real(0, { min: -1, max: 1 }),
  gpu: choice('auto', ['auto', 'off']),
};
