import type { Ops, Tensor } from '../../ops';
import { applyNorm, gradientOf, type NormSetting } from './norms';
import { canTrain, rowsOf, STREAMS, type NormsSpec } from './spec';

export const TIMED = ['batch', 'layer', 'rms'] as const;
export type TimedNorm = (typeof TIMED)[number];

/** Milliseconds of one pass. */
export interface PassTimes {
  readonly forward: number | null;
  readonly backward: number | null;
}

/** Wall-clock times, waiting for the device included: the mean of REPEATS passes submitted together. */
export type NormTimes = Readonly<Record<TimedNorm, PassTimes>>;

/** Passes behind each figure. */
export const REPEATS = 16;

/** The name under which a device that can time reports REPEATS passes together. */
export const stageName = (norm: TimedNorm, pass: keyof PassTimes): string => `${norm} ${pass}`;

/**
 * Times forward and backward of each norm at the size of the setting: once by the clock on the wall, and, where the device
 * has timestamps, once more on the device, under `stageName`.
 */
export async function timeNorms<T extends Tensor>(ops: Ops<T>, spec: NormsSpec): Promise<NormTimes> {
  const shape = [rowsOf(spec), spec.features] as const;
  const x = ops.normal(shape, { seed: spec.seed, stream: STREAMS.batch });
  const dy = ops.normal(shape, { seed: spec.seed, stream: STREAMS.gradient });
  const gamma = ops.tensor(new Float32Array(spec.features).fill(spec.gamma), [spec.features]);
  const beta = ops.tensor(new Float32Array(spec.features).fill(spec.beta), [spec.features]);
  const norms = TIMED.filter((norm) => norm !== 'batch' || canTrain(spec) && rowsOf(spec) >= 2);
  const work = norms.map((norm) => {
    const setting: NormSetting<T> = { norm, eps: spec.eps, gamma, beta, valid: null };
    const applied = applyNorm(ops, x, setting);
    return {
      norm,
      made: applied.made,
      forward: () => ops.free(...applyNorm(ops, x, setting).made),
      backward: () => ops.free(gradientOf(ops, x, applied, dy, setting)),
    };
  });
  const repeat = (pass: () => void) => {
    for (let i = 0; i < REPEATS; i++) pass();
  };
  // Once before the clock starts, so that nothing has to be compiled while it runs.
  for (const { forward, backward } of work) {
    forward();
    backward();
  }
  await ops.read(gamma);
  const clock = async (pass: () => void): Promise<number> => {
    const start = performance.now();
    repeat(pass);
    await ops.read(gamma);
    return (performance.now() - start) / REPEATS;
  };
  const times = Object.fromEntries(TIMED.map((norm) => [norm, { forward: null, backward: null } as PassTimes]));
  for (const { norm, forward, backward } of work) times[norm] = { forward: await clock(forward), backward: await clock(backward) };
  if (ops.backend === 'webgpu') for (const { norm, forward, backward } of work) {
    ops.stage(stageName(norm, 'forward'), () => repeat(forward));
    ops.stage(stageName(norm, 'backward'), () => repeat(backward));
  }
  await ops.read(gamma);
  ops.free(x, dy, gamma, beta, ...work.flatMap(({ made }) => made));
  return times as NormTimes;
}
