import { choice, flag, int, real } from '../../lab/params';

export const NORMS = ['none', 'batch', 'layer', 'rms'] as const;
export type NormName = (typeof NORMS)[number];

/** What the cube shows: the input, the output, or how far the output of sample 0 moves or passes gradient. */
export const PICTURES = ['input', 'output', 'change', 'gradient'] as const;
export type PictureName = (typeof PICTURES)[number];

/** Every parameter of the exhibit. */
export const params = {
  norm: choice('batch', NORMS),
  mode: choice('train', ['train', 'eval']),
  batch: int(4, { min: 1, max: 64, scale: 'log' }),
  tokens: int(8, { min: 1, max: 64, scale: 'log' }),
  features: int(12, { min: 1, max: 64, scale: 'log' }),
  padding: real(0, { min: 0, max: 0.9 }),
  counted: flag(true),
  outlier: flag(false),
  size: real(10, { min: 1, max: 100, scale: 'log' }),
  alike: real(0, { min: 0, max: 1 }),
  eps: real(1e-5, { min: 1e-8, max: 1, scale: 'log' }),
  gamma: real(1, { min: -2, max: 2 }),
  beta: real(0, { min: -2, max: 2 }),
  momentum: real(0.1, { min: 0.01, max: 1, scale: 'log' }),
  steps: int(40, { min: 0, max: 64 }),
  sample: int(0, { min: 0, max: 63 }),
  token: int(2, { min: 0, max: 63 }),
  feature: int(4, { min: 0, max: 63 }),
  picture: choice('output', PICTURES),
  seed: int(1, { min: 0, max: 0xffff_ffff }),
  gpu: choice('auto', ['auto', 'off']),
};
