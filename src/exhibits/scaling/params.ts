import { cell, choice, flag, int, real, scaleParam } from '../../lab/params';

/** How the components of q and k are drawn; the argument for 1/√d_k holds for the first two. */
export const DISTRIBUTIONS = ['normal', 'uniform', 'shifted', 'correlated'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

/** What the two maps show. */
export const MAPS = ['scores', 'weights'] as const;
export type MapName = (typeof MAPS)[number];

/** How the two sides are compared. */
export const VIEWS = ['pair', 'wipe', 'difference'] as const;
export type ViewName = (typeof VIEWS)[number];

/** Every parameter of the exhibit. */
export const params = {
  source: choice('random', ['random', 'mine']),
  dk: int(64, { min: 1, max: 4096, scale: 'log' }),
  scale: scaleParam('rsqrt', 4),
  temperature: real(1, { min: 0.1, max: 10, scale: 'log' }),
  dist: choice('normal', DISTRIBUTIONS),
  n: int(64, { min: 2, max: 512, scale: 'log' }),
  draws: int(16, { min: 1, max: 64, scale: 'log' }),
  causal: flag(false),
  seed: int(1, { min: 0, max: 0xffff_ffff }),
  map: choice('weights', MAPS),
  view: choice('pair', VIEWS),
  wipe: int(50, { min: 0, max: 100 }),
  draw: int(0, { min: 0, max: 4095 }),
  locked: cell(),
  root: flag(true),
  gpu: choice('auto', ['auto', 'off']),
};
