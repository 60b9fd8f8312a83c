import type { Ops, Tensor, Timed } from '../../ops';
import { median } from '../../reference/summary';
import { applyNorm, gradientOf, type NormSetting } from './norms';
import { rowsOf, STREAMS, type NormsSpec } from './spec';

export const TIMED = ['batch', 'layer', 'rms'] as const;
export type TimedNorm = (typeof TIMED)[number];

/** Milliseconds of one pass, and the clock that read them. */
export interface NormTimes {
  readonly clock: Timed['clock'];
  /** Null for BatchNorm where it cannot train. */
  readonly passes: Readonly<Record<TimedNorm, { readonly forward: number; readonly backward: number } | null>>;
}

/** Passes inside one reading, so that a blurred clock still tells them apart, and readings of which the median is kept. */
export const REPEATS = 16;
const READINGS = 3;

/** Times forward and backward of each norm at the size of the setting. */
export async function timeNorms<T extends Tensor>(ops: Ops<T>, { batch, tokens, features, eps, seed }: NormsSpec): Promise<NormTimes> {
  const rows = rowsOf({ batch, tokens });
  const x = ops.normal([rows, features], { seed, stream: STREAMS.batch });
  const dy = ops.normal([rows, features], { seed, stream: STREAMS.gradient });
  const gamma = ops.tensor(new Float32Array(features).fill(1), [features]);
  const beta = ops.tensor(new Float32Array(features), [features]);
  let clock: Timed['clock'] = 'wall';
  const time = async (pass: () => void): Promise<number> => {
    pass();
    await ops.read(gamma); // nothing is left to compile when the clock starts
    const readings: number[] = [];
    for (let reading = 0; reading < READINGS; reading++) {
      const timed = await ops.timed(() => {
        for (let i = 0; i < REPEATS; i++) pass();
      });
      clock = timed.clock;
      readings.push(timed.milliseconds / REPEATS);
    }
    return median(readings);
  };
  const passes: Record<TimedNorm, { forward: number; backward: number } | null> = { batch: null, layer: null, rms: null };
  for (const norm of TIMED) {
    if (norm === 'batch' && rows < 2) continue;
    const setting: NormSetting<T> = { norm, eps, gamma, beta, valid: null };
    const applied = applyNorm(ops, x, setting);
    const forward = await time(() => ops.free(...applyNorm(ops, x, setting).made));
    const backward = await time(() => ops.free(gradientOf(ops, x, applied, dy, setting)));
    passes[norm] = { forward, backward };
    ops.free(...applied.made);
  }
  ops.free(x, dy, gamma, beta);
  return { clock, passes };
}
