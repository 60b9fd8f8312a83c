import { bitmapParam } from '../../lab/painted';
import { cell, choice, flag, int, intList, scaleParam, text } from '../../lab/params';
import { MAX_TEXT } from '../../text/tokenise';

/** The sentence of a first visit: it has a pronoun, so that there is something to attend to. */
export const FIRST_TEXT = "The animal didn't cross the street because it was too tired";

export const STAGES = ['scores', 'scaled', 'masked', 'weights', 'output'] as const;
export type StageName = (typeof STAGES)[number];

export const MASKS = ['none', 'causal', 'padding', 'causal-padding', 'window', 'prefix', 'blocks', 'painted'] as const;
export type MaskName = (typeof MASKS)[number];

/** Which kernels compute QKᵀ, softmax and · V; `auto` leaves it to what was measured on the device. */
export const KERNEL_NAMES = ['auto', 'naive', 'blocked', 'tiled', 'subgroups'] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

/** Longest text that is drawn, in tokens; the page says how many there would be. */
export const MAX_TEXT_TOKENS = 512;

/** Width of the embeddings of the text source. */
export const MODEL_WIDTH = 256;

/** Every parameter of the workbench; README lists them for the console. */
export const params = {
  source: choice('text', ['text', 'random', 'mine']),
  text: text(FIRST_TEXT, MAX_TEXT),
  split: choice('word', ['word', 'character', 'byte']),
  positions: choice('none', ['none', 'sinusoidal', 'rope']),
  n: int(64, { min: 1, max: 4096, scale: 'log' }),
  heads: int(8, { min: 1, max: 16 }),
  dk: int(64, { min: 1, max: 4096, scale: 'log' }),
  scale: scaleParam('rsqrt', 4),
  mask: choice('none', MASKS),
  window: int(4, { min: 1, max: 1024 }),
  prefix: int(3, { min: 1, max: 1024 }),
  padding: int(2, { min: 1, max: 1024 }),
  block: int(4, { min: 1, max: 1024 }),
  painted: bitmapParam(),
  layer: int(0, { min: 0, max: 1023 }),
  head: int(0, { min: 0, max: 1023 }),
  layers: flag(false),
  off: intList({ min: 0, max: 1023 }),
  seed: int(1, { min: 0, max: 0xffff_ffff }),
  stage: choice('weights', STAGES),
  locked: cell(),
  root: flag(false),
  scoreScale: choice('root', ['root', 'linear']),
  compare: text('', 4096),
  wipe: int(50, { min: 0, max: 100 }),
  difference: flag(false),
  gpu: choice('auto', ['auto', 'off']),
  kernel: choice('auto', KERNEL_NAMES),
};
